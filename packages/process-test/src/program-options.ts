import {
  func,
  integer,
  type Late,
  milliseconds,
  type OptionSchemas,
  text,
  validateOptions,
} from '@testrig/core'
import { argumentsSchema, variablesSchema } from '@testrig/driver-app/programs'
import * as v from 'valibot'
import type { TestOptions } from 'vitest'
import { withoutEffect } from './errors.ts'

/** Options of every kind of test program. Times are milliseconds. */
export interface ProgramOptions<Name extends string = string> {
  /** Path of the program, from the current directory, or a name on the PATH. */
  readonly binary: string
  /** Arguments of the program, before those that have it list, run and report. @default [] */
  readonly args?: readonly Late<string | number>[] | undefined
  /** Variables beside those of the drivers, which they win over; undefined or null takes one away. @default {} */
  readonly env?: Readonly<Record<string, Late<string | number | boolean> | null | undefined>> | undefined
  /** Whether the program gets this process's variables, without those that Vitest sets. @default true */
  readonly inheritEnv?: boolean | undefined
  /** Directory that the program runs in. @default the current directory */
  readonly workingDir?: string | undefined
  /**
   * Drivers that the program needs, beside those whose values stand in `args` and `env`.
   * @default all, but those with `autoStart: false`
   */
  readonly drivers?: readonly Name[] | undefined
  /** Name of the program in the test results. @default the file name of `binary` */
  readonly name?: string | undefined
  /** Longest time that a process of the program may run; it is ended then. @default 300000 */
  readonly timeout?: number | undefined
  /** Longest time that the program may take to list its tests. @default 30000 */
  readonly listTimeout?: number | undefined
  /** Time that the program gets between SIGTERM and SIGKILL. @default 5000 */
  readonly stopTimeout?: number | undefined
  /** Whether one process runs all tests that are wanted, or each test has a process of its own. @default 'file' */
  readonly processPer?: 'file' | 'test' | undefined
  /** How long the drivers live, as in `fixtures()`, which shares them when it has the same scope. @default 'file' */
  readonly scope?: 'file' | 'worker' | undefined
  /** How many last lines of each driver's log a failed test shows, 0 to 10000. @default the driver's `errorLogLines` */
  readonly logLines?: number | undefined
  /** Vitest's options for a test, by its names joined with ' > ', such as `{ only: true }` or `{ retry: 2 }`. */
  readonly testOptions?: ((name: string) => TestOptions | undefined) | undefined
}

type Defaults =
  | 'args'
  | 'env'
  | 'inheritEnv'
  | 'timeout'
  | 'listTimeout'
  | 'stopTimeout'
  | 'processPer'
  | 'scope'

/** Options with their defaults. */
type Checked<O, D extends keyof O = never> = O & { readonly [K in D]-?: Exclude<O[K], undefined> }
export type CheckedOptions = Checked<ProgramOptions, Defaults>

export const programOptions: OptionSchemas<ProgramOptions> = {
  binary: text(),
  args: argumentsSchema,
  env: variablesSchema,
  inheritEnv: v.optional(v.boolean(), true),
  workingDir: v.optional(text()),
  drivers: v.optional(v.array(text(), 'an array of names of drivers')),
  name: v.optional(text()),
  timeout: v.optional(milliseconds({ min: 1 }), 300_000),
  listTimeout: v.optional(milliseconds({ min: 1 }), 30_000),
  stopTimeout: v.optional(milliseconds({ min: 1 }), 5_000),
  processPer: v.optional(v.picklist(['file', 'test'], "'file' or 'test'"), 'file'),
  scope: v.optional(v.picklist(['file', 'worker'], "'file' or 'worker'"), 'file'),
  logLines: v.optional(integer({ max: 10_000 })),
  testOptions: v.optional(
    func<(name: string) => TestOptions | undefined>('a function that takes the name of a test'),
  ),
}

/** Why `scope` has no effect. */
export const OWN_DRIVERS = 'a program that runs at collection has drivers of its own'

/** An option that has no effect beside others, with the reason. */
export type Idle = readonly [option: string, isIdle: boolean, why: string]

/** @throws OPTION_INVALID when an option is given that has no effect */
export function refuseIdle(caller: string, given: object, idle: readonly Idle[]): void {
  for (const [option, isIdle, why] of idle)
    if (isIdle && (given as Record<string, unknown>)[option] !== undefined)
      throw withoutEffect(caller, option, why)
}

/** @throws OPTION_UNKNOWN, OPTION_INVALID */
export function checkOptions<O extends ProgramOptions>(
  caller: string,
  schemas: OptionSchemas<O>,
  options: O,
): CheckedOptions & O {
  return validateOptions(caller, schemas, options as Record<string, unknown>) as unknown as CheckedOptions & O
}
