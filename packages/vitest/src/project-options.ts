import { checkDriverInfo, type DriverInfoOptions } from './driver-info-options.ts'
import { type Checks, checkOptions, type FixtureOptions, fixtureChecks, option } from './fixture-options.ts'

/** The project's environment, as vitest.config.ts declares it in `environmentOptions.testrig`. */
export interface ProjectOptions extends FixtureOptions {
  /** Path of the module whose default export is the environment; a relative one starts at the project's root. */
  readonly environment?: string | undefined
  /** Longest time that loading this module may take, in milliseconds, from 1. @default 30000 */
  readonly loadTimeout?: number | undefined
  /**
   * Records how drivers are connected, when they started, what they logged and which tests used them, and writes a report
   * of it. The variable `TESTRIG_DRIVER_INFO` switches it on and off too. @default false
   */
  readonly driverInfo?: boolean | DriverInfoOptions | undefined
}

/** Name of the value by which the plugin tells workers where to write errors. */
export const FAILURES_KEY = 'testrig.failures'
/** How the name of a file ends that holds such an error in full. */
export const FAILURE_FILE = '.failure.txt'

const PROJECT: unique symbol = Symbol.for('testrig.project')
type Marked = { [PROJECT]?: unknown }

const LONGEST = 2_147_483_647
const checks: Checks = {
  environment: option('a path', (value) => typeof value === 'string' && value !== ''),
  ...fixtureChecks,
  loadTimeout: option(
    `a number of milliseconds from 1 to ${LONGEST}`,
    (value) => typeof value === 'number' && value >= 1 && value <= LONGEST,
  ),
  driverInfo: option(
    'a boolean or an object of options',
    (value) => typeof value === 'boolean' || (typeof value === 'object' && value !== null),
  ),
}

/** @throws OPTION_UNKNOWN, OPTION_INVALID */
export function checkProjectOptions(owner: string, options: ProjectOptions): ProjectOptions {
  checkOptions(owner, options, checks)
  if (typeof options.driverInfo === 'object') checkDriverInfo(`${owner}.driverInfo`, options.driverInfo)
  return options
}

/** Hands the options to test files, which see of their environment only what is global. */
export function setProjectOptions(target: object, options: unknown): void {
  ;(target as Marked)[PROJECT] = options
}

/** The options that the environment `testrig` was given; undefined in other environments. */
export function projectOptions(): ProjectOptions | undefined {
  const options = (globalThis as Marked)[PROJECT]
  return options === undefined
    ? undefined
    : checkProjectOptions('environmentOptions.testrig', options as ProjectOptions)
}
