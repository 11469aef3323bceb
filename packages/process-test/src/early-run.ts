import type { Apart, EnvironmentTests } from '@testrig/vitest/environment-tests'
import { type RunnerTestCase, type TestContext, test } from 'vitest'
import { failingTest } from './failing-test.ts'
import type { Unit } from './framework.ts'
import type { TestProgram } from './program.ts'
import type { CasePath, CaseResult } from './report.ts'
import { runUnits } from './run-units.ts'
import { settle } from './settle.ts'
import { type Leaf, registerTree } from './test-tree.ts'
import type { Outcome } from './unit-outcome.ts'

/** Name of the test that tells why a program was not through, or failed beside its cases. */
const END = 'runs to its end'
const STOP = 'its drivers stop'

/**
 * Runs a program whose cases only its report names, in an environment of its own, and registers a test for each case
 * that it reported.
 */
export async function registerEarlyRun(
  tests: EnvironmentTests,
  program: TestProgram,
  drivers: readonly string[],
): Promise<void> {
  const units = await program.list()
  const { result: outcome, ...rest } = await tests.apart(drivers, async (started) => {
    const death = new AbortController()
    const environment = await started.running()
    const release = started.onDeath((error) => death.abort(error))
    const run = runUnits(program, units, units, { environment, signal: death.signal })
    const result = await run.finally(release)
    return { result, failed: result.failed }
  })
  const shown = { ...rest, program }
  const leaves = units.flatMap((unit) => leavesOf(unit, outcome, shown))
  for (const problem of outcome.problems) leaves.push(failing([END], problem, shown))
  if (rest.stopError !== undefined) leaves.push(failing([STOP], rest.stopError, shown))
  registerTree(leaves)
}

interface Shown extends Pick<Apart<unknown>, 'logs' | 'tellUse'> {
  readonly program: TestProgram
}

function leavesOf(unit: Unit, outcome: Outcome, shown: Shown): Leaf[] {
  const { results, error } = outcome.of(unit)
  const leaves = results.map((result) => ({
    path: result.path,
    register: (name: string) => registerResult(name, result, shown),
  }))
  return error === undefined ? leaves : [...leaves, failing([...unit.path, END], error, shown)]
}

/** The result stands: a further attempt could not change it. */
function registerResult(name: string, result: CaseResult, shown: Shown): void {
  const { options, sources } = shown.program
  const given = { ...options.testOptions?.(result.path.join(' > ')), retry: 0, repeats: 0 }
  test(name, given, async (context) => {
    await showDrivers(context, shown, result.status === 'failed')
    await settle(context, { unit: { path: result.path }, results: [result], sources })
  })
}

function failing(path: CasePath, error: Error, shown: Shown): Leaf {
  const before = (context: TestContext) => showDrivers(context, shown, true)
  return { path, register: (name) => failingTest(name, { error, before }) }
}

async function showDrivers(context: TestContext, { logs, tellUse }: Shown, failed: boolean): Promise<void> {
  tellUse(context.task as RunnerTestCase)
  for (const log of failed ? logs : []) await context.annotate(log, 'driver log')
}
