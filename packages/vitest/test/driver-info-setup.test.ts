import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CONFIG, ENVIRONMENT, outlineOf, reportOf, summaryOf, testFile } from './driver-info.ts'
import { installation, type Project } from './installation.ts'

const installed = installation()
const SEVERAL_RUNS = { timeout: 60_000 }

const OFF = CONFIG.replace('{ driverInfo: true }', '')
const files = { 'vitest.config.ts': OFF, 'environment.ts': ENVIRONMENT, 'app.test.ts': testFile(['db']) }
const OUTLINE = {
  environments: [{ scope: 'file', files: ['app.test.ts'], started: ['db'] }],
  tests: ['app.test.ts > uses db: passed, db'],
}

async function runWith(project: Project, variable: string) {
  project.env.TESTRIG_DRIVER_INFO = variable
  const run = await project.run()
  expect(run.exitCode, run.output).toBe(0)
  return run
}

test('the variable switches it on, to the usual directory or to one of its own', SEVERAL_RUNS, async () => {
  const project = installed.project(files)
  await runWith(project, '1')
  expect(outlineOf(reportOf(project))).toEqual(OUTLINE)
  await runWith(project, 'artefacts/drivers')
  expect(outlineOf(reportOf(project, 'artefacts/drivers'))).toEqual(OUTLINE)
})

test('the variable switches off what is configured', async () => {
  const project = installed.project({ ...files, 'vitest.config.ts': CONFIG })
  const run = await runWith(project, '0')
  expect(existsSync(join(project.folder, '.testrig'))).toBe(false)
  expect(summaryOf(run)).toBe('')
})

test('without the plugin, the variable tells what is missing, and the tests run', async () => {
  const project = installed.project({ ...files, 'vitest.config.ts': 'export default {}' })
  const run = await runWith(project, '1')
  expect(run.output.split('\n').find((line) => line.includes('testrig:'))).toMatchInlineSnapshot(
    `"testrig: TESTRIG_DRIVER_INFO is set, but nothing writes the report of driver info. Add \`testrig()\` of '@testrig/vitest/plugin' to the plugins in vitest.config.ts, or \`new DriverInfoReporter()\` of '@testrig/vitest/reporter' to the reporters."`,
  )
})

test('the options of the Vitest environment switch it on, with the plugin', SEVERAL_RUNS, async () => {
  const options = `test: { environment: 'testrig', environmentOptions: { testrig: { environment: './environment.ts', driverInfo: { directory: 'info' } } } }`
  const project = installed.project({
    ...files,
    'vitest.config.ts': `import { testrig } from '@testrig/vitest/plugin'
      export default { plugins: [testrig()], ${options} }`,
    'app.test.ts': `import { test } from '@testrig/vitest'
      test('uses db', ({ db }) => {})`,
  })
  const run = await project.run()
  expect(run.exitCode, run.output).toBe(0)
  expect(outlineOf(reportOf(project, 'info'))).toEqual(OUTLINE)

  project.write('vitest.config.ts', `export default { ${options} }`)
  const without = await project.run()
  expect(without.exitCode).toBe(1)
  expect(/TestrigError \[\w+\]: (.*)/.exec(without.output)?.[1]).toMatchInlineSnapshot(
    `"\`driverInfo\` is set in environmentOptions, but nothing writes the report. Add \`testrig()\` of '@testrig/vitest/plugin' to the plugins in vitest.config.ts, or \`new DriverInfoReporter()\` of '@testrig/vitest/reporter' to the reporters."`,
  )
})

test('the reporter works without the plugin', async () => {
  const project = installed.project({
    ...files,
    'vitest.config.ts': `import { DriverInfoReporter } from '@testrig/vitest/reporter'
      export default { test: { reporters: ['default', new DriverInfoReporter({ directory: 'info' })] } }`,
  })
  const child = project.spawn(['run'])
  child.stdout.resume()
  child.stderr.resume()
  expect(await new Promise((done) => child.on('close', done))).toBe(0)
  expect(outlineOf(reportOf(project, 'info'))).toEqual(OUTLINE)
})

test('the report of several projects tells them apart, and one with a directory of its own has its own report', async () => {
  const project = installed.project({
    'vitest.config.ts': `import { testrig } from '@testrig/vitest/plugin'
      const plugins = [testrig({ driverInfo: true })]
      export default { test: { projects: [
        { root: 'one', plugins: [testrig({ driverInfo: true })], test: { name: 'one' } },
        { root: 'two', plugins: [testrig({ driverInfo: true })], test: { name: 'two' } },
        { root: 'apart', plugins: [testrig({ driverInfo: { directory: 'apart/info' } })], test: { name: 'apart' } },
        { root: 'off', plugins: [testrig()], test: { name: 'off' } },
      ] } }`,
    ...Object.fromEntries(
      ['one', 'two', 'apart', 'off'].flatMap((name) => [
        [`${name}/environment.ts`, ENVIRONMENT.replace('./part.ts', '../part.ts')],
        [`${name}/${name}.test.ts`, testFile(['db'])],
      ]),
    ),
  })
  const run = await project.run()
  expect(run.exitCode, run.output).toBe(0)
  expect(outlineOf(reportOf(project))).toEqual({
    environments: expect.arrayContaining([
      { scope: 'file', files: ['one/one.test.ts'], started: ['db'] },
      { scope: 'file', files: ['two/two.test.ts'], started: ['db'] },
    ]),
    tests: ['one > one/one.test.ts > uses db: passed, db', 'two > two/two.test.ts > uses db: passed, db'],
  })
  expect(outlineOf(reportOf(project, 'apart/info'))).toEqual({
    environments: [{ scope: 'file', files: ['apart/apart.test.ts'], started: ['db'] }],
    tests: ['apart > apart/apart.test.ts > uses db: passed, db'],
  })
  expect(summaryOf(run)).toMatchInlineSnapshot(`
    "    Drivers  db: up in <n> ms at most (2 times)
         Report  .testrig/driver-info/index.html
        Drivers  db: up in <n> ms
         Report  apart/info/index.html"
  `)
})

