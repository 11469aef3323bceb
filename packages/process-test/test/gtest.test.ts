import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { installation, type Project, type VitestRun } from '../../vitest/test/installation.ts'
import { gtestProgram, reason, skipped } from './gtest-program.ts'
import { ownResults } from './own-results.ts'
import { ENVIRONMENT, failuresOf, firstLine, trialProject } from './trial-project.ts'

const installed = installation('driver-tcp', 'process-test')
const binary = gtestProgram()

/** A project with a file that has the program's cases. */
function project(options = '', more = ''): Project {
  return trialProject(
    installed,
    `gtest(environment, { binary: ${JSON.stringify(binary)}, ${options} })\n${more}`,
  )
}

/** The processes that ran, each with its cases. */
function processes({ notes }: VitestRun): string[][] {
  const found: string[][] = []
  for (const note of notes) {
    if (note === 'run') found.push([])
    else found.at(-1)?.push(note.replace(/^\d+ /, ''))
  }
  return found
}

describe.skipIf(skipped !== undefined)(`the cases of a GTest program${reason}`, () => {
  test('have the results that the program itself gives them', async () => {
    const run = await project('env: { NOTES }').run()
    expect(run.tests, run.output).toEqual(await ownResults(binary, {}))
    expect(processes(run)).toHaveLength(1)
    expect(run.exitCode).toBe(1)
  })

  test('have their own results when one of them crashes; those after it are run by a further process', async () => {
    const run = await project("env: { NOTES, CRASH: 'yes' }").run()
    expect(run.tests, run.output).toEqual(await ownResults(binary, { CRASH: 'yes' }))
    expect(run.tests['cases Crash Crashes']).toBe('failed')
    expect(processes(run).map((cases) => cases.at(-1))).toEqual(['Crashes', 'Passes'])
  })

  test('show each failed assertion where it stands, and what the case printed', async () => {
    const run = await project('env: { NOTES }').run('-t', 'Basic.*FailsTwice')
    expect(failuresOf(run)).toMatchInlineSnapshot(`
      "Failed Tests 1 ⎯

       FAIL  cases.test.ts > cases > Basic > FailsTwice
      AssertionError: Expected equality of these values:
        1 + 1
          Which is: 2
        3
      the first
          60| TEST_F(Basic, FailsTwice) {
          61|   std::cout << "a line of the case\\n";
        ❯ 62|   EXPECT_EQ(1 + 1, 3) << "the first";
          63|   EXPECT_TRUE(false) << "the second";
          64| }

       ❯ Basic.FailsTwice <programs>/gtest.cpp:62:1

       ❯ program output
         ↳ a line of the case

      ⎯

       FAIL  cases.test.ts > cases > Basic > FailsTwice
      AssertionError: Value of: false
        Actual: false
      Expected: true
      the second
          61|   std::cout << "a line of the case\\n";
          62|   EXPECT_EQ(1 + 1, 3) << "the first";
        ❯ 63|   EXPECT_TRUE(false) << "the second";
          64| }
          65|

       ❯ Basic.FailsTwice <programs>/gtest.cpp:63:1

       ❯ program output
         ↳ a line of the case

      ⎯"
    `)
  })

  test('show a crash at the case that crashed, with what it printed', async () => {
    const run = await project("env: { NOTES, CRASH: 'yes' }").run('-t', 'Crash')
    expect(failuresOf(run)).toMatchInlineSnapshot(`
      "Failed Tests 1 ⎯

       FAIL  cases.test.ts > cases > Crash > Crashes
      TestrigError: The program <built>/cases ended with signal SIGSEGV while \`Crash > Crashes\` ran.
        the case printed:
          about to crash
        last lines of stderr (<run>/stderr):
          on the other stream
          107| TEST_F(Crash, Before) {}
          108|
        ❯ 109| TEST_F(Crash, Crashes) {
          110|   std::cout << "about to crash" << std::endl;
          111|   std::cerr << "on the other stream" << std::endl;

       ❯ Crash.Crashes <programs>/gtest.cpp:109:1

      ⎯"
    `)
  })

  test('run alone when -t selects them', async () => {
    const run = await project('env: { NOTES }').run('-t', 'Named/Even|Basic.*Passes|std::int-32')
    expect(run.exitCode, run.output).toBe(0)
    const passed = Object.keys(run.tests).filter((name) => run.tests[name] === 'passed')
    expect(passed).toEqual([
      'cases Basic Passes',
      'cases Sized/std::int-32 HasFourBytes',
      'cases Named/Even IsEven/n4',
    ])
    expect(processes(run)).toEqual([['Passes']])
  })

  test('start no process and no driver when none of them is selected', async () => {
    const run = await project('env: { NOTES }', "test('other', () => {})").run('-t', 'other')
    expect(run.exitCode, run.output).toBe(0)
    expect(processes(run)).toEqual([])
  })

  test('run alone when one of them is marked as only', async () => {
    const only = "testOptions: (name) => (name === 'Basic > Passes' ? { only: true } : {})"
    const run = await project(`env: { NOTES }, ${only}`, "test('other', () => {})").run()
    expect(run.tests.other, run.output).toBe('skipped')
    expect(processes(run)).toEqual([['Passes']])
  })

  test('run again alone for a further attempt', async () => {
    const trial = project("env: { NOTES, FLAG: process.env.NOTES + '.flag' }")
    const run = await trial.run('--retry=1', '-t', 'Basic.*(Passes|FailsAtFirst)')
    expect(run.exitCode, run.output).toBe(0)
    expect(processes(run)).toEqual([['Passes', 'FailsAtFirst'], ['FailsAtFirst']])
  })

  test('each have a process of their own when that is asked for', async () => {
    const run = await project("env: { NOTES }, processPer: 'test'").run('-t', 'Basic')
    expect(processes(run)).toEqual([['Passes'], ['FailsTwice'], ['Throws'], ['Skips'], ['FailsAtFirst']])
    const own = await ownResults(binary, {})
    for (const [name, state] of Object.entries(run.tests))
      expect([name, state]).toEqual([name, name.includes('Basic') ? own[name] : 'skipped'])
  })

  test('run although they are disabled when that is asked for', async () => {
    const run = await project('env: { NOTES }, alsoRunDisabledTests: true').run('-t', 'DISABLED')
    expect(run.tests['cases Basic DISABLED_NotYet'], run.output).toBe('failed')
    expect(run.tests['cases DISABLED_Suite Case']).toBe('passed')
  })

  test('are those that a filter lets through', async () => {
    const run = await project("env: { NOTES }, filter: 'Basic.*-*Fails*:*Throws'").run()
    expect(run.tests, run.output).toEqual({
      'cases Basic Passes': 'passed',
      'cases Basic Skips': 'skipped',
      'cases Basic DISABLED_NotYet': 'skipped',
    })
  })

  test.for(['--pool=threads', '--pool=vmThreads', '--no-isolate'])(
    'come out the same with %s',
    async (option) => {
      const run = await project("env: { NOTES, CRASH: 'yes' }").run(option)
      expect(run.tests, run.output).toEqual(await ownResults(binary, { CRASH: 'yes' }))
      expect(run.failures['cases Basic FailsTwice']).toHaveLength(2)
    },
  )

  test('share the drivers of a file with its other tests', async () => {
    const more = `const own = fixtures(environment)
      own('connections', async ({ 'my server': server }) => { await server.acceptConnection({ timeout: 5_000 }) })`
    const run = await project('env: { NOTES }', more).run('-t', 'Address|connections')
    expect(run.exitCode, run.output).toBe(0)
  })
})

