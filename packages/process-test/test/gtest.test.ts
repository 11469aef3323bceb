import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { installation, type Project, type VitestRun } from '../../vitest/test/installation.ts'
import { gtestProgram, reason, skipped } from './gtest-program.ts'
import { ownResults } from './own-results.ts'
import { ENVIRONMENT, failuresOf, firstLine, trialProject } from './trial-project.ts'

const installed = installation('driver-tcp', 'process-test')
const binary = gtestProgram()

/** Has a program's cases in a project's file; what they note goes to a file that is named for the program. */
function gtest(name = 'cases', options = '', env = ''): string {
  const common = `binary: ${JSON.stringify(binary)}, name: '${name}', env: { NOTES: NOTES + '-${name}', ${env} }`
  return `gtest(environment, { ${common}, ${options} })\n`
}

/** The processes of a program that ran, each with its cases. */
function processes(project: Project, name = 'cases'): string[][] {
  const file = `${project.notes}-${name}`
  const notes = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
  const found: string[][] = []
  for (const note of notes) {
    if (note === 'run') found.push([])
    else found.at(-1)?.push(note.replace(/^\d+ /, ''))
  }
  return found
}

/** States of a program's tests, by their names below the program's; none of those that `-t` left out. */
function states({ tests }: VitestRun, program = 'cases'): Record<string, string> {
  const entries = Object.entries(tests).filter(([name]) => name.startsWith(`${program} `))
  return Object.fromEntries(entries.map(([name, state]) => [name.slice(program.length + 1), state]))
}

describe.skipIf(skipped !== undefined)(`the cases of a GTest program${reason}`, () => {
  const project = trialProject(
    installed,
    [
      gtest(),
      gtest('crash', '', "CRASH: 'yes'"),
      gtest('each', "processPer: 'test', filter: 'Basic.*'"),
      gtest('disabled', "alsoRunDisabledTests: true, filter: '*DISABLED*'"),
      gtest('filter', "filter: 'Basic.*-*Fails*:*Throws'"),
      "fixtures(environment)('server', async ({ 'my server': server }) => { await server.acceptConnection({ timeout: 5_000 }) })",
    ].join(''),
  )
  let run: VitestRun
  beforeAll(async () => {
    run = await project.run()
  })

  test('have the results that the program itself gives them, from one process', async () => {
    expect(states(run), run.output).toEqual(await ownResults(binary, {}))
    expect(processes(project)).toHaveLength(1)
    expect(run.exitCode).toBe(1)
  })

  test('have their own results when one of them crashes; those after it are run by a further process', async () => {
    expect(states(run, 'crash'), run.output).toEqual(await ownResults(binary, { CRASH: 'yes' }))
    expect(states(run, 'crash')).toMatchObject({ 'Crash Crashes': 'failed', 'Crash After': 'passed' })
    expect(processes(project, 'crash').map((cases) => cases.at(-1))).toEqual(['Crashes', 'Passes'])
  })

  test('show each failed assertion where it stands, and what the case printed', () => {
    expect(failuresOf(run, 'cases', 'Basic', 'FailsTwice')).toMatchInlineSnapshot(`
      "AssertionError: Expected equality of these values:
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
         ↳ a line of the case"
    `)
    expect(failuresOf(run, 'cases', 'Basic', 'Throws')).toMatchInlineSnapshot(
      `"AssertionError: C++ exception with description "boom" thrown in the test body."`,
    )
  })

  test('show a crash at the case that crashed, with what it printed', () => {
    expect(failuresOf(run, 'crash', 'Crash', 'Crashes')).toMatchInlineSnapshot(`
      "TestrigError [PROGRAM_ENDED]: The program <built>/cases ended with signal SIGSEGV while \`Crash > Crashes\` ran.
        the case printed:
          about to crash
        last lines of stderr (<run>/stderr):
          on the other stream
          107| TEST_F(Crash, Before) {}
          108|
        ❯ 109| TEST_F(Crash, Crashes) {
          110|   std::cout << "about to crash" << std::endl;
          111|   std::cerr << "on the other stream" << std::endl;
       ❯ Crash.Crashes <programs>/gtest.cpp:109:1"
    `)
  })

  test('share the drivers of a file with its other tests', () => {
    expect(run.tests.server, run.output).toBe('passed')
  })

  test('each have a process of their own when that is asked for', async () => {
    const cases = ['Passes', 'FailsTwice', 'Throws', 'Skips', 'FailsAtFirst']
    expect(processes(project, 'each')).toEqual(cases.map((name) => [name]))
    const own = await ownResults(binary, {})
    for (const name of cases) expect(states(run, 'each')[`Basic ${name}`]).toBe(own[`Basic ${name}`])
  })

  test('run although they are disabled when that is asked for', () => {
    expect(states(run, 'disabled')).toEqual({
      'Basic DISABLED_NotYet': 'failed',
      'DISABLED_Suite Case': 'passed',
    })
  })

  test('are those that a filter lets through', () => {
    expect(states(run, 'filter')).toEqual({
      'Basic Passes': 'passed',
      'Basic Skips': 'skipped',
      'Basic DISABLED_NotYet': 'skipped',
    })
  })
})

