import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Cli, testrig } from './cli.ts'
import { SHOP } from './environments.ts'
import { folderWith } from './folder.ts'

const PROJECT: Readonly<Record<string, string>> = {
  ...SHOP,
  'vitest.config.ts': `import { testrig } from '@testrig/vitest/plugin'
    export default { plugins: [testrig()] }`,
  'app.test.ts': `import { fixtures } from '@testrig/vitest'
    import environment from './environment.ts'
    const test = fixtures(environment)
    test('uses the app', ({ app }) => {})
    test('fails', () => { throw new Error('as asked') })`,
}

test("the project's Vitest runs, and gives the exit code", async () => {
  const failed = await testrig(['test', 'run'], { cwd: folderWith(PROJECT) })
  expect(failed.code).toBe(1)
  expect(failed.out).toContain('1 failed | 1 passed')
})

test('other arguments are for Vitest, and without --driver-info no report is written', async () => {
  const cwd = folderWith(PROJECT)
  const passed = await testrig(['test', 'run', '-t', 'uses'], { cwd })
  expect(passed.code).toBe(0)
  expect(passed.out).toContain('1 passed | 1 skipped')
  expect(existsSync(join(cwd, '.testrig'))).toBe(false)
})

test('--driver-info has the report written', async () => {
  const cwd = folderWith(PROJECT)
  const usual = await testrig(['test', 'run', '--driver-info', '-t', 'uses'], { cwd })
  expect(usual.code).toBe(0)
  expect(usual.err).toContain('.testrig/driver-info/index.html')
  expect(existsSync(join(cwd, '.testrig/driver-info/index.html'))).toBe(true)
})

test('--driver-info=… has it written to that directory', async () => {
  const cwd = folderWith(PROJECT)
  const own = await testrig(['test', '--driver-info=info', 'run', '-t', 'uses'], { cwd })
  expect(own.code).toBe(0)
  expect(existsSync(join(cwd, 'info/index.html'))).toBe(true)
})

test('a signal reaches Vitest', async () => {
  const cwd = folderWith({
    ...PROJECT,
    'app.test.ts': `import { test } from 'vitest'
      test('waits', () => { console.log('it waits'); return new Promise(() => {}) }, 0)`,
  })
  const cli = new Cli(['test', 'run'], { cwd })
  await cli.prints('it waits')
  cli.child.kill('SIGTERM')
  expect(await cli.ended).toBe(143)
})

test('a folder without Vitest is told', async () => {
  const cwd = folderWith({})
  rmSync(join(cwd, 'node_modules'))
  const { code, err } = await testrig(['test', 'run'], { cwd })
  expect(code).toBe(1)
  expect(err).toMatchInlineSnapshot(`
    "testrig [CLI_VITEST_MISSING]: Vitest is not installed for <folder>. Run this in the folder of a project that has it, or install it: npm install --save-dev vitest
    "
  `)
})
