import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { CONFIG, ENVIRONMENT, outlineOf, reportOf, summaryOf, testFile } from './driver-info.ts'
import { installation } from './installation.ts'

const installed = installation()
const SEVERAL_RUNS = { timeout: 60_000 }

const files = {
  'vitest.config.ts': CONFIG,
  'environment.ts': ENVIRONMENT,
  'app.test.ts': `import { fixtures } from '@testrig/vitest'
    import { describe, expect } from 'vitest'
    import environment from './environment.ts'
    const test = fixtures(environment)
    describe('the app', () => {
      test('answers', ({ app }) => {})
      test('is wrong', ({ app }) => { expect(1).toBe(2) })
      test('skips', ({ app, skip }) => { skip() })
    })
    test('needs no driver', () => {})
    test('uses db', ({ db }) => {})`,
}

/** Notes each module of driver info that is loaded, in the main process and in workers. */
const watchingLoads = {
  'watch-loads.mjs': `import { registerHooks } from 'node:module'
    import { appendFileSync } from 'node:fs'
    registerHooks({ load(url, context, next) {
      const module = /@testrig[/]core[/]dist[/]driver-info|report[/]src[/]index|driver-info-reporter/.exec(url)?.[0]
      if (module) appendFileSync(process.env.NOTES, 'load ' + module + '\\n')
      return next(url, context)
    } })`,
}

test('the report has the environments, and the tests with their results and the drivers they used', async () => {
  const project = installed.project(files)
  const run = await project.run()
  const report = reportOf(project)
  expect(outlineOf(report)).toMatchInlineSnapshot(`
    {
      "environments": [
        {
          "files": [
            "app.test.ts",
          ],
          "scope": "file",
          "started": [
            "db",
            "app",
          ],
        },
      ],
      "tests": [
        "app.test.ts > the app > answers: passed, db, app",
        "app.test.ts > the app > is wrong: failed, db, app",
        "app.test.ts > the app > skips: skipped, db, app",
        "app.test.ts > uses db: passed, db",
      ],
    }
  `)
  expect(report?.tests[1]).toMatchObject({
    name: ['the app', 'is wrong'],
    errors: ['AssertionError: expected 1 to be 2 // Object.is equality'],
    used: [{ environment: report?.environments[0]?.id }],
  })
  const { startedAt, readyAt, stopStartedAt, stoppedAt, sampledAt } = report?.environments[0] ?? {}
  expect([startedAt, readyAt, stopStartedAt, stoppedAt]).toEqual(
    [startedAt, readyAt, stopStartedAt, stoppedAt].toSorted((one = 0, other = 0) => one - other),
  )
  expect(sampledAt?.length).toBeGreaterThan(0)
  expect(report?.environments[0]?.drivers[0]?.logs[0]?.text).toBe(
    'first line of db\nlast line of db\nstopped\n',
  )
  expect(summaryOf(run)).toMatchInlineSnapshot(`
    "    Drivers  db, app: up in <n> ms, critical path db → app
         Report  .testrig/driver-info/index.html"
  `)
})

test('switched off, nothing is recorded, loaded, written or printed', SEVERAL_RUNS, async () => {
  const off = { ...files, ...watchingLoads, 'vitest.config.ts': CONFIG.replace('true', 'false') }
  const project = installed.project(off)
  project.env.NODE_OPTIONS = `--import ${join(project.folder, 'watch-loads.mjs')}`
  const run = await project.run()
  expect(run.notes.filter((line) => line.startsWith('load'))).toEqual([])
  expect(existsSync(join(project.folder, '.testrig'))).toBe(false)
  expect(summaryOf(run)).toBe('')
  expect(run.output).not.toContain('testrig:')

  project.write('vitest.config.ts', CONFIG)
  const on = await project.run()
  expect(new Set(on.notes.filter((line) => line.startsWith('load')))).toEqual(
    new Set(['load @testrig/core/dist/driver-info', 'load report/src/index', 'load driver-info-reporter']),
  )
})

test.for(['--pool=forks', '--pool=threads', '--pool=vmThreads', '--pool=vmForks'])(
  'every pool records, with %s',
  async (pool) => {
    const project = installed.project({
      'vitest.config.ts': CONFIG,
      'environment.ts': ENVIRONMENT,
      'one.test.ts': testFile(['app']),
      'two.test.ts': testFile(['other']),
    })
    const run = await project.run(pool)
    expect(run.exitCode, run.output).toBe(0)
    expect(outlineOf(reportOf(project))).toEqual({
      environments: expect.arrayContaining([
        { scope: 'file', files: ['one.test.ts'], started: ['db', 'app'] },
        { scope: 'file', files: ['two.test.ts'], started: ['other'] },
      ]),
      tests: ['one.test.ts > uses app: passed, db, app', 'two.test.ts > uses other: passed, other'],
    })
  },
)