/** An environment that leaves a note when it starts. */
const NOTED_START = `import { note } from './notes.ts'
  ${ENVIRONMENT.replace("'my server' })]", "'my server' })], { beforeStart: () => note('start') }")}`

describe.skipIf(skipped !== undefined)(`the cases of a GTest program that are chosen${reason}`, () => {
  test('by -t run alone', async () => {
    const project = trialProject(installed, gtest())
    project.write('environment.ts', NOTED_START)
    const run = await project.run('-t', 'Named/Even|Basic.*Passes|std::int-32')
    expect(run.exitCode, run.output).toBe(0)
    const passed = Object.entries(states(run)).flatMap(([name, state]) => (state === 'passed' ? [name] : []))
    expect(passed).toEqual(['Basic Passes', 'Sized/std::int-32 HasFourBytes', 'Named/Even IsEven/n4'])
    expect(processes(project)).toEqual([['Passes']])
    expect(run.notes).toEqual(['start'])
  })

  test('by -t run in no process, without drivers, when there are none', async () => {
    const project = trialProject(installed, `${gtest()}test('other', () => {})`)
    project.write('environment.ts', NOTED_START)
    const run = await project.run('-t', 'other')
    expect(run.exitCode, run.output).toBe(0)
    expect(processes(project)).toEqual([])
    expect(run.notes).toEqual([])
  })

  test('by only run alone', async () => {
    const only = "testOptions: (name) => (name === 'Basic > Passes' ? { only: true } : {})"
    const project = trialProject(installed, `${gtest('cases', only)}test('other', () => {})`)
    const run = await project.run()
    expect(run.tests.other, run.output).toBe('skipped')
    expect(processes(project)).toEqual([['Passes']])
  })

  test('for a further attempt run alone', async () => {
    const flag = "FLAG: process.env.NOTES + '.flag'"
    const project = trialProject(installed, gtest('cases', "filter: 'Basic.Passes:Basic.FailsAtFirst'", flag))
    const run = await project.run('--retry=1')
    expect(run.exitCode, run.output).toBe(0)
    expect(processes(project)).toEqual([['Passes', 'FailsAtFirst'], ['FailsAtFirst']])
  })

  test.for(['--pool=threads', '--pool=vmThreads', '--no-isolate'])(
    'come out the same with %s',
    async (option) => {
      const run = await trialProject(installed, gtest('cases', '', "CRASH: 'yes'")).run(option)
      expect(states(run), run.output).toEqual(await ownResults(binary, { CRASH: 'yes' }))
      expect(run.failures['cases Basic FailsTwice']).toHaveLength(2)
    },
  )
})

