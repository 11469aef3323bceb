import { spawnSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { throwawayFolder } from './throwaway-folder.ts'

const repo = resolve(import.meta.dirname, '..')
const config = (options: object) => `
  import { CiReporter } from ${JSON.stringify(join(repo, 'scripts/ci-reporter.ts'))}
  export default { test: { globals: true, reporters: ['default', new CiReporter()], ...${JSON.stringify(options)} } }`

interface Options {
  CI?: string
  globalSetup?: string
  passWithNoTests?: boolean
}

function runVitest(files: Record<string, string>, { CI = '', ...options }: Options = {}) {
  const root = throwawayFolder({ 'vitest.config.js': config(options), ...files })
  symlinkSync(join(repo, 'node_modules'), join(root, 'node_modules'), 'dir')
  const { status, stdout, stderr } = spawnSync(join(repo, 'node_modules/.bin/vitest'), ['run'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    env: { ...process.env, CI, NO_COLOR: '1' },
  })
  return { status, lastLine: stdout.trimEnd().split('\n').at(-1), complaints: complaints(stderr) }
}

const complaints = (stderr: string) => stderr.split('\n').filter((line) => line.startsWith('On CI'))

test('the last line counts the tests that passed and failed', () => {
  const result = runVitest({
    'a.test.js': `test('a', () => {}); test('b', () => {}); test('c', () => expect(1).toBe(2))`,
    'b.test.js': `test('d', () => {})`,
  })
  expect(result).toEqual({ status: 1, lastLine: '3 passed, 1 failed', complaints: [] })
})

test('a run without failures exits with 0', () => {
  const result = runVitest({ 'a.test.js': `test('a', () => {})` }, { CI: 'true' })
  expect(result).toEqual({ status: 0, lastLine: '1 passed, 0 failed', complaints: [] })
})

test.for([
  ['a file that cannot be loaded', `throw new Error('no')`, '1 passed, 1 failed'],
  ['a file without tests', ``, '1 passed, 1 failed'],
  [
    'a failing afterAll',
    `test('b', () => {}); afterAll(() => { throw new Error('no') })`,
    '2 passed, 1 failed',
  ],
  [
    'a failing hook of a suite',
    `describe('s', () => { beforeAll(() => { throw new Error('no') }); test('b', () => {}) })`,
    '1 passed, 1 failed',
  ],
  [
    'an unhandled rejection',
    `test('b', () => new Promise((done) => { setTimeout(done, 50); Promise.reject(new Error('no')) }))`,
    '2 passed, 1 failed',
  ],
] as const)('%s counts as failed', ([, source, lastLine]) => {
  const result = runVitest({ 'a.test.js': `test('a', () => {})`, 'b.test.js': source })
  expect(result).toEqual({ status: 1, lastLine, complaints: [] })
})

test('a failing global teardown counts as failed', () => {
  const result = runVitest(
    {
      'a.test.js': `test('a', () => {})`,
      'setup.js': `export const teardown = () => { throw new Error('no') }`,
    },
    { globalSetup: './setup.js' },
  )
  expect(result).toEqual({ status: 1, lastLine: '1 passed, 1 failed', complaints: [] })
})

test('a run that finds no test counts as failed', () => {
  expect(runVitest({})).toEqual({ status: 1, lastLine: '0 passed, 1 failed', complaints: [] })
})

const skipping = {
  'a.test.js': `test('a', () => {}); describe('s', () => test.skip('b', () => {})); test.todo('c')
    test('d', ({ skip }) => skip())`,
}

test('skipped tests pass outside CI', () => {
  expect(runVitest(skipping)).toEqual({ status: 0, lastLine: '1 passed, 0 failed', complaints: [] })
})

test('on CI every skipped test fails the run and is named', () => {
  expect(runVitest(skipping, { CI: 'true' })).toEqual({
    status: 1,
    lastLine: '1 passed, 3 failed',
    complaints: [
      'On CI no test may be skipped: a.test.js > s > b',
      'On CI no test may be todo: a.test.js > c',
      'On CI no test may be skipped: a.test.js > d',
    ],
  })
})

test('on CI a file without tests fails the run also where the config lets it pass', () => {
  expect(
    runVitest({ 'a.test.js': `describe('s', () => {})` }, { CI: 'true', passWithNoTests: true }),
  ).toEqual({
    status: 1,
    lastLine: '0 passed, 1 failed',
    complaints: ['On CI no file may be without tests: a.test.js'],
  })
})
