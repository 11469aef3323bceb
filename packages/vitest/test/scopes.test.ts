import { existsSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { installation } from './installation.ts'

const installed = installation()

const environment = (options = '') => `import { environment } from '@testrig/core'
import { Part } from './part.ts'
export default environment()
  .add('service', () => new Part({ ${options} }))
  .add('app', () => new Part(), { after: ['service'] })
  .add('other', () => new Part())
`

const shared = `import { fixtures } from '@testrig/vitest'
import environment from './environment.ts'
export const test = fixtures(environment, { scope: 'worker' })`

const file = (name: string, body: string) => `import { expect } from 'vitest'
import { test } from './shared.ts'
import { note } from './notes.ts'
test('${name}', ${body})
`

test('with the scope test, every test has drivers of its own, which stop after its fixtures', async () => {
  const project = installed.project({
    'environment.ts': environment(),
    'own.test.ts': `import { afterAll, expect } from 'vitest'
      import { fixtures } from '@testrig/vitest'
      import environment from './environment.ts'
      import { note } from './notes.ts'
      const test = fixtures(environment, { scope: 'test' })
      const seen = new Set()
      const api = test.extend('api', async ({ app }, { onCleanup }) => { onCleanup(() => note('api cleaned up')); return app.url })
      test('first', ({ app }) => { seen.add(app); note('first') })
      api('second', ({ api, app }) => { seen.add(app); note('second') })
      test('none', () => { note('none') })
      test('unused fixture', ({ task }) => { note('unused') })
      let attempt = 0
      test('retried', { retry: 1 }, ({ other }) => { seen.add(other); expect(attempt++).toBe(1) })
      test.concurrent('at once', async ({ other }) => { seen.add(other) })
      afterAll(() => note('different ' + seen.size))
    `,
  })
  const run = await project.run()
  expect(run.exitCode, run.output).toBe(0)
  expect(run.notes).toEqual([
    ...['start service', 'up service', 'start app', 'up app', 'first', 'stop app', 'stop service'],
    ...[
      'start service',
      'up service',
      'start app',
      'up app',
      'second',
      'api cleaned up',
      'stop app',
      'stop service',
    ],
    ...['none', 'unused'],
    ...['start other', 'up other', 'stop other', 'start other', 'up other', 'stop other'],
    ...['start other', 'up other', 'stop other'],
    'different 5',
  ])
})

test('with the scope test, a failing stop fails the test', async () => {
  const project = installed.project({
    'environment.ts': environment("stopFail: 'the port is busy'"),
    'own.test.ts': `import { fixtures } from '@testrig/vitest'
      import environment from './environment.ts'
      const test = fixtures(environment, { scope: 'test' })
      test('cannot stop', ({ app }) => {})
      test('can', ({ other }) => {})
    `,
  })
  const run = await project.run()
  expect(run.tests).toEqual({ 'cannot stop': 'failed', can: 'passed' })
  expect(run.failures['cannot stop']?.join()).toContain('the port is busy')
})

test('with the scope test, only what a failed test has used is kept', async () => {
  const project = installed.project({
    'environment.ts': environment(),
    'own.test.ts': `import { expect } from 'vitest'
      import { fixtures } from '@testrig/vitest'
      import environment from './environment.ts'
      import { note } from './notes.ts'
      const test = fixtures(environment, { scope: 'test' })
      let attempt = 0
      test('retried', { retry: 1 }, ({ other }) => { note(other.runpath); expect(attempt++).toBe(1) })
      test.fails('is to fail', ({ other }) => { note(other.runpath); throw new Error('as it has to') })
      test('fails', ({ other }) => { note(other.runpath); throw new Error('it does') })
      test.fails('does not fail', ({ other }) => { note(other.runpath) })
    `,
  })
  const { notes, tests } = await project.run()
  const paths = notes.filter((line) => line.startsWith('/'))
  onTestFinished(() => {
    for (const path of paths) rmSync(dirname(path), { recursive: true, force: true })
  })
  expect(Object.values(tests)).toEqual(['passed', 'passed', 'failed', 'failed'])
  expect(paths.map((path) => existsSync(path))).toEqual([false, false, false, true, true])
})

test.for([
  ['forks', '--pool=forks'],
  ['threads', '--pool=threads'],
])('with the scope worker, files share drivers without isolation, in %s', async ([, pool]) => {
  const project = installed.project({
    'environment.ts': environment(),
    'shared.ts': shared,
    'a.test.ts': file('a', "({ app }) => { note('a') }"),
    'b.test.ts': file('b', "({ app, other }) => { note('b') }"),
  })
  const run = await project.run('--no-isolate', '--maxWorkers=1', pool as string)
  expect(run.exitCode, run.output).toBe(0)
  const sorted = [...run.notes].sort()
  expect(sorted).toEqual([
    ...['a', 'b', 'start app', 'start other', 'start service'],
    ...['stop app', 'stop other', 'stop service', 'up app', 'up other', 'up service'],
  ])
  expect(run.notes.findIndex((line) => line.startsWith('stop'))).toBe(8)
})

test('with the scope worker, a worker that runs one file stops the drivers at its end', async () => {
  const project = installed.project({
    'environment.ts': environment("stopFail: 'the port is busy'"),
    'shared.ts': shared,
    'a.test.ts': file('a', '({ app }) => {}'),
    'b.test.ts': file('b', '({ other }) => {}'),
  })
  for (const args of [[], ['--pool=vmThreads', '--no-isolate', '--maxWorkers=1']]) {
    const run = await project.run(...args)
    expect(run.exitCode, run.output).toBe(1)
    expect(run.tests, run.output).toEqual({ a: 'passed', b: 'passed' })
    expect(run.files, run.output).toHaveLength(1)
    expect(run.files[0]).toContain('the port is busy')
    expect(run.notes.filter((line) => line.startsWith('start')).sort()).toEqual([
      'start app',
      'start other',
      'start service',
    ])
  }
})

test.for(['forks', 'threads'])(
  'drivers of a worker that fail to stop fail the run with the plugin, in %s',
  async (pool) => {
    const project = installed.project({
      'vitest.config.ts': `import { testrig } from '@testrig/vitest/plugin'
      export default { plugins: [testrig()] }`,
      'environment.ts': environment("stopFail: 'the port is busy'"),
      'shared.ts': shared,
      'a.test.ts': file('a', '({ app }) => {}'),
      'b.test.ts': file('b', '({ other }) => {}'),
    })
    const run = await project.run('--no-isolate', '--maxWorkers=1', `--pool=${pool}`)
    expect(run.tests).toEqual({ a: 'passed', b: 'passed' })
    expect(run.output, JSON.stringify([run.exitCode, run.notes])).toContain(
      'testrig: the drivers of a worker failed to stop',
    )
    expect(run.output.split('the port is busy').length - 1).toBeGreaterThanOrEqual(1)
    expect(run.exitCode).toBe(1)
  },
)

test('drivers of a worker that fail to stop are printed without the plugin', async () => {
  const project = installed.project({
    'environment.ts': environment("stopFail: 'the port is busy'"),
    'shared.ts': shared,
    'a.test.ts': file('a', '({ app }) => {}'),
  })
  const run = await project.run('--no-isolate', '--maxWorkers=1')
  expect(run.tests).toEqual({ a: 'passed' })
  expect(run.output, JSON.stringify([run.exitCode, run.notes])).toContain(
    'testrig: the drivers of a worker failed to stop',
  )
  expect(run.output).toContain('the port is busy')
  expect(run.output).toContain("Add `testrig()` of '@testrig/vitest/plugin' to the plugins")
})

test('drivers of a worker whose tests never came to use them stop with the file', async () => {
  const project = installed.project({
    'environment.ts': environment(),
    'shared.ts': shared,
    'a.test.ts': `import { beforeAll } from 'vitest'
      import { test } from './shared.ts'
      beforeAll(() => { throw new Error('no') })
      test('a', ({ app }) => {})`,
    'b.test.ts': file('b', '({ other }) => {}'),
  })
  const run = await project.run('--no-isolate', '--maxWorkers=1')
  expect(run.tests).toEqual({ a: 'skipped', b: 'passed' })
  expect(run.notes.filter((line) => line.startsWith('stop')).sort()).toEqual([
    'stop app',
    'stop other',
    'stop service',
  ])
})