describe.skipIf(skipped !== undefined)(`a GTest program${reason}`, () => {
  test('whose time is over is ended; the case that hung has failed, the others have their results', async () => {
    const run = await project("env: { NOTES, HANG: 'yes' }, timeout: 1_000").run('-t', 'Crash|Last')
    expect(states(run, /Crash|Last/), run.output).toEqual({
      'Crash Before': 'passed',
      'Crash Crashes': 'failed',
      'Crash After': 'passed',
      'Last Passes': 'passed',
    })
    expect(firstLine(run, 'cases Crash Crashes')).toMatchInlineSnapshot(
      `"TestrigError: The program <built>/cases did not end within 1000 ms and was ended while \`Crash > Crashes\` ran."`,
    )
  })

  test('that exits in the midst of a case has failed in it', async () => {
    const run = await project("env: { NOTES, EXIT: 'yes' }").run('-t', 'Crash')
    expect(states(run, /Crash/), run.output).toEqual({
      'Crash Before': 'passed',
      'Crash Crashes': 'failed',
      'Crash After': 'passed',
    })
    expect(firstLine(run, 'cases Crash Crashes')).toMatchInlineSnapshot(
      `"TestrigError: The program <built>/cases ended with exit code 0 while \`Crash > Crashes\` ran."`,
    )
  })

  test('whose suite cannot be set up fails its suite in Vitest, while cases keep their results', async () => {
    const run = await project("env: { NOTES, SUITE_FAILS: 'yes' }").run('-t', 'Last|SetUpSuite')
    expect(states(run, /Last|SetUpSuite/), run.output).toEqual({
      'SetUpSuite NeedsIt': 'skipped',
      'Last Passes': 'passed',
    })
    expect(run.exitCode).toBe(1)
    expect(failuresOf(run)).toMatchInlineSnapshot(`
      "Failed Suites 1 ⎯

       FAIL  cases.test.ts > cases
      AssertionError: Failed
      the suite has no ground
          120|  protected:
          121|   static void SetUpTestSuite() {
        ❯ 122|     if (asked("SUITE_FAILS")) FAIL() << "the suite has no ground";
          123|     if (asked("SUITE_CRASHES")) std::abort();
          124|   }

       ❯ program <programs>/gtest.cpp:122:1

      ⎯"
    `)
  })

  test('that crashes between its cases fails those that it was about to run', async () => {
    const run = await project("env: { NOTES, SUITE_CRASHES: 'yes' }").run('-t', 'Last|SetUpSuite|Crash')
    expect(states(run, /Last|SetUpSuite|Crash/), run.output).toEqual({
      'Crash Before': 'passed',
      'Crash Crashes': 'passed',
      'Crash After': 'passed',
      'SetUpSuite NeedsIt': 'failed',
      'Last Passes': 'passed',
    })
  })

  test('whose surroundings cannot be set up fails its suite in Vitest', async () => {
    const run = await project("env: { NOTES, ENVIRONMENT_FAILS: 'yes' }").run('-t', 'Last')
    expect(run.exitCode).toBe(1)
    expect(failuresOf(run)).toMatchInlineSnapshot(`
      "Failed Suites 1 ⎯

       FAIL  cases.test.ts > cases
      AssertionError: Failed
      the environment has no ground
          133| class Surroundings : public testing::Environment {
          134|   void SetUp() override {
        ❯ 135|     if (asked("ENVIRONMENT_FAILS")) FAIL() << "the environment has no ground";
          136|   }
          137| };

       ❯ program <programs>/gtest.cpp:135:1

      ⎯"
    `)
  })

  test('with an exit code that no case explains fails its suite in Vitest', async () => {
    const run = await project("env: { NOTES, EXIT_CODE: 'yes' }").run('-t', 'Last')
    expect(states(run, /Last/), run.output).toEqual({ 'Last Passes': 'passed' })
    expect(run.exitCode).toBe(1)
    expect(failuresOf(run)).toMatchInlineSnapshot(`
      "Failed Suites 1 ⎯

       FAIL  cases.test.ts > cases
      TestrigError: The program <built>/cases ended with exit code 23, although none of its cases failed.
        last lines of stdout (<run>/stdout):
          a program of its own
          Note: Google Test filter = Last.Passes
          [==========] Running 1 test from 1 test suite.
          [----------] Global test environment set-up.
          [----------] 1 test from Last
          [ RUN      ] Last.Passes
          [       OK ] Last.Passes (<time>)
          [----------] 1 test from Last (<time> total)

          [----------] Global test environment tear-down
          [==========] 1 test from 1 test suite ran. (<time> total)
          [  PASSED  ] 1 test.
      ⎯"
    `)
  })

  test('that cannot list its tests is one test that fails', async () => {
    const run = await project("env: { MAIN_FAILS: 'yes' }", "test('other', () => {})").run()
    expect(run.tests).toEqual({ 'cases lists its tests': 'failed', other: 'passed' })
    expect(failuresOf(run)).toMatchInlineSnapshot(`
      "Failed Tests 1 ⎯

       FAIL  cases.test.ts > cases > lists its tests
      TestrigError: The program <built>/cases did not list its tests: it ended with exit code 3. It has no driver's variables while it lists.
        last lines of stdout (<run>/stdout):
          a program of its own
      ⎯"
    `)
  })

  test('that has no tests, or is missing, is one test that fails, whatever -t selects', async () => {
    const none = await project("filter: 'None.*'").run('-t', 'Last')
    expect(none.tests).toEqual({ 'cases lists its tests': 'failed' })
    expect(firstLine(none, 'cases lists its tests')).toMatchInlineSnapshot(
      `"TestrigError: The program <built>/cases has no tests: its list is empty."`,
    )
    const missing = await project("binary: './missing'").run()
    expect(missing.tests).toEqual({ 'missing lists its tests': 'failed' })
    expect(firstLine(missing, 'missing lists its tests')).toMatchInlineSnapshot(
      `"TestrigError: The program ./missing could not be run: there is no program \`<project>/missing\`; build it first, or correct \`binary\`."`,
    )
  })

  test('with a driver that does not start fails each case that would run, with the reason', async () => {
    const trial = project('env: { NOTES }')
    trial.write(
      'environment.ts',
      ENVIRONMENT.replace("name: 'my server'", "name: 'my server', host: 'no.such.host.invalid'"),
    )
    const run = await trial.run('-t', 'Last|Address')
    expect(states(run, /Last|Address/)).toEqual({
      'Last Passes': 'failed',
      'Address IsThatOfTheServer': 'failed',
    })
    expect(firstLine(run, 'cases Last Passes')).toContain('my server')
    expect(processes(run)).toEqual([])
  })

  test('leaves its directory when a case failed', async () => {
    const failed = await project('env: { NOTES, CRASH: "yes" }').run('-t', 'Crash')
    const [, path = ''] = /last lines of stderr \((\S+)\)/.exec(failed.output) ?? []
    expect(existsSync(path)).toBe(true)
    expect(existsSync(join(path, '../stdout'))).toBe(true)
  })
})

/** States of some tests, by their names below the program's. */
function states({ tests }: VitestRun, pattern: RegExp): Record<string, string> {
  const entries = Object.entries(tests).map(([name, state]) => [name.replace('cases ', ''), state] as const)
  return Object.fromEntries(entries.filter(([name]) => pattern.test(name)))
}
