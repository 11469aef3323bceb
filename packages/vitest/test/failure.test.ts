import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { installation, type VitestRun } from './installation.ts'

const installed = installation()

const environment = `import { environment } from '@testrig/core'
import { Part } from './part.ts'
export default environment()
  .add('service', () => new Part())
  .add('app', () => new Part(), { after: ['service'] })
  .add('client', () => new Part(), { after: ['app'] })
  .add('broken', () => new Part({ fail: 'no port is free' }), { after: ['service'] })
  .add('needsBroken', () => new Part(), { after: ['broken'] })
  .add('other', () => new Part())
`

const header = `import { beforeEach, describe, expect } from 'vitest'
import { fixtures } from '@testrig/vitest'
import environment from './environment.ts'
import { note } from './notes.ts'
const test = fixtures(environment)
`

/** Without what differs between runs. */
function plain(text = ''): string {
  return text
    .replace(/\/[^\s:)]*\/testrig-[\w-]+/g, '<runpath>')
    .replace(/\n\s+at [\s\S]*/, '')
    .replace(/\n.*Caused by[\s\S]*/i, '')
}

function annotationsIn({ output }: VitestRun): number {
  return output.split('driver log').length - 1
}

test('a driver that fails to start fails the tests that need it, once each, with its own error', async () => {
  const project = installed.project({
    'environment.ts': environment,
    'broken.test.ts': `${header}
      test('uses broken', ({ broken }) => { note('unreachable') })
      test('uses broken too', ({ broken, app }) => { note('unreachable') })
      test('needs it indirectly', ({ needsBroken }) => { note('unreachable') })
      test('does without', ({ app }) => {})
    `,
  })
  const run = await project.run()
  expect(run.exitCode).toBe(1)
  expect(run.tests).toEqual({
    'uses broken': 'failed',
    'uses broken too': 'failed',
    'needs it indirectly': 'failed',
    'does without': 'passed',
  })
  expect(Object.values(run.failures).map((messages) => messages.length)).toEqual([1, 1, 1])
  expect(run.failures['uses broken']?.[0]).toContain('no port is free')
  expect(run.failures['uses broken']?.[0]).toContain('last line of broken')
  expect(run.notes.filter((line) => line === 'start broken')).toHaveLength(1)
  expect(run.notes).not.toContain('unreachable')
  expect(run.notes).not.toContain('start needsBroken')
})

test('a plan that cannot work fails the tests that use drivers, and no others', async () => {
  const project = installed.project({
    'environment.ts': `import { environment } from '@testrig/core'
      import { Part } from './part.ts'
      const a = new Part({ name: 'a' }), b = new Part({ name: 'b' })
      export default environment([a, b], { dependencies: [[a, b], [b, a]] })`,
    'cycle.test.ts': `${header}
      test('uses a', ({ a }) => {})
      test('uses none', () => {})
    `,
  })
  const run = await project.run()
  expect(run.tests).toEqual({ 'uses a': 'failed', 'uses none': 'passed' })
  expect(run.failures['uses a']?.[0]).toContain('a → b (dependencies) → a (dependencies)')
})

test('a failed test shows the last lines of the logs of its drivers, once', async () => {
  const project = installed.project({
    'environment.ts': environment,
    'logs.test.ts': `${header}
      test('fails', ({ app }) => { expect(1).toBe(2) })
    `,
  })
  const run = await project.run()
  expect(annotationsIn(run)).toBe(1)
  const begin = run.output.indexOf('❯ driver log')
  expect(plain(run.output.slice(begin, run.output.indexOf('⎯⎯', begin)))).toMatchInlineSnapshot(`
    "❯ driver log
       ↳ app: last lines of stdout (<runpath>/app/stdout):
         first line of app
         last line of app
       ↳ service: last lines of stdout (<runpath>/service/stdout):
         first line of service
         last line of service

    "
  `)
})

