import * as v from 'valibot'
import type { Dependencies } from './dependencies.ts'
import type { Environment } from './environment.ts'
import { validateOptions } from './options.ts'
import { func, type OptionSchemas } from './schema.ts'

export type EnvironmentHook = (environment: Environment) => unknown

type ErrorHandler = (environment: Environment, error: Error) => unknown
type InitialContext = Readonly<Record<string, unknown>>

/** Options of an environment. */
export interface EnvironmentOptions {
  /**
   * Which drivers are up before which. Without it, a list starts one driver after another; `[]` starts all at once and
   * `'inferred'` too, but for what context values need. Context values always add what they need.
   */
  readonly dependencies?: Dependencies | 'inferred' | undefined
  /** Values that templates read beside the drivers, or a function that gives them at start. @default {} */
  readonly initialContext?: InitialContext | (() => InitialContext) | undefined
  /** Directory that holds the drivers' directories. @default a new temporary directory for each start */
  readonly runpath?: string | undefined
  /** When the directory is kept at the end. @default 'failed', or 'always' when `runpath` is given */
  readonly keepRunpath?: 'failed' | 'always' | 'never' | undefined
  /** Runs before the first driver starts; an error keeps all from starting. */
  readonly beforeStart?: EnvironmentHook | undefined
  /** Runs when all drivers are up; an error stops them. */
  readonly afterStart?: EnvironmentHook | undefined
  /** Runs before drivers stop, also after a failed start. */
  readonly beforeStop?: EnvironmentHook | undefined
  /** Runs when all drivers are down, also after a failed start. */
  readonly afterStop?: EnvironmentHook | undefined
  /** Runs last, when starting or stopping failed, with the error. */
  readonly errorHandler?: ErrorHandler | undefined
}

const CONTEXT = 'an object, or a function that gives one without a promise'
const HOOK = 'a function that takes the environment'
const hook = v.optional(func<EnvironmentHook>(HOOK))

/** What has its values elsewhere than in properties would be empty. */
const plainContext = v.custom<InitialContext>(
  (given) =>
    typeof given === 'object' && given !== null && !(Symbol.iterator in given) && !(given instanceof Promise),
  CONTEXT,
)

const schemas: OptionSchemas<EnvironmentOptions> = {
  dependencies: v.optional(v.any()),
  initialContext: v.optional(v.union([plainContext, func<() => InitialContext>()], CONTEXT), {}),
  runpath: v.optional(v.pipe(v.string('a path'), v.nonEmpty('a path'))),
  keepRunpath: v.optional(v.picklist(['failed', 'always', 'never'], "'failed', 'always' or 'never'")),
  beforeStart: hook,
  afterStart: hook,
  beforeStop: hook,
  afterStop: hook,
  errorHandler: v.optional(func<ErrorHandler>(HOOK)),
}

/** @throws OPTION_UNKNOWN, OPTION_INVALID */
export function checkEnvironmentOptions(options: EnvironmentOptions): EnvironmentOptions {
  return validateOptions('environment()', schemas, options as Record<string, unknown>)
}

/** @throws OPTION_INVALID when a function for `initialContext` gave a promise, or no object */
export function initialContextOf(option: EnvironmentOptions['initialContext']): InitialContext {
  const given: unknown = typeof option === 'function' ? option() : option
  if (given === undefined) return {}
  const { initialContext } = validateOptions(
    'environment()',
    { initialContext: plainContext },
    { initialContext: given },
  )
  return initialContext as InitialContext
}
