import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { installation, type Project } from '../../vitest/test/installation.ts'
import { gtestProgram, reason, skipped } from './gtest-program.ts'
import { firstLine, program, trialProject } from './trial-project.ts'

const installed = installation('driver-tcp', 'process-test')
const binary = gtestProgram()

/** A project whose program hangs, with a child whose process id it leaves in the file `child`. */
function hanging(options = ''): Project {
  const env = `{ ADDRESS: 'none', HANG: 'yes', CHILD: process.cwd() + '/child' }`
  return trialProject(
    installed,
    `processTest(environment, { binary: ${program('check.sh')}, env: ${env}, ${options} })`,
  )
}

function childOf({ folder }: Project): number | undefined {
  const file = join(folder, 'child')
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) || undefined : undefined
}

/** Whether a process is there and no zombie. */
function runs(pid: number | undefined): boolean {
  const status = `/proc/${pid}/status`
  return existsSync(status) && !/^State:\s+Z/m.test(readFileSync(status, 'utf8'))
}

describe('a program with children, one that hangs,', () => {
  test('is ended with its children when its time is over', async () => {
    const project = hanging('timeout: 500')
    const run = await project.run()
    expect(firstLine(run, 'check.sh ends with exit code 0')).toMatchInlineSnapshot(
      `"TestrigError [PROGRAM_TIMEOUT]: The program <programs>/check.sh did not end within 500 ms and was ended before it was through."`,
    )
    expect(childOf(project), run.output).toBeDefined()
    expect(runs(childOf(project))).toBe(false)
  })

  test('is ended with its children when the test that waits for it is over', async () => {
    const project = hanging('testOptions: () => ({ timeout: 500 })')
    const run = await project.run()
    expect(run.output).toContain('Test timed out in 500ms')
    await expect.poll(() => runs(childOf(project)), { timeout: 10_000 }).toBe(false)
  })

  test('that is through takes its children with it', async () => {
    const project = hanging("env: { ADDRESS: 'none', CHILD: process.cwd() + '/child' }, expectedExitCode: 9")
    const run = await project.run()
    expect(run.tests, run.output).toEqual({ 'check.sh ends with exit code 9': 'passed' })
    expect(childOf(project)).toBeDefined()
    expect(runs(childOf(project))).toBe(false)
  })

  test.for(['', "report: 'tap'"])('is ended with its children when Vitest is killed: %s', async (options) => {
    const project = hanging(options)
    const vitest = project.spawn(['run'])
    await expect.poll(() => runs(childOf(project)), { timeout: 20_000 }).toBe(true)
    vitest.kill('SIGKILL')
    await expect.poll(() => runs(childOf(project)), { timeout: 20_000 }).toBe(false)
  })
})

test.skipIf(skipped !== undefined)(
  `a driver that dies ends the program; cases that were through keep their results${reason}`,
  async () => {
    const project = trialProject(
      installed,
      `gtest(environment, { binary: ${JSON.stringify(binary)}, env: { NOTES, HANG: 'yes' } })`,
    )
    project.write(
      'environment.ts',
      `import { environment } from '@testrig/core'
       import { App } from '@testrig/driver-app'
       const script = 'until grep -q Crashes "$NOTES" 2>/dev/null; do sleep 0.05; done; echo "out of memory"; exit 3'
       export default environment().add('app', () => new App({ binary: 'sh', args: ['-c', script] }))`,
    )
    const run = await project.run('-t', 'Crash|Last')
    expect(run.tests['cases Crash Before'], run.output).toBe('passed')
    for (const name of ['cases Crash Crashes', 'cases Crash After', 'cases Last Passes'])
      expect(firstLine(run, name)).toBe(
        'TestrigError [APP_EXITED]: App "app" ended with exit code 3 while it was in use.',
      )
  },
)

describe.skipIf(skipped !== undefined)(`the cases of a program${reason}`, () => {
  const gtest = `gtest(environment, { binary: ${JSON.stringify(binary)}, filter: 'Basic.Passes:Last.*:Basic.Skips' })`
  const results = {
    'cases Basic Passes': 'passed',
    'cases Basic Skips': 'skipped',
    'cases Last Passes': 'passed',
  }

  test('pass where tests run at once, and where each must assert something', async () => {
    const project = trialProject(installed, gtest)
    const test = '{ expect: { requireAssertions: true }, sequence: { concurrent: true, shuffle: true } }'
    project.write('vitest.config.ts', `export default { test: ${test} }`)
    const run = await project.run()
    expect(run.tests, run.output).toEqual(results)
  })

  test('may be skipped as a whole, or be the only ones that run', async () => {
    const only = await trialProject(
      installed,
      `${gtest.replace('gtest', 'gtest.only')}\ntest('other', () => {})`,
    ).run()
    expect(only.tests).toEqual({ ...results, other: 'skipped' })
    const skip = await trialProject(
      installed,
      `${gtest.replace('gtest', 'gtest.skip')}\ntest('other', () => {})`,
    ).run()
    expect(new Set(Object.values(skip.tests))).toEqual(new Set(['skipped', 'passed']))
    expect(skip.tests.other).toBe('passed')
  })

  test('are refused inside describe(), with options that do not exist, and for what is no environment', async () => {
    const body = [
      `describe('x', () => { try { gtest(environment, { binary: 'x' }) } catch (error) { errors.push(error) } })`,
      `try { gtest(environment, { binary: 'x', filters: 'x' } as never) } catch (error) { errors.push(error) }`,
      `try { gtest({} as never, { binary: 'x' }) } catch (error) { errors.push(error) }`,
      `try { processTest(environment, { binary: 'x', list: ['a'] }) } catch (error) { errors.push(error) }`,
      `try { hobbesTest(environment, { binary: 'x', scope: 'file' }) } catch (error) { errors.push(error) }`,
      `gtest(environment, { binary: 'x', drivers: ['none'] })`,
      `test('errors', () => { for (const error of errors.toSorted((a, b) => a.message < b.message ? -1 : 1)) console.log('>>> ' + error.message) })`,
    ]
    const run = await trialProject(
      installed,
      `import { describe } from 'vitest'\nconst errors = []\n${body.join('\n')}`,
    ).run()
    expect([...run.output.matchAll(/^>>> (.*)$/gm)].map(([, message]) => message)).toMatchInlineSnapshot(`
      [
        "gtest() has no option \`filters\` (given 'x' (string)). Did you mean \`filter\`?",
        "gtest() takes an environment as environment() of @testrig/core declares it, but was given {}. If it looks like one, two copies of @testrig/core are installed.",
        "gtest() was called inside describe('x'). Call it at the top level of the test file, or of a module that it imports.",
        "hobbesTest(): option \`scope\` must be left out here, as it has no effect: a program that runs at collection has drivers of its own.",
        "processTest(): option \`list\` must be left out here, as it has no effect: an exit code tells of no cases; give \`report\`.",
      ]
    `)
    expect(firstLine(run, 'x can be run')).toMatchInlineSnapshot(
      `"TestrigError [UNKNOWN_DRIVER]: The program x: \`drivers\` names \`none\`, which the environment does not have. It has my server."`,
    )
  })
})