test('logs are shown for every way to fail, for the last attempt only', async () => {
  const ways: Record<string, string> = {
    throws: `test('NAME', ({ service }) => { throw new Error('x') })`,
    soft: `test('NAME', ({ service }) => { expect.soft(1).toBe(2) })`,
    'times out': `test('NAME', { timeout: 100 }, async ({ service }) => { await new Promise(() => {}) })`,
    for: `test.for([[1, 2]])('NAME %i', ([a, b], { service }) => { expect(a).toBe(b) })`,
    derived: `test.extend('url', ({ service }) => service.url)('NAME', ({ url }) => { expect(url).toBe('') })`,
    'beforeEach fails': `beforeEach(() => { throw new Error('x') })\ntest('NAME', ({ service }) => {})`,
    'test.beforeEach fails': `test.beforeEach(({ service }) => { throw new Error('x') })\ntest('NAME', () => {})`,
    'a fixture fails': `test.extend('url', ({ service }) => { throw new Error('x') })('NAME', ({ url }) => {})`,
    'onCleanup fails': `test.extend('url', ({ service }, { onCleanup }) => { onCleanup(() => { throw new Error('x') }); return 1 })('NAME', ({ url }) => {})`,
    retried: `test('NAME', { retry: 2 }, ({ service }) => { expect(1).toBe(2) })`,
    'own drivers': `fixtures(environment, { scope: 'test' })('NAME', ({ service }) => { expect(1).toBe(2) })`,
    'own drivers time out': `fixtures(environment, { scope: 'test' })('NAME', { timeout: 100 }, async ({ service }) => { await new Promise(() => {}) })`,
  }
  const names = Object.keys(ways)
  const files = names.map((name) => [
    `${name}.test.ts`,
    header + (ways[name] as string).replace('NAME', name),
  ])
  const run = await installed
    .project({ 'environment.ts': environment, ...Object.fromEntries(files) })
    .run('--no-file-parallelism')
  expect(
    Object.values(run.tests).filter((state) => state === 'failed'),
    run.output,
  ).toHaveLength(names.length)
  const reports = run.output
    .slice(run.output.indexOf('Failed Tests'))
    .split(/ FAIL /)
    .slice(1)
  const shown = names.map((name) => {
    const own = reports.filter((text) => text.trimStart().startsWith(`${name}.test.ts `))
    return [name, own.join().split('driver log').length - 1]
  })
  expect(shown, run.output).toEqual(names.map((name) => [name, 1]))
})

test('no logs are shown for tests that pass, are expected to fail, or ask for none', async () => {
  const project = installed.project({
    'environment.ts': environment,
    'quiet.test.ts': `${header}
      let attempts = 0
      test('passes', ({ app }) => {})
      test('passes at last', { retry: 2 }, ({ app }) => { expect(attempts++).toBe(2) })
      test.fails('fails as expected', ({ app }) => { expect(1).toBe(2) })
      test('skips itself', ({ app, skip }) => { skip('why not') })
      fixtures(environment, { logLines: 0 })('asks for none', ({ app }) => { expect(1).toBe(2) })
    `,
  })
  const run = await project.run()
  expect(run.tests).toEqual({
    passes: 'passed',
    'passes at last': 'passed',
    'fails as expected': 'passed',
    'skips itself': 'skipped',
    'asks for none': 'failed',
  })
  expect(annotationsIn(run)).toBe(0)
})

test('a driver that dies fails the test that uses it at once, and all later ones that need it', async () => {
  const project = installed.project({
    'environment.ts': environment,
    'death.test.ts': `${header}
      test('it dies here', async ({ client, app }) => { setImmediate(() => app.die('exit code 9')); await new Promise(() => {}) })
      test('needs it', async ({ client }) => { note('unreachable') })
      describe('with a hook', () => {
        test.beforeEach(({ client }) => { note('unreachable') })
        test('test', () => {})
      })
      test('restarted', async ({ other, task }) => {})
    `,
  })
  const run = await project.run()
  expect(run.tests).toEqual({
    'it dies here': 'failed',
    'needs it': 'failed',
    'with a hook test': 'failed',
    restarted: 'passed',
  })
  expect(Object.values(run.failures).map(([message]) => plain(message))).toMatchInlineSnapshot(`
    [
      "Error: app died: exit code 9",
      "Error: app died: exit code 9",
      "Error: app died: exit code 9",
    ]
  `)
  expect(run.notes).not.toContain('unreachable')
})

