import { type OptionSchema, validateOptions } from '@testrig/core'
import { shownError } from './shown-error.ts'

export type FixtureScope = 'test' | 'file' | 'worker'

/** Options of `fixtures()`. */
export interface FixtureOptions {
  /**
   * How long drivers live: each test has its own, or they start before the first test of a file and stop after the last
   * one, or they stay up for all files that the worker runs. With `isolate` on, which is Vitest's default, and in the
   * pools `vmThreads` and `vmForks` a worker runs one file, so that `'worker'` means `'file'`. @default 'file'
   */
  readonly scope?: FixtureScope | undefined
  /** How many last lines of each log a failed test shows, 0 to 10000; 0 shows none. @default the driver's `errorLogLines` */
  readonly logLines?: number | undefined
}

const SCOPES: readonly unknown[] = ['test', 'file', 'worker']
const MOST_LINES = 10_000

export type Checks = Readonly<Record<string, OptionSchema>>

export const fixtureChecks: Checks = {
  scope: option("'test', 'file' or 'worker'", (value) => SCOPES.includes(value)),
  logLines: option(
    `an integer from 0 to ${MOST_LINES}`,
    (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST_LINES,
  ),
}

/** An option that may be left out: what is expected, and whether a value is that. */
export function option(expected: string, holds: (value: unknown) => boolean): OptionSchema {
  const validate = (value: unknown) =>
    value === undefined || holds(value) ? { value } : { issues: [{ message: expected }] }
  return { '~standard': { version: 1, vendor: 'testrig', validate } }
}

/** @throws OPTION_UNKNOWN, OPTION_INVALID */
export function checkOptions<O extends object>(owner: string, options: O, checks: Checks): O {
  // Those of a project come from outside of the context that a test file of the vm pools runs in.
  const own = typeof options === 'object' && options !== null ? { ...options } : options
  validateOptions(owner, checks, own as Record<string, unknown>)
  return options
}

/** Checks what a test file gives, with errors that show its line. @throws OPTION_UNKNOWN, OPTION_INVALID */
export function checkFixtureOptions(options: FixtureOptions): FixtureOptions {
  try {
    return checkOptions('fixtures()', options, fixtureChecks)
  } catch (error) {
    throw shownError(error)
  }
}
