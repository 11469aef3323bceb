import { spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, test } from 'vitest'
import { installation, type VitestRun } from '../../vitest/test/installation.ts'
import { failuresOf, firstLine, program, trialProject } from './trial-project.ts'

const installed = installation('driver-tcp', 'process-test')

// Debian's pytest belongs to the Python of the system, which need not be the first on the PATH.
const python = ['/usr/bin/python3', 'python3'].find(
  (each) => spawnSync(each, ['-m', 'pytest', '--version']).status === 0,
)
const lacksPython = python === undefined && process.env.CI !== 'true'
const reason = lacksPython ? ' (skipped: needs python3 with pytest)' : ''

function hobbes(name: string, options: string): string {
  return `hobbesTest(environment, { name: '${name}', binary: ${program('hobbes-test.py')}, ${options} })\n`
}

function pytest(name: string, options = '', variables = ''): string {
  const args = "['-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'test_orders.py']"
  const env = `{ PYTHONDONTWRITEBYTECODE: 1, ${variables} }`
  return `processTest(environment, {
    name: '${name}', binary: '${python}', args: ${args}, workingDir: ${program('')}, env: ${env},
    report: { junit: (file) => ['--junitxml', file] }, ${options} })\n`
}

function node(name: string, options = ''): string {
  return `processTest(environment, {
    name: '${name}', binary: process.execPath, args: ['--test', '--test-reporter=tap', ${program('cases.mjs')}],
    report: 'tap', ${options} })\n`
}

function shell(name: string, options = '', exit = 0): string {
  const env = `{ ADDRESS: context('my server', '{{ host }}:{{ port }}'), EXIT: ${exit} }`
  return `processTest(environment, { name: '${name}', binary: ${program('check.sh')}, env: ${env}, ${options} })\n`
}

/** States of a program's tests, by their names below the program's. */
function states({ tests }: VitestRun, name: string): Record<string, string> {
  const own = Object.entries(tests).filter(([each]) => each.startsWith(`${name} `))
  return Object.fromEntries(own.map(([each, state]) => [each.slice(name.length + 1), state]))
}

describe('programs without a framework that is known', () => {
  let run: VitestRun
  beforeAll(async () => {
    const programs = [
      node('node'),
      node('whole', "runAt: 'tests'"),
      shell('zero'),
      shell('seven', '', 7),
      shell('expected', 'expectedExitCode: 7', 7),
    ]
    run = await trialProject(installed, programs.join('')).run()
  })

  test('have a test for each case that they report in TAP', () => {
    expect(states(run, 'node'), run.output).toEqual({
      connects: 'passed',
      'numbers adds': 'passed',
      'numbers is even': 'failed',
      'numbers skips': 'skipped',
      'numbers comes': 'skipped',
      'parent child': 'passed',
      parent: 'failed',
    })
    expect(failuresOf(run, 'node', 'numbers', 'is even')).toMatchInlineSnapshot(`
      "AssertionError: Expected values to be strictly equal:
      1 !== 0
          13| describe('numbers', () => {
          14|   it('adds', () => {})
        ❯ 15|   it('is even', () => assert.equal(3 % 2, 0))
          16|   it.skip('skips', () => {})
          17|   it('comes', { todo: 'later' }, () => assert.fail())
       ❯ numbers.is even <programs>/cases.mjs:15:1"
    `)
    expect(failuresOf(run, 'node', 'parent')).toMatchInlineSnapshot(`
      "Error: the parent itself
          21|   await context.test('child', () => {})
          22|   if (CRASH === 'yes') process.kill(process.pid, 'SIGKILL')
        ❯ 23|   throw new Error('the parent itself')
          24| })
          25|
       ❯ parent <programs>/cases.mjs:23:1"
    `)
  })

  test('are one test with each failure when they run with the tests', () => {
    expect(states(run, 'whole')).toEqual({ 'all cases pass': 'failed' })
    expect(run.failures['whole all cases pass']?.map((each) => each.split('\n')[0])).toMatchInlineSnapshot(`
      [
        "AssertionError: numbers > is even: Expected values to be strictly equal:",
        "Error: parent: the parent itself",
      ]
    `)
  })

  test('are one test that their exit code decides, when they report nothing', () => {
    expect(states(run, 'zero')).toEqual({ 'ends with exit code 0': 'passed' })
    expect(states(run, 'seven')).toEqual({ 'ends with exit code 0': 'failed' })
    expect(states(run, 'expected')).toEqual({ 'ends with exit code 7': 'passed' })
    expect(
      failuresOf(run, 'seven', 'ends with exit code 0').replace(/:\d+/g, ':<port>'),
    ).toMatchInlineSnapshot(`
      "TestrigError [PROGRAM_EXIT_CODE]: The program <programs>/check.sh ended with exit code 7 instead of exit code 0.
        last lines of stdout (<run>/stdout):
          the server is at 127.0.0.1:<port>, which is 127.0.0.1:<port>"
    `)
  })
})