test('each attempt at a test with drivers of its own is an environment', async () => {
  const project = installed.project({
    'vitest.config.ts': CONFIG,
    'environment.ts': ENVIRONMENT,
    'app.test.ts': `import { fixtures } from '@testrig/vitest'
      import environment from './environment.ts'
      const test = fixtures(environment, { scope: 'test' })
      let attempts = 0
      test('at the second attempt', { retry: 1 }, ({ db }) => { if (++attempts < 2) throw new Error('not yet') })
      test('uses nothing', () => {})`,
  })
  const run = await project.run()
  expect(run.exitCode, run.output).toBe(0)
  expect(outlineOf(reportOf(project))).toEqual({
    environments: [
      { scope: 'test', files: ['app.test.ts'], started: ['db'] },
      { scope: 'test', files: ['app.test.ts'], started: ['db'] },
    ],
    tests: ['app.test.ts > at the second attempt: passed, db; db'],
  })
  expect(summaryOf(run)).toMatchInlineSnapshot(`
    "    Drivers  db: up in <n> ms at most (2 times)
         Report  .testrig/driver-info/index.html"
  `)
})

test.for(['forks', 'threads'])('an environment of a worker is one, with all its files: %s', async (pool) => {
  const project = installed.project({
    'vitest.config.ts': CONFIG,
    'environment.ts': ENVIRONMENT,
    'none.test.ts': `import { test } from 'vitest'\ntest('no driver', () => {})`,
    'one.test.ts': testFile(['db'], `{ scope: 'worker' }`),
    'two.test.ts': testFile(['app'], `{ scope: 'worker' }`),
  })
  const run = await project.run(`--pool=${pool}`, '--no-isolate', '--maxWorkers=1')
  expect(run.exitCode, run.output).toBe(0)
  expect(outlineOf(reportOf(project))).toEqual({
    environments: [{ scope: 'worker', files: ['one.test.ts', 'two.test.ts'], started: ['db', 'app'] }],
    tests: ['one.test.ts > uses db: passed, db', 'two.test.ts > uses app: passed, db, app'],
  })
})

test('a driver that fails to start is told with why, once for all files', async () => {
  const project = installed.project({
    'vitest.config.ts': CONFIG,
    'environment.ts': ENVIRONMENT,
    'one.test.ts': testFile(['app', 'db']),
    'two.test.ts': testFile(['app']),
  })
  project.env.FAIL = 'no licence'
  const run = await project.run()
  expect(run.exitCode).toBe(1)
  expect(summaryOf(run)).toMatchInlineSnapshot(`
    "    Drivers  db: up in <n> ms at most (2 times), critical path db → app
         Failed  TestrigError [START_FAILED]: Part "app" failed to start (starting): no licence (2 times)
         Report  .testrig/driver-info/index.html"
  `)
  const report = reportOf(project)
  expect(report?.environments.map(({ drivers }) => drivers.map(({ state }) => state))).toEqual([
    ['started', 'failed', 'idle'],
    ['started', 'failed', 'idle'],
  ])
  expect(outlineOf(report)).toMatchObject({
    tests: [
      'one.test.ts > uses app: failed, db, app',
      'one.test.ts > uses db: passed, db',
      'two.test.ts > uses app: failed, db, app',
    ],
  })
})

test(
  'secrets are masked, and the options say which, and how much of each log is kept',
  SEVERAL_RUNS,
  async () => {
    const environment = `import { environment } from '@testrig/core'
    import { Part } from './part.ts'
    class Account extends Part { password = 'hunter2-long'; pin = 4711 }
    export default environment().add('account', () => new Account())`
    const attributesWith = async (driverInfo: string, pool = 'forks') => {
      const project = installed.project({
        'vitest.config.ts': CONFIG.replace('true', driverInfo),
        'environment.ts': environment,
        'app.test.ts': testFile(['account']),
      })
      const run = await project.run(`--pool=${pool}`)
      expect(run.exitCode, run.output).toBe(0)
      return reportOf(project)?.environments[0]?.drivers[0]
    }
    expect((await attributesWith('true'))?.attributes).toMatchObject({ password: '***', pin: 4711 })
    expect((await attributesWith('{ mask: false }'))?.attributes).toMatchObject({ password: 'hunter2-long' })
    // A pattern crosses to a process, and to a worker that has patterns of another realm.
    for (const pool of ['forks', 'vmThreads']) {
      const own = await attributesWith('{ mask: { names: [/^pin$/] }, logBytes: 12 }', pool)
      expect(own?.attributes).toMatchObject({ password: 'hunter2-long', pin: '***' })
      expect(own?.logs[0]).toMatchObject({ text: 'stopped\n', omitted: 43 })
    }
  },
)