test('projects that extend one configuration are in one report', async () => {
  const project = installed.project({
    'vitest.config.ts': `import { testrig } from '@testrig/vitest/plugin'
      export default { plugins: [testrig({ driverInfo: true })], test: { projects: [
        { extends: true, test: { name: 'one', include: ['one.test.ts'] } },
        { extends: true, test: { name: 'two', include: ['two.test.ts'] } },
      ] } }`,
    'environment.ts': ENVIRONMENT,
    'one.test.ts': testFile(['db']),
    'two.test.ts': testFile(['app']),
  })
  const run = await project.run()
  expect(run.exitCode, run.output).toBe(0)
  expect(outlineOf(reportOf(project))).toMatchObject({
    tests: ['one > one.test.ts > uses db: passed, db', 'two > two.test.ts > uses app: passed, db, app'],
  })
})

test('the reports of shards are merged into one', SEVERAL_RUNS, async () => {
  const project = installed.project({
    'vitest.config.ts': CONFIG,
    'environment.ts': ENVIRONMENT,
    'one.test.ts': testFile(['db']),
    'two.test.ts': testFile(['app']),
    'three.test.ts': testFile(['other'], `{ scope: 'test' }`),
  })
  for (const shard of ['1/3', '2/3', '3/3']) {
    const child = project.spawn(['run', `--shard=${shard}`, '--reporter=blob'])
    child.stdout.resume()
    child.stderr.resume()
    expect(await new Promise((done) => child.on('close', done))).toBe(0)
    expect(reportOf(project)?.environments).toHaveLength(1)
  }
  const merged = await project.run('--merge-reports')
  expect(merged.exitCode, merged.output).toBe(0)
  expect(outlineOf(reportOf(project))).toEqual({
    environments: expect.arrayContaining([
      { scope: 'file', files: ['one.test.ts'], started: ['db'] },
      { scope: 'file', files: ['two.test.ts'], started: ['db', 'app'] },
      { scope: 'test', files: ['three.test.ts'], started: ['other'] },
    ]),
    tests: [
      'one.test.ts > uses db: passed, db',
      'three.test.ts > uses other: passed, other',
      'two.test.ts > uses app: passed, db, app',
    ],
  })
  expect(summaryOf(merged)).toContain('Report')
})

test(
  'in watch mode, the report keeps the files that did not run again, and an edit of the configuration counts',
  SEVERAL_RUNS,
  async () => {
    const project = installed.project({
      'vitest.config.ts': CONFIG,
      'environment.ts': ENVIRONMENT,
      'one.test.ts': testFile(['db']),
      'two.test.ts': testFile(['app']),
    })
    const watch = project.spawn(['watch', '--reporter=default'])
    let output = ''
    for (const stream of [watch.stdout, watch.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    const ended = new Promise((done) => watch.on('close', done))
    const reports = (times: number) =>
      expect.poll(() => output.split('Report  ').length - 1, { timeout: 20_000 }).toBe(times)
    const waits = (times: number) =>
      expect.poll(() => output.split('Waiting for file changes').length - 1, { timeout: 20_000 }).toBe(times)
    try {
      await waits(1)
      await reports(1)
      const first = reportOf(project)
      project.write('one.test.ts', testFile(['other']))
      await waits(2)
      await reports(2)
      const second = reportOf(project)
      expect(outlineOf(second)).toEqual({
        environments: [
          { scope: 'file', files: ['two.test.ts'], started: ['db', 'app'] },
          { scope: 'file', files: ['one.test.ts'], started: ['other'] },
        ],
        tests: ['one.test.ts > uses other: passed, other', 'two.test.ts > uses app: passed, db, app'],
      })
      const idOfTwo = first?.environments.find(({ files }) => files.includes('two.test.ts'))?.id
      expect(second?.environments[0]?.id).toBe(idOfTwo)
      project.write('vitest.config.ts', CONFIG.replace('true', `{ directory: 'moved' }`))
      await expect.poll(() => reportOf(project, 'moved')?.tests.length, { timeout: 20_000 }).toBe(2)
    } finally {
      watch.kill()
      await ended
    }
  },
)