describe.skipIf(lacksPython)(`programs in Python${reason}`, () => {
  let run: VitestRun
  beforeAll(async () => {
    const programs = [
      hobbes('hobbes', 'env: { NOTES }'),
      hobbes('crash', "env: { NOTES: NOTES + '.crash', CRASH: 'yes' }"),
      hobbes('cut', "env: { NOTES: NOTES + '.cut', CUT: 'yes' }, tests: ['Net']"),
      pytest('pytest'),
      pytest('abort', '', "CRASH: 'yes'"),
    ]
    run = await trialProject(installed, programs.join('')).run()
  })

  test('that speak Hobbes Test have a test for each case that they report', () => {
    expect(states(run, 'hobbes'), run.output).toEqual({
      'Arrays Passes': 'passed',
      'Arrays Fails': 'failed',
      'Arrays NotHere': 'skipped',
      'Net Connects': 'passed',
      'Storage Crashes': 'passed',
    })
    expect(firstLine(run, 'hobbes Arrays Fails')).toMatchInlineSnapshot(
      `"AssertionError: [Arrays/Fails]: Expression false, expected true: x (Net.C:12)"`,
    )
    expect(run.notes).toEqual([''])
  })

  test('that speak Hobbes Test run each suite by itself when one of them crashes', () => {
    expect(states(run, 'crash')).toEqual({
      'Arrays Passes': 'passed',
      'Arrays Fails': 'failed',
      'Arrays NotHere': 'skipped',
      'Net Connects': 'passed',
      'Storage runs to its end': 'failed',
    })
    expect(failuresOf(run, 'crash', 'Storage', 'runs to its end')).toMatchInlineSnapshot(`
      "TestrigError [PROGRAM_ENDED]: The program <programs>/hobbes-test.py ended with signal SIGABRT before it was through.
        last lines of stdout (<run>/stdout):
          about to crash"
    `)
  })

  test('whose report is cut off are a test that fails', () => {
    expect(states(run, 'cut')).toEqual({ 'Net runs to its end': 'failed' })
    expect(failuresOf(run, 'cut', 'Net', 'runs to its end')).toMatchInlineSnapshot(`
      "TestrigError [PROGRAM_REPORT]: The program <programs>/hobbes-test.py ended with exit code 0, but its report is not whole.
        it printed nothing"
    `)
  })

  test('of pytest have a test for each case that they report in JUnit XML', () => {
    expect(states(run, 'pytest')).toEqual({
      'test_orders test_skipped': 'skipped',
      'test_orders test_set_up': 'failed',
      'test_orders test_crashes': 'passed',
      'test_orders.TestServer test_connects': 'passed',
      'test_orders.TestServer test_even[2]': 'passed',
      'test_orders.TestServer test_even[3]': 'failed',
    })
    expect(failuresOf(run, 'pytest', 'test_orders.TestServer', 'test_even[3]')).toMatchInlineSnapshot(`
      "AssertionError: self = <test_orders.TestServer object at <address>>, number = 3
          @pytest.mark.parametrize("number", [2, 3])
          def test_even(self, number):
      >       assert number % 2 == 0
      E       assert (3 % 2) == 0
      test_orders.py:14: AssertionError
          12|     @pytest.mark.parametrize("number", [2, 3])
          13|     def test_even(self, number):
        ❯ 14|         assert number % 2 == 0
          15|
          16|
       ❯ test_orders.TestServer.test_even[3] <programs>/test_orders.py:14:1"
    `)
    expect(failuresOf(run, 'pytest', 'test_orders', 'test_set_up')).toMatchInlineSnapshot(`
      "Error: failed on setup with "RuntimeError: no ground"
      @pytest.fixture
          def broken():
      >       raise RuntimeError("no ground")
      E       RuntimeError: no ground
      test_orders.py:24: RuntimeError
          22| @pytest.fixture
          23| def broken():
        ❯ 24|     raise RuntimeError("no ground")
          25|
          26|
       ❯ test_orders.test_set_up <programs>/test_orders.py:24:1"
    `)
  })

  test('that crash are a test that fails, with what they printed', () => {
    expect(states(run, 'abort')).toEqual({ 'runs to its end': 'failed' })
    expect(firstLine(run, 'abort runs to its end')).toContain(
      'ended with signal SIGABRT before it was through.',
    )
    expect(failuresOf(run, 'abort', 'runs to its end')).toContain('Fatal Python error: Aborted')
  })

  test('run just what -t selects when it is known how they list and select', async () => {
    const list = `{ args: ['--collect-only'], parse: (output) =>
      [...output.matchAll(/^\\S*?(\\w+)\\.py::(?:(\\w+)::)?(.+)$/gm)].map(([, file, name, test]) => [name ? file + '.' + name : file, test]) }`
    const select = `(cases) => ['-k', cases.map(([, name]) => name.replace(/\\[.*/, '')).join(' or ')]`
    const programs = [
      pytest('pytest', `list: ${list}, select: ${select}`),
      hobbes('hobbes', "env: { NOTES }, runAt: 'tests'"),
    ]
    const run = await trialProject(installed, programs.join('')).run('-t', 'test_connects|Arrays|Net')
    expect(states(run, 'hobbes'), run.output).toEqual({ Arrays: 'failed', Net: 'passed', Storage: 'skipped' })
    expect(firstLine(run, 'hobbes Arrays')).toMatchInlineSnapshot(
      `"AssertionError: Fails: [Arrays/Fails]: Expression false, expected true: x (Net.C:12)"`,
    )
    expect(run.notes).toEqual(['Arrays Net'])
    const passed = Object.entries(states(run, 'pytest')).filter(([, state]) => state !== 'skipped')
    expect(passed).toEqual([['test_orders.TestServer test_connects', 'passed']])
  })
})
