import * as v from 'valibot'
import type { Late } from './context-value.ts'
import { type InstallFile, installFileSchema } from './install-files.ts'
import { func, integer, late, milliseconds, type OptionSchemas, pattern } from './schema.ts'

/** A function run after a lifecycle method, with the driver; it may name a subclass as its parameter. */
export type DriverHook<D> = { hook(driver: D): unknown }['hook']

/** A function that gives the path of a driver's directory. */
type RunpathOf<D> = { runpath(driver: D): string }['runpath']

/** Options that every driver takes. Times are milliseconds. */
export interface DriverOptions<D = never> {
  /** The driver's name in its environment; the builder form sets it. */
  readonly name?: string | undefined
  /** Longest time from `preStart` to started, and before that for `prepare`. @default 60000 */
  readonly startTimeout?: Late<number> | undefined
  /** Longest time that stopping may take before the driver is ended by force. @default 5000 */
  readonly stopTimeout?: Late<number> | undefined
  /** Files rendered as templates, or copied, into the driver's directory before it starts. @default [] */
  readonly installFiles?: readonly InstallFile[] | undefined
  /** Patterns that lines of the log file must match before the driver counts as started; named groups go to `extracts`. @default [] */
  readonly logRegexps?: readonly Late<string | RegExp>[] | undefined
  /** The same for the standard output. @default [] */
  readonly stdoutRegexps?: readonly Late<string | RegExp>[] | undefined
  /** The same for the standard error. @default [] */
  readonly stderrRegexps?: readonly Late<string | RegExp>[] | undefined
  /** Patterns that end the start at once when a line of the log, the output or the error output matches. @default [] */
  readonly failRegexps?: readonly Late<string | RegExp>[] | undefined
  /** In a list without `dependencies`: later drivers do not wait for this one. @default false */
  readonly asyncStart?: boolean | undefined
  /** Whether the environment starts the driver; if not, it starts by hand or when a driver that starts needs it. @default true */
  readonly autoStart?: boolean | undefined
  /** How many last lines of each log an error shows; 0 shows none. @default 20 */
  readonly errorLogLines?: Late<number> | undefined
  /** The driver's directory, or a function that gives it. @default a directory of the environment, named for the driver */
  readonly runpath?: string | RunpathOf<D> | undefined
  /** Whether a directory given by `runpath` is emptied before the first start; a restart never does. @default true */
  readonly cleanRunpath?: boolean | undefined
  /** Runs after the method preStart(). */
  readonly preStart?: DriverHook<D> | undefined
  /** Runs after the method postStart(). */
  readonly postStart?: DriverHook<D> | undefined
  /** Runs after the method preStop(). */
  readonly preStop?: DriverHook<D> | undefined
  /** Runs after the method postStop(). */
  readonly postStop?: DriverHook<D> | undefined
}

/** Options that have a value even when they are not given. */
export type DriverDefaults =
  | 'startTimeout'
  | 'stopTimeout'
  | 'installFiles'
  | 'logRegexps'
  | 'stdoutRegexps'
  | 'stderrRegexps'
  | 'failRegexps'
  | 'autoStart'
  | 'errorLogLines'
  | 'cleanRunpath'

/** The defaults of options that are needed before context values are resolved. */
export const DEFAULTS = { startTimeout: 60_000, stopTimeout: 5_000, errorLogLines: 20 } as const

const patterns = v.optional(v.array(late(pattern()), 'an array of patterns'), [])
const RUNPATH = 'a path, or a function that gives one'
const hook = v.optional(func('a function that takes the driver'))

export const driverOptions: OptionSchemas<DriverOptions> = {
  name: v.optional(v.pipe(v.string('a non-empty string'), v.nonEmpty('a non-empty string'))),
  startTimeout: v.optional(late(milliseconds({ min: 1 })), DEFAULTS.startTimeout),
  stopTimeout: v.optional(late(milliseconds({ min: 1 })), DEFAULTS.stopTimeout),
  installFiles: v.optional(v.array(installFileSchema, 'an array of files'), []),
  logRegexps: patterns,
  stdoutRegexps: patterns,
  stderrRegexps: patterns,
  failRegexps: patterns,
  asyncStart: v.optional(v.boolean()),
  autoStart: v.optional(v.boolean(), true),
  errorLogLines: v.optional(late(integer({ max: 10_000 })), DEFAULTS.errorLogLines),
  runpath: v.optional(
    v.union([v.pipe(v.string(), v.nonEmpty(RUNPATH)), func<RunpathOf<never>>(RUNPATH)], RUNPATH),
  ),
  cleanRunpath: v.optional(v.boolean(), true),
  preStart: hook,
  postStart: hook,
  preStop: hook,
  postStop: hook,
}
