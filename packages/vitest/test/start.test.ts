import { expect, test } from 'vitest'
import { installation } from './installation.ts'

const installed = installation()

const environment = `import { environment } from '@testrig/core'
import { Part } from './part.ts'
export class App extends Part {}
export default environment()
  .add('service', () => new Part({ delay: 200 }))
  .add('app', () => new App(), { after: ['service'] })
  .add('client', () => new Part(), { after: ['app'] })
  .add('other', () => new Part({ delay: 200 }))
  .add('never', () => new Part())
  .add('auto', () => new Part())
  .add('my part', () => new Part())
  .add('h1', () => new Part()).add('h2', () => new Part()).add('h3', () => new Part())
  .add('h4', () => new Part()).add('h5', () => new Part()).add('h6', () => new Part()).add('plain', () => new Part())
`

const header = `import { afterAll, beforeEach, describe, expect } from 'vitest'
import { fixtures } from '@testrig/vitest'
import environment, { App } from './environment.ts'
import { note } from './notes.ts'
const test = fixtures(environment)
`

test('only what the tests that run use is started, in parallel, and stopped after the last of them', async () => {
  const project = installed.project({
    'environment.ts': environment,
    'lazy.test.ts': `${header}
      test('uses client', ({ client, app }) => { expect(client.port).toBe(8080); expect(app).toBeInstanceOf(App); note('test') })
      test('uses other', ({ other: alias }) => { expect(alias.state).toBe('started') })
      test('uses nothing', () => {})
      test.skip('skipped', ({ never }) => {})
      describe.skip('group', () => {
        test.beforeEach(({ never }) => {})
        test('in it', ({ never }) => {})
      })
      afterAll(() => note('after all'))
    `,
  })
  const run = await project.run()
  expect(run.exitCode, run.output).toBe(0)
  expect(run.notes.slice(0, 2).sort()).toEqual(['start other', 'start service'])
  expect(run.notes.filter((line) => !line.endsWith('other'))).toEqual([
    'start service',
    'up service',
    'start app',
    'up app',
    'start client',
    'up client',
    'test',
    'after all',
    'stop client',
    'stop app',
    'stop service',
  ])

  const filtered = await project.run('-t', 'uses other')
  expect(filtered.exitCode).toBe(0)
  expect(filtered.notes).toEqual(['start other', 'up other', 'after all', 'stop other'])

  const none = await project.run('-t', 'uses nothing')
  expect(none.exitCode).toBe(0)
  expect(none.notes).toEqual(['after all'])
})

test('test.only keeps the drivers of other tests from starting', async () => {
  const project = installed.project({
    'environment.ts': environment,
    'only.test.ts': `${header}
      test.only('one', ({ auto }) => {})
      test('two', ({ never }) => {})
    `,
  })
  const run = await project.run()
  expect(run.notes).toEqual(['start auto', 'up auto', 'stop auto'])
})

test('hooks, derived tests, test.for and names with a blank receive drivers that started once', async () => {
  const project = installed.project({
    'environment.ts': environment,
    'forms.test.ts': `${header}
      const api = test.extend('api', async ({ app }) => ({ url: app.url }))
      const deeper = api.extend('address', { scope: 'file' }, async ({ app }, { onCleanup }) => {
        onCleanup(() => note('address cleaned up'))
        return app.url
      })
      const objects = test.extend<{ lead: string }>({ lead: async ({ client }, use) => { await use(client.name) } })
      const automatic = test.extend('x', { auto: true }, async ({ auto }) => auto.name)
      const blank = test.extend('derived', async ({ 'my part': part }) => part.name)
      api('derived', ({ api }) => { expect(api.url).toBe('http://127.0.0.1:8080') })
      deeper('file-scoped', ({ address, app }) => { expect(address).toBe(app.url) })
      objects('object form', ({ lead }) => { expect(lead).toBe('client') })
      automatic('automatic', () => {})
      test.for([1, 2])('for %i', (n, { app }) => { expect(app.port).toBe(8080) })
      test.each([[1, 2]])('each %i', (a, b) => { expect(a + b).toBe(3) })
      test('a blank', ({ 'my part': part, task }) => { expect(part.name).toBe('my part'); expect(task.name).toBe('a blank') })
      blank('a blank, derived', ({ derived }) => { expect(derived).toBe('my part') })
      describe('hooks', () => {
        test.beforeAll(({ h1, 'my part': part }) => { expect(h1.port).toBe(8080); expect(part.name).toBe('my part') })
        test.beforeEach(({ h2 }) => { expect(h2.port).toBe(8080); return () => note('hook cleaned up') })
        test.afterEach(({ h3 }) => { expect(h3.port).toBe(8080) })
        test.afterAll(({ h4 }) => { expect(h4.port).toBe(8080) })
        test.aroundEach(async (run, { h5 }) => { expect(h5.port).toBe(8080); await run() })
        test.only.aroundAll(async (run, { h6 }) => { expect(h6.port).toBe(8080); await run() })
        test.concurrent('one', async ({ app }) => { note('hooked') })
        test.concurrent('two', async ({ app }) => {})
      })
      describe('a hook of Vitest itself', () => {
        beforeEach(({ plain }) => { expect(plain.port).toBe(8080) })
        test('test', ({ service }) => {})
      })
    `,
  })
  const run = await project.run()
  expect(run.exitCode, run.output).toBe(0)
  const starts = run.notes.filter((line) => line.startsWith('start')).sort()
  expect(starts).toEqual([
    'start app',
    'start auto',
    'start client',
    'start h1',
    'start h2',
    'start h3',
    'start h4',
    'start h5',
    'start h6',
    'start my part',
    'start plain',
    'start service',
  ])
  const first = run.notes.indexOf('hooked')
  expect(run.notes.slice(first).filter((line) => line.startsWith('start'))).toEqual(['start plain'])
  expect(run.notes.filter((line) => line === 'hook cleaned up')).toHaveLength(2)
  expect(run.notes.indexOf('address cleaned up')).toBeLessThan(run.notes.indexOf('stop app'))
})

