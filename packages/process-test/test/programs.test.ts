import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { installation } from '../../vitest/test/installation.ts'
import { failuresOf, firstLine, program, trialProject } from './trial-project.ts'

const installed = installation('driver-tcp', 'process-test')
const hasPython = process.env.CI === 'true' || spawnSync('python3', ['--version']).status === 0
// Debian's pytest belongs to the Python of the system, which need not be the first on the PATH.
const pythonWithPytest = ['/usr/bin/python3', 'python3'].find(
  (python) => spawnSync(python, ['-m', 'pytest', '--version']).status === 0,
)
const hasPytest = process.env.CI === 'true' || pythonWithPytest !== undefined

const hobbes = (options = '') =>
  trialProject(
    installed,
    `hobbesTest(environment, { binary: ${program('hobbes-test.py')}, name: 'hobbes', ${options} })`,
  )

describe.skipIf(!hasPython)(
  `a program that speaks Hobbes Test${hasPython ? '' : ' (skipped: needs python3)'}`,
  () => {
    test('has a test for each case that it reports', async () => {
      const run = await hobbes('env: { NOTES }').run()
      expect(run.tests, run.output).toEqual({
        'hobbes Arrays Passes': 'passed',
        'hobbes Arrays Fails': 'failed',
        'hobbes Arrays NotHere': 'skipped',
        'hobbes Net Connects': 'passed',
        'hobbes Storage Crashes': 'passed',
      })
      expect(firstLine(run, 'hobbes Arrays Fails')).toMatchInlineSnapshot(
        `"AssertionError: [Arrays/Fails]: Expression false, expected true: x (Net.C:12)"`,
      )
      expect(run.notes).toEqual([''])
    })

    test('whose suite crashes has the results of the others, each run by itself', async () => {
      const run = await hobbes("env: { NOTES, CRASH: 'yes' }").run('-t', 'Net')
      expect(run.tests, run.output).toEqual({
        'hobbes Arrays Passes': 'skipped',
        'hobbes Arrays Fails': 'skipped',
        'hobbes Arrays NotHere': 'skipped',
        'hobbes Net Connects': 'passed',
        'hobbes Storage runs to its end': 'failed',
      })
      expect(failuresOf(run)).toMatchInlineSnapshot(`
        "Failed Tests 1 ⎯

         FAIL  cases.test.ts > hobbes > Storage > runs to its end
        TestrigError: The program <programs>/hobbes-test.py ended with signal SIGABRT before it was through.
          last lines of stdout (<run>/stdout):
            about to crash
        ⎯"
      `)
      expect(run.notes).toEqual(['', 'Arrays', 'Net', 'Storage'])
    })

    test('has a test for each suite when it runs with the tests, which -t selects', async () => {
      const run = await hobbes("env: { NOTES }, runAt: 'tests'").run('-t', 'Arrays|Net')
      expect(run.tests, run.output).toEqual({
        'hobbes Arrays': 'failed',
        'hobbes Net': 'passed',
        'hobbes Storage': 'skipped',
      })
      expect(firstLine(run, 'hobbes Arrays')).toMatchInlineSnapshot(
        `"AssertionError: Fails: [Arrays/Fails]: Expression false, expected true: x (Net.C:12)"`,
      )
      expect(run.notes).toEqual(['Arrays Net'])
    })

    test('whose report is cut off is a test that fails', async () => {
      const run = await hobbes("env: { NOTES, CUT: 'yes' }, tests: ['Net']").run()
      expect(run.tests, run.output).toEqual({ 'hobbes Net runs to its end': 'failed' })
      expect(failuresOf(run)).toMatchInlineSnapshot(`
        "Failed Tests 1 ⎯

         FAIL  cases.test.ts > hobbes > Net > runs to its end
        TestrigError: The program <programs>/hobbes-test.py ended with exit code 0, but its report is not whole.
          it printed nothing
        ⎯"
      `)
    })
  },
)

const pytest = (options: string) => `processTest(environment, {
  binary: '${pythonWithPytest}', args: ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'test_orders.py'], name: 'pytest', workingDir: ${program('')},
  report: { junit: (file) => ['--junitxml', file] }, ${options} })`