describe.skipIf(skipped !== undefined)(`a GTest program${reason}`, () => {
  const crash = "filter: 'Crash.*:Last.*'"
  const suites = "filter: 'Crash.*:SetUpSuite.*:Last.*'"
  const last = "filter: 'Last.*'"
  const project = trialProject(
    installed,
    [
      gtest('hang', `${crash}, timeout: 1_000`, "HANG: 'yes'"),
      gtest('exit', crash, "EXIT: 'yes'"),
      gtest('suite fails', suites, "SUITE_FAILS: 'yes'"),
      gtest('suite crashes', suites, "SUITE_CRASHES: 'yes'"),
      gtest('tear-down crashes', suites, "TEAR_DOWN_CRASHES: 'yes'"),
      gtest('surroundings', last, "ENVIRONMENT_FAILS: 'yes'"),
      gtest('code', last, "EXIT_CODE: 'yes'"),
      gtest('list', '', "MAIN_FAILS: 'yes'"),
      gtest('none', "filter: 'None.*'"),
      gtest('missing', "binary: './missing'"),
    ].join(''),
  )
  let run: VitestRun
  beforeAll(async () => {
    run = await project.run()
  })

  const CRASH_PASSES = { 'Crash Before': 'passed', 'Crash Crashes': 'passed', 'Crash After': 'passed' }

  test('whose time is over is ended; the case that hung has failed, the others have their results', () => {
    expect(states(run, 'hang'), run.output).toEqual({
      ...CRASH_PASSES,
      'Crash Crashes': 'failed',
      'Last Passes': 'passed',
    })
    expect(firstLine(run, 'hang Crash Crashes')).toMatchInlineSnapshot(
      `"TestrigError [PROGRAM_TIMEOUT]: The program <built>/cases did not end within 1000 ms and was ended while \`Crash > Crashes\` ran."`,
    )
  })

  test('that exits in the midst of a case has failed in it', () => {
    expect(states(run, 'exit')).toEqual({
      ...CRASH_PASSES,
      'Crash Crashes': 'failed',
      'Last Passes': 'passed',
    })
    expect(firstLine(run, 'exit Crash Crashes')).toMatchInlineSnapshot(
      `"TestrigError [PROGRAM_ENDED]: The program <built>/cases ended with exit code 0 while \`Crash > Crashes\` ran."`,
    )
  })

  test('whose suite cannot be set up fails its suite in Vitest, while cases keep their results', () => {
    expect(states(run, 'suite fails')).toEqual({
      ...CRASH_PASSES,
      'SetUpSuite NeedsIt': 'skipped',
      'Last Passes': 'passed',
    })
    expect(failuresOf(run, 'suite fails')).toMatchInlineSnapshot(`
      "AssertionError: Failed
      the suite has no ground
          120|  protected:
          121|   static void SetUpTestSuite() {
        ❯ 122|     if (asked("SUITE_FAILS")) FAIL() << "the suite has no ground";
          123|     if (asked("SUITE_CRASHES")) std::abort();
          124|   }
       ❯ program <programs>/gtest.cpp:122:1"
    `)
  })

  test('that crashes before a suite fails the cases of this suite', () => {
    expect(states(run, 'suite crashes')).toEqual({
      ...CRASH_PASSES,
      'SetUpSuite NeedsIt': 'failed',
      'Last Passes': 'passed',
    })
  })

  test('that crashes after a suite fails its suite in Vitest; the other cases are run', () => {
    const passed = { ...CRASH_PASSES, 'SetUpSuite NeedsIt': 'passed', 'Last Passes': 'passed' }
    expect(states(run, 'tear-down crashes')).toEqual(passed)
    expect(failuresOf(run, 'tear-down crashes').split('\n')[0]).toMatchInlineSnapshot(
      `"TestrigError [PROGRAM_ENDED]: The program <built>/cases ended with signal SIGABRT while \`SetUpSuite\` ran."`,
    )
  })

  test('whose surroundings cannot be set up fails its suite in Vitest', () => {
    expect(failuresOf(run, 'surroundings')).toMatchInlineSnapshot(`
      "AssertionError: Failed
      the environment has no ground
          136| class Surroundings : public testing::Environment {
          137|   void SetUp() override {
        ❯ 138|     if (asked("ENVIRONMENT_FAILS")) FAIL() << "the environment has no ground";
          139|   }
          140| };
       ❯ program <programs>/gtest.cpp:138:1"
    `)
  })

  test('with an exit code that no case explains fails its suite in Vitest', () => {
    expect(states(run, 'code')).toEqual({ 'Last Passes': 'passed' })
    expect(failuresOf(run, 'code')).toMatchInlineSnapshot(`
      "TestrigError [PROGRAM_EXIT_CODE]: The program <built>/cases ended with exit code 23, although none of its cases failed.
        last lines of stdout (<run>/stdout):
          a program of its own
          Note: Google Test filter = Last.*
          [==========] Running 1 test from 1 test suite.
          [----------] Global test environment set-up.
          [----------] 1 test from Last
          [ RUN      ] Last.Passes
          [       OK ] Last.Passes (<time>)
          [----------] 1 test from Last (<time> total)
          [----------] Global test environment tear-down
          [==========] 1 test from 1 test suite ran. (<time> total)
          [  PASSED  ] 1 test."
    `)
  })

  test('that cannot list its tests is one test that fails', () => {
    expect(failuresOf(run, 'list', 'lists its tests')).toMatchInlineSnapshot(`
      "TestrigError [PROGRAM_LIST_FAILED]: The program <built>/cases did not list its tests: it ended with exit code 3. It has no driver's variables while it lists.
        last lines of stdout (<run>/stdout):
          a program of its own"
    `)
    expect(states(run, 'list')).toEqual({ 'lists its tests': 'failed' })
  })

  test('that has no tests, or is missing, is one test that fails', () => {
    expect(firstLine(run, 'none lists its tests')).toMatchInlineSnapshot(
      `"TestrigError [PROGRAM_LIST_EMPTY]: The program <built>/cases has no tests: its list is empty."`,
    )
    expect(firstLine(run, 'missing lists its tests')).toMatchInlineSnapshot(
      `"TestrigError [PROGRAM_NOT_RUN]: The program ./missing could not be run: there is no program \`<project>/missing\`; build it first, or correct \`binary\`."`,
    )
    expect(run.output, 'the cause, which the message has told').not.toContain('ENOENT')
  })

  test('leaves its directory when a case failed', () => {
    const [, path = ''] =
      /last lines of stderr \((\S+)\)/.exec(run.failures['hang Crash Crashes']?.join() ?? '') ?? []
    expect(existsSync(path)).toBe(true)
    expect(existsSync(join(path, '../stdout'))).toBe(true)
  })
})

describe.skipIf(skipped !== undefined)(`a selection by -t${reason}`, () => {
  test('does not hide that a program could not list its tests', async () => {
    const run = await trialProject(installed, gtest('none', "filter: 'None.*'")).run('-t', 'Last')
    expect(run.tests, run.output).toEqual({ 'none lists its tests': 'failed' })
  })

  test('does not hide that a driver did not start', async () => {
    const project = trialProject(installed, gtest())
    project.write(
      'environment.ts',
      ENVIRONMENT.replace("name: 'my server'", "name: 'my server', host: 'no.such.host.invalid'"),
    )
    const run = await project.run('-t', 'Last')
    expect(states(run)['Last Passes'], run.output).toBe('failed')
    expect(firstLine(run, 'cases Last Passes')).toContain('my server')
    expect(processes(project)).toEqual([])
  })
})
