import { invalidOption, optionsNotAnObject, unknownOption } from './errors.ts'

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

/** Of each option, what is expected. */
export type Checks = Readonly<Record<string, readonly [expected: string, holds: (value: unknown) => boolean]>>

export const fixtureChecks: Checks = {
  scope: ["'test', 'file' or 'worker'", (value) => SCOPES.includes(value)],
  logLines: [
    `an integer from 0 to ${MOST_LINES}`,
    (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST_LINES,
  ],
}

/** @throws OPTION_UNKNOWN, OPTION_INVALID */
export function checkOptions<O extends object>(owner: string, options: O, checks: Checks): O {
  if (typeof options !== 'object' || options === null) throw optionsNotAnObject(owner, options)
  for (const [option, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, option) ? checks[option] : undefined
    if (check === undefined) throw unknownOption(owner, option, value, Object.keys(checks))
    const [expected, holds] = check
    if (value !== undefined && !holds(value)) throw invalidOption(owner, option, expected, value)
  }
  return options
}