test.for(['forks', 'threads'])('logs of many megabytes reach the report, from %s', async (pool) => {
  const project = installed.project({
    'vitest.config.ts': CONFIG.replace('true', '{ logBytes: 16777216, mask: { logs: false } }'),
    'environment.ts': `import { appendFileSync } from 'node:fs'
      import { environment } from '@testrig/core'
      import { Part } from './part.ts'
      class Wordy extends Part {
        override postStart() { for (let i = 0; i < 16; i++) appendFileSync(this.outpath, ('x'.repeat(127) + '\\n').repeat(8192)) }
      }
      export default environment().add('one', () => new Wordy()).add('two', () => new Wordy())`,
    'app.test.ts': testFile(['one', 'two']),
  })
  const run = await project.run(`--pool=${pool}`)
  expect(run.exitCode, run.output).toBe(0)
  const { drivers = [] } = reportOf(project)?.environments[0] ?? {}
  expect(drivers.map(({ logs }) => (logs[0]?.text.length ?? 0) > 16_000_000)).toEqual([true, true])
})

test('connections are looked at while a test runs, so that one that is gone at its end is there', async () => {
  const project = installed.project({
    'vitest.config.ts': CONFIG,
    'looks.ts': `export const looks = { count: 0, open: false }`,
    'environment.ts': `import { BaseConnectionInfo, ConnectionExtractor, Direction, environment } from '@testrig/core'
      import { looks } from './looks.ts'
      import { Part } from './part.ts'
      class Extractor extends ConnectionExtractor {
        constructor(direction) { super(); this.direction = direction }
        extractConnections() {
          looks.count++
          return looks.open ? [new BaseConnectionInfo({ protocol: 'wire', identifier: 1, direction: this.direction })] : []
        }
      }
      class One extends Part { static EXTRACTORS = [new Extractor(Direction.CONNECTING)] }
      class Other extends Part { static EXTRACTORS = [new Extractor(Direction.LISTENING)] }
      export default environment().add('one', () => new One()).add('other', () => new Other())`,
    'app.test.ts': `import { fixtures } from '@testrig/vitest'
      import { expect } from 'vitest'
      import environment from './environment.ts'
      import { looks } from './looks.ts'
      const test = fixtures(environment)
      test('opens and closes', { timeout: 25_000 }, async ({ one, other }) => {
        looks.open = true
        const before = looks.count
        await expect.poll(() => looks.count, { timeout: 20_000 }).toBeGreaterThan(before + 6)
        looks.open = false
      })`,
  })
  const run = await project.run()
  expect(run.exitCode, run.output).toBe(0)
  expect(reportOf(project)?.environments[0]?.edges).toMatchObject([
    { from: 'one', to: 'other', observed: [{ connection: 'wire://1' }] },
  ])
})

test('what a worker that breaks off has not told is left out, and the rest is there', async () => {
  const project = installed.project({
    'vitest.config.ts': CONFIG,
    'environment.ts': ENVIRONMENT,
    'whole.test.ts': testFile(['db']),
    'broken.test.ts': `${testFile(['db'])}
      test('breaks off', ({ db }) => process.kill(process.pid, 'SIGKILL'))`,
  })
  const run = await project.run('--pool=forks')
  expect(run.exitCode).toBe(1)
  expect(outlineOf(reportOf(project))).toEqual({
    environments: [{ scope: 'file', files: ['whole.test.ts'], started: ['db'] }],
    tests: ['whole.test.ts > uses db: passed, db'],
  })
})

test('the summary is printed on the standard error, as reports for programs may be on the other one', async () => {
  const project = installed.project(files)
  const child = project.spawn(['run', '--reporter=tap'])
  const [out, err] = await Promise.all([child.stdout, child.stderr].map(text))
  expect(out).toContain('TAP version 13')
  expect(out).not.toContain('Drivers')
  expect(err).toContain('Drivers')
})

test('a report that cannot be written fails the run', async () => {
  const project = installed.project({
    'vitest.config.ts': CONFIG.replace('true', `{ directory: 'blocked/report' }`),
    'environment.ts': ENVIRONMENT,
    'app.test.ts': testFile(['db']),
  })
  writeFileSync(join(project.folder, 'blocked'), '')
  const run = await project.run()
  expect(run.exitCode).toBe(1)
  expect(run.output).toContain('The driver-info report could not be written')
})

test('an option that there is not is refused', async () => {
  const project = installed.project({ ...files, 'vitest.config.ts': CONFIG.replace('true', '{ dir: 1 }') })
  const run = await project.run()
  expect(run.exitCode).toBe(1)
  expect(/TestrigError \[\w+\]: (.*)/.exec(run.output)?.[1]).toMatchInlineSnapshot(
    `"testrig().driverInfo has no option \`dir\` (given 1 (number)). Known: \`logBytes\`, \`mask\`, \`directory\`."`,
  )
})