test('a driver that is restarted after its death serves again', async () => {
  const project = installed.project({
    'environment.ts': environment,
    'restart.test.ts': `${header}
      test('it dies', async ({ app }) => { app.die('exit code 9'); await new Promise(() => {}) })
      describe('later', () => {
        test.beforeAll(async ({ app }) => { await app.restart() })
        test('it serves', ({ app }) => { expect(app.state).toBe('started') })
      })
    `,
  })
  const run = await project.run()
  expect(run.tests).toEqual({ 'it dies': 'failed', 'later it serves': 'passed' })
})

test('a driver that fails to stop fails the file; the tests keep their results', async () => {
  const project = installed.project({
    'environment.ts': `import { environment } from '@testrig/core'
      import { Part } from './part.ts'
      export default environment().add('app', () => new Part({ stopFail: 'the port is busy' })).add('other', () => new Part())`,
    'stop.test.ts': `${header}
      test('passes', ({ app, other }) => {})
    `,
  })
  const run = await project.run()
  expect(run.exitCode).toBe(1)
  expect(run.tests).toEqual({ passes: 'passed' })
  expect(run.notes).toContain('stop other')
  expect(run.files.join()).toContain('the port is busy')
})

test('the directories of drivers are kept when a test of the file fails', async () => {
  const project = installed.project({
    'environment.ts': environment,
    'kept.test.ts': `${header}
      test('passes', ({ app }) => { note(app.runpath) })
      describe('group', () => { test('fails', ({ app }) => { expect(process.env.FAIL).toBe(undefined) }) })
    `,
    'passing.test.ts': `${header}
      test('passes too', ({ app }) => { note(app.runpath) })
    `,
  })
  process.env.FAIL = '1'
  const failing = await project.run('kept')
  delete process.env.FAIL
  const passing = await project.run('passing')
  const [kept, gone] = [failing, passing].map(({ notes }) => notes.find((line) => line.startsWith('/')))
  expect(existsSync(kept as string)).toBe(true)
  expect(existsSync(gone as string)).toBe(false)
})

test('a test that failed by what followed of a death says which driver died', async () => {
  const project = installed.project({
    'environment.ts': environment,
    'followed.test.ts': `${header}
      test('asks', async ({ app, client }) => {
        process.nextTick(() => app.die('exit code 9'))
        throw new Error('socket hang up')
      })`,
  })
  const run = await project.run()
  expect(plain(run.failures.asks?.[0])).toBe('Error: socket hang up')
  expect(run.output).toContain('↳ app died: exit code 9')
  expect(run.output).toContain('last line of app')
})

test('a beforeAll that fails prints the last lines of its drivers, once', async () => {
  const project = installed.project({
    'environment.ts': environment,
    'hook.test.ts': `${header}
      describe('group', () => {
        test.beforeAll(({ app }) => { throw new Error('no rows were written') })
        test('one', ({ client }) => {})
        test('two', ({ client }) => {})
      })`,
  })
  const run = await project.run()
  expect(run.exitCode).toBe(1)
  expect(run.output).toContain('no rows were written')
  const [, ...logs] = run.output.split('app: last lines of stdout')
  expect(logs, run.output).toHaveLength(1)
  expect(logs[0]).toContain('last line of app')
  expect(run.output).not.toContain('last line of client')
})