test('two calls of fixtures() share the drivers of one environment in a file', async () => {
  const project = installed.project({
    'environment.ts': environment,
    'shared.ts': `import { fixtures } from '@testrig/vitest'
      import environment from './environment.ts'
      export const shared = fixtures(environment)`,
    'share.test.ts': `${header}
      import { shared } from './shared.ts'
      let first: unknown
      shared('one', ({ app }) => { first = app })
      test('two', ({ app }) => { expect(app).toBe(first) })
    `,
  })
  const run = await project.run()
  expect(run.exitCode, run.output).toBe(0)
  expect(run.notes.filter((line) => line === 'start app')).toHaveLength(1)
})

test('drivers start before the time limits of tests and hooks begin', async () => {
  const project = installed.project({
    'environment.ts': environment,
    'vitest.config.ts': `export default { test: { testTimeout: 150, hookTimeout: 150 } }`,
    'limits.test.ts': `${header}
      const own = fixtures(environment, { scope: 'test' })
      describe('hooks', () => {
        test.beforeEach(({ other }) => {})
        test('a test', ({ client }) => {})
      })
      own('with drivers of its own', ({ client }) => {})
    `,
  })
  const run = await project.run()
  expect(run.exitCode, run.output).toBe(0)
})

test('a driver whose port is known before the start is started for the test that uses what is given the port', async () => {
  const project = installed.project({
    'address.cfg': '{{ context["server"].port }}',
    'broken.cfg': '{{ context["broken"].port }}',
    'spare.cfg': '{{ context["spare"].port }}',
    'environment.ts': `import { environment } from '@testrig/core'
      import { Part } from './part.ts'
      class Server extends Part { static override readonly earlyAttributes = ['port'] }
      const client = (file: string) => new Part({ installFiles: [import.meta.dirname + file] } as never)
      export default environment()
        .add('server', () => new Server())
        .add('broken', () => new Server({ fail: 'no licence' }))
        .add('spare', () => new Server({ autoStart: false }))
        .add('client', () => client('/address.cfg'))
        .add('lost', () => client('/broken.cfg'))
        .add('early', () => client('/spare.cfg'))`,
    'known.test.ts': `import { fixtures } from '@testrig/vitest'
      import environment from './environment.ts'
      const test = fixtures(environment)
      test('with a server', ({ client }) => {})
      test('with a server that is broken', ({ lost }) => {})
      test('with a server that starts when it is asked to', ({ early }) => {})`,
  })
  const served = await project.run('-t', 'with a server$')
  expect(served.exitCode, served.output).toBe(0)
  expect(served.notes.filter((line) => line.startsWith('up')).sort()).toEqual(['up client', 'up server'])

  const broken = await project.run('-t', 'broken')
  expect(broken.failures['with a server that is broken']?.[0]).toContain('no licence')

  const spare = await project.run('-t', 'asked to')
  expect(spare.exitCode, spare.output).toBe(0)
  expect(spare.notes.filter((line) => line.startsWith('start'))).toEqual(['start early'])
})