describe.skipIf(!hasPytest)(
  `pytest, by JUnit XML${hasPytest ? '' : ' (skipped: needs python3-pytest)'}`,
  () => {
    test('has a test for each case that it reports', async () => {
      const run = await trialProject(installed, pytest('env: { PYTHONDONTWRITEBYTECODE: 1 }')).run()
      expect(run.tests, run.output).toEqual({
        'pytest test_orders test_skipped': 'skipped',
        'pytest test_orders test_set_up': 'failed',
        'pytest test_orders test_crashes': 'passed',
        'pytest test_orders.TestServer test_connects': 'passed',
        'pytest test_orders.TestServer test_even[2]': 'passed',
        'pytest test_orders.TestServer test_even[3]': 'failed',
      })
      expect(failuresOf(run)).toMatchInlineSnapshot(`
        "Failed Tests 2 ⎯

         FAIL  cases.test.ts > pytest > test_orders.TestServer > test_even[3]
        AssertionError: self = <test_orders.TestServer object at <address>>, number = 3

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

         ❯ test_orders.TestServer.test_even[3] <programs>/test_orders.py:14:1

        ⎯

         FAIL  cases.test.ts > pytest > test_orders > test_set_up
        Error: failed on setup with "RuntimeError: no ground"
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

         ❯ test_orders.test_set_up <programs>/test_orders.py:24:1

        ⎯"
      `)
    })

    test('that crashes is a test that fails, with what it printed', async () => {
      const run = await trialProject(
        installed,
        pytest("env: { PYTHONDONTWRITEBYTECODE: 1, CRASH: 'yes' }"),
      ).run()
      expect(run.tests, run.output).toEqual({ 'pytest runs to its end': 'failed' })
      expect(firstLine(run, 'pytest runs to its end')).toMatchInlineSnapshot(
        `"TestrigError: The program /usr/bin/python3 ended with signal SIGABRT before it was through."`,
      )
      expect(run.output).toContain('Fatal Python error: Aborted')
    })

    test('runs just the cases that are selected when it is told how to list and select them', async () => {
      const listed = `list: {
        args: ['--collect-only'],
        parse: (output) => [...output.matchAll(/^\\S*?(\\w+)\\.py::(?:(\\w+)::)?(.+)$/gm)].map(([, file, name, test]) => [name ? file + '.' + name : file, test]),
      },
      select: (cases) => ['-k', cases.map(([, name]) => name.replace(/\\[.*/, '')).join(' or ')],
      env: { PYTHONDONTWRITEBYTECODE: 1 },`
      const run = await trialProject(installed, pytest(listed)).run('-t', 'test_connects|test_skipped')
      expect(run.tests, run.output).toEqual({
        'pytest test_orders test_skipped': 'skipped',
        'pytest test_orders test_set_up': 'skipped',
        'pytest test_orders test_crashes': 'skipped',
        'pytest test_orders.TestServer test_connects': 'passed',
        'pytest test_orders.TestServer test_even[2]': 'skipped',
        'pytest test_orders.TestServer test_even[3]': 'skipped',
      })
    })
  },
)

const nodeTest = (options: string) => `processTest(environment, {
  binary: process.execPath, args: ['--test', '--test-reporter=tap', ${program('cases.mjs')}], name: 'node',
  report: 'tap', ${options} })`

describe('a program of Node.js, by TAP', () => {
  test('has a test for each case that it reports', async () => {
    const run = await trialProject(installed, nodeTest('')).run()
    expect(run.tests, run.output).toEqual({
      'node connects': 'passed',
      'node numbers adds': 'passed',
      'node numbers is even': 'failed',
      'node numbers skips': 'skipped',
      'node numbers comes': 'skipped',
      'node parent child': 'passed',
      'node parent': 'failed',
    })
    expect(failuresOf(run)).toMatchInlineSnapshot(`
      "Failed Tests 2 ⎯

       FAIL  cases.test.ts > node > numbers > is even
      AssertionError: Expected values to be strictly equal:

      1 !== 0
          13| describe('numbers', () => {
          14|   it('adds', () => {})
        ❯ 15|   it('is even', () => assert.equal(3 % 2, 0))
          16|   it.skip('skips', () => {})
          17|   it('comes', { todo: 'later' }, () => assert.fail())

       ❯ numbers.is even <programs>/cases.mjs:15:1

      ⎯

       FAIL  cases.test.ts > node > parent
      Error: the parent itself
          21|   await context.test('child', () => {})
          22|   if (CRASH === 'yes') process.kill(process.pid, 'SIGKILL')
        ❯ 23|   throw new Error('the parent itself')
          24| })
          25|

       ❯ parent <programs>/cases.mjs:23:1

      ⎯"
    `)
  })

  test('is one test with each failure when it runs with the tests', async () => {
    const run = await trialProject(installed, nodeTest("runAt: 'tests'")).run()
    expect(run.tests, run.output).toEqual({ 'node all cases pass': 'failed' })
    expect(run.failures['node all cases pass']?.map((each) => each.split('\n')[0])).toMatchInlineSnapshot(`
      [
        "AssertionError: numbers > is even: Expected values to be strictly equal:",
        "Error: parent: the parent itself",
      ]
    `)
  })
})

const shell = (options: string) => `processTest(environment, {
  binary: ${program('check.sh')}, ${options}
  env: { ADDRESS: context('my server', '{{ host }}:{{ port }}'), EXIT: process.env.CODE, CHILD: process.env.CHILD, HANG: process.env.HANG } })`

describe('a shell script, by its exit code', () => {
  test('is one test', async () => {
    const run = await trialProject(installed, shell('')).run()
    expect(run.tests, run.output).toEqual({ 'check.sh ends with exit code 0': 'passed' })
  })

  test('that ends with another code fails, with what it printed', async () => {
    const run = await trialProject(installed, `process.env.CODE = '7'\n${shell('')}`).run()
    expect(failuresOf(run).replace(/:\d+/g, ':<port>')).toMatchInlineSnapshot(`
      "Failed Tests 1 ⎯

       FAIL  cases.test.ts > check.sh > ends with exit code 0
      TestrigError: The program <programs>/check.sh ended with exit code 7 instead of exit code 0.
        last lines of stdout (<run>/stdout):
          the server is at 127.0.0.1:<port>, which is 127.0.0.1:<port>
      ⎯"
    `)
  })

  test('may end with the code that is expected', async () => {
    const run = await trialProject(
      installed,
      `process.env.CODE = '7'\n${shell('expectedExitCode: 7,')}`,
    ).run()
    expect(run.tests, run.output).toEqual({ 'check.sh ends with exit code 7': 'passed' })
  })
})
