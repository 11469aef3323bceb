import type { EnvironmentDefinition } from '@testrig/core'
import { apart } from '@testrig/vitest/environment-tests'
import { type TestContext, test } from 'vitest'
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

/**
 * Runs a program whose cases only its report names, in an environment of its own, and registers a test for each case
 * that it reported.
 */
export async function registerEarlyRun(
  definition: EnvironmentDefinition,
  program: TestProgram,
  drivers: readonly string[],
): Promise<void> {
  const units = await program.list()
  const { logLines } = program.options
  const { result: outcome, logs } = await apart(definition, { drivers, logLines }, async (started) => {
    const death = new AbortController()
    const environment = await started.running()
    const release = started.onDeath((error) => death.abort(error))
    const result = await runUnits(program, units, units, { environment, signal: death.signal }).finally(
      release,
    )
    return { result, failed: result.failed }
  })
  const leaves = units.flatMap((unit) => leavesOf(unit, outcome, { program, logs }))
  for (const problem of outcome.problems) leaves.push(failing([END], problem, logs))
  registerTree(leaves)
}

interface Shown {
  readonly program: TestProgram
  readonly logs: readonly string[]
}

function leavesOf(unit: Unit, outcome: Outcome, { program, logs }: Shown): Leaf[] {
  const { results, error } = outcome.of(unit)
  const leaves = results.map((result) => ({
    path: result.path,
    register: (name: string) => registerResult(name, result, { program, logs }),
  }))
  return error === undefined ? leaves : [...leaves, failing([...unit.path, END], error, logs)]
}

/** The result stands: a further attempt could not change it. */
function registerResult(name: string, result: CaseResult, { program, logs }: Shown): void {
  const options = { ...program.options.testOptions?.(result.path.join(' > ')), retry: 0, repeats: 0 }
  test(name, options, async (context) => {
    if (result.status === 'failed') await showLogs(context, logs)
    await settle(context, { unit: { path: result.path }, results: [result], sources: program.sources })
  })
}

function failing(path: CasePath, error: Error, logs: readonly string[]): Leaf {
  const before = (context: TestContext) => showLogs(context, logs)
  return { path, register: (name) => failingTest(name, { error, before }) }
}

async function showLogs(context: TestContext, logs: readonly string[]): Promise<void> {
  for (const log of logs) await context.annotate(log, 'driver log')
}