test('a hook that fails or times out shows the last lines of its drivers, once', async () => {
  const project = installed.project({
    'environment.ts': environment,
    'hook.test.ts': `${header}
      const never = new Promise(() => {})
      describe('group', () => {
        test.beforeAll(async ({ app }) => { await never }, 50)
        test('one', ({ client }) => {})
        test('two', ({ client }) => {})
      })
      describe('after', () => {
        test.afterAll(async ({ service }) => { await never }, 50)
        test('three', ({ client }) => {})
      })
      describe('around', () => {
        test.aroundAll(async (run, { other }) => { await run(); await never }, 50)
        test('four', ({ client }) => {})
      })
      describe('each', () => {
        test.beforeEach(async ({ client }) => { await never }, 50)
        test('five', ({}) => {})
      })
      describe('after each', () => {
        test.afterEach(async ({ other }) => { await never }, 50)
        test('six', ({}) => {})
      })
      describe('around each', () => {
        test.aroundEach(async (run, { other }) => { await never }, 50)
        test('seven', ({}) => {})
      })
      describe('around each throws', () => {
        test.aroundEach(async (run, { other }) => { await run(); throw new Error('x') })
        test('eight', ({}) => {})
        test.fails('fails', ({}) => {})
      })
      describe('around each skips', () => {
        test.aroundEach(async (run, { other, skip }) => { skip() })
        test('nine', ({}) => {})
      })`,
  })
  const run = await project.run()
  expect(run.tests).toEqual({
    'group one': 'skipped',
    'group two': 'skipped',
    'after three': 'passed',
    'around four': 'passed',
    'each five': 'failed',
    'after each six': 'failed',
    'around each seven': 'failed',
    'around each throws eight': 'failed',
    'around each throws fails': 'passed',
    'around each skips nine': 'skipped',
  })
  const counts = ['app', 'service', 'other', 'client'].map(
    (name) => run.output.split(`last line of ${name}`).length - 1,
  )
  expect(counts, run.output).toEqual([2, 3, 4, 1])
})

test('a name that no fixture has is refused, with the one that was probably meant', async () => {
  const project = installed.project({
    'environment.ts': environment,
    'names.test.ts': `${header}
      const own = test.extend('address', ({ app }) => app.url)
      test('misspelt', ({ clint }) => {})
      own('far', ({ zebra }) => {})
      test('with a default', ({ zebra = 3 }) => { expect(zebra).toBe(3) })
      test.for([1])('for', (n, { clint }) => {})
      test.each([{ zebra: 1 }])('each', ({ zebra, nothing }) => { expect(nothing).toBe(undefined) })
      describe('set by a hook', () => {
        beforeEach(({ task }) => { task.context.zebra = 4 })
        test('is found', ({ zebra }) => { expect(zebra).toBe(4) })
      })
      describe('hook', () => {
        test.beforeEach(({ servise }) => {})
        test('is refused', () => {})
      })
      describe('suite hook', () => {
        test.beforeAll(({ ap }) => {})
        test('is skipped', () => {})
      })`,
  })
  const run = await project.run()
  const messages = Object.entries(run.failures).map(([name, [message]]) => `${name}: ${plain(message)}`)
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "misspelt: TestrigError [FIXTURE_UNKNOWN]: There is no driver and no other fixture \`clint\`. Did you mean \`client\`?
    far: TestrigError [FIXTURE_UNKNOWN]: There is no driver and no other fixture \`zebra\`. Known: \`service\`, \`app\`, \`client\`, \`broken\`, \`needsBroken\`, \`other\`, \`address\`.
    for: TestrigError [FIXTURE_UNKNOWN]: There is no driver and no other fixture \`clint\`. Did you mean \`client\`?
    hook is refused: TestrigError [FIXTURE_UNKNOWN]: There is no driver and no other fixture \`servise\`. Did you mean \`service\`?"
  `)
  expect(run.output).toContain('There is no driver and no other fixture `ap`. Did you mean `app`?')
  expect(Object.entries(run.tests).filter(([, state]) => state === 'passed')).toHaveLength(3)
})
