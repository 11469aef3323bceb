import { oneError } from '@testrig/vitest/environment-tests'
import type { TestContext } from 'vitest'
import { failureError } from './failure-error.ts'
import type { Unit } from './framework.ts'
import { lastLines } from './output-tail.ts'
import type { CaseResult } from './report.ts'
import type { SourceFiles } from './source-files.ts'
import type { UnitOutcome } from './unit-outcome.ts'
import { setDuration } from './vitest-internals.ts'

export interface Settlement extends UnitOutcome {
  readonly unit: Unit
  /** Errors beside those of the unit. */
  readonly problems?: readonly Error[] | undefined
  readonly sources: SourceFiles
}

/** Gives a test the result that the program gave it: passes, skips it, or throws each failure. */
export async function settle(context: TestContext, settlement: Settlement): Promise<void> {
  const { results, error, problems = [] } = settlement
  takeDuration(context, results)
  const errors = [
    ...results.flatMap((each) => errorsOf(each, settlement)),
    ...(error ? [error] : []),
    ...problems,
  ]
  if (errors.length > 0) {
    await showOutput(context, results)
    throw oneError(errors)
  }
  if (results.every(({ status }) => status === 'skipped')) context.skip(results[0]?.note)
  context.expect(errors).toEqual([]) // For projects where each test must assert something.
}

function errorsOf({ path, status, failures }: CaseResult, { unit, sources }: Settlement): Error[] {
  if (status !== 'failed') return []
  const inner = path.slice(unit.path.length)
  const prefix = inner.length === 0 ? '' : `${inner.join(' > ')}: `
  const all = failures.length === 0 ? [{ message: 'failed, and its report does not tell why' }] : failures
  return all.map((failure) => failureError(failure, { sources, path, prefix }))
}

/** Vitest takes the time until the program has ended; the program knows each case's own. */
function takeDuration({ task }: TestContext, results: readonly CaseResult[]): void {
  const durations = results.flatMap(({ duration }) => duration ?? [])
  if (durations.length === 0) return
  setDuration(
    task,
    durations.reduce((sum, each) => sum + each, 0),
  )
}

async function showOutput(context: TestContext, results: readonly CaseResult[]): Promise<void> {
  for (const { output = '', status } of results)
    if (status === 'failed' && output.trim() !== '')
      await context.annotate(lastLines(output), 'program output')
}
