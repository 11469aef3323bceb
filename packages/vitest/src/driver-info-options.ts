import { resolve } from 'node:path'
import type { MaskOptions } from '@testrig/core/driver-info'
import { type Checks, checkOptions, option } from './fixture-options.ts'

/** What driver info records, and where its report goes. */
export interface DriverInfoOptions {
  /** Directory that the report is written to; a relative one starts at Vitest's root. @default '.testrig/driver-info' */
  readonly directory?: string | undefined
  /** Which values are masked, by their names; `false` masks nothing. @default those whose names look like those of secrets */
  readonly mask?: MaskOptions | false | undefined
  /** So much of each log is kept, from its end, in bytes, 0 to 16777216. @default 65536 */
  readonly logBytes?: number | undefined
}

/** What workers need to know of it; there when driver info is on. */
export type RecordingSettings = Pick<DriverInfoOptions, 'mask' | 'logBytes'>

/** Name of the value by which the reporter tells workers to record. */
export const DRIVER_INFO_KEY = 'testrig.driverInfo'
/** Variable that switches driver info on (`1`, or the report's directory) or off (`0`), whatever is configured. */
export const DRIVER_INFO_VARIABLE = 'TESTRIG_DRIVER_INFO'
export const DEFAULT_DIRECTORY = '.testrig/driver-info'

const MOST_BYTES = 16 * 1024 * 1024

const maskChecks: Checks = {
  names: option(
    'an array of texts and patterns',
    (value) =>
      Array.isArray(value) && value.every((each) => typeof each === 'string' || each instanceof RegExp),
  ),
  logs: option('a boolean', (value) => typeof value === 'boolean'),
}

const checks: Checks = {
  directory: option('a path', (value) => typeof value === 'string' && value !== ''),
  mask: option(
    'false or an object with `names` and `logs`',
    (value) => value === false || (typeof value === 'object' && value !== null),
  ),
  logBytes: option(
    `a number of bytes from 0 to ${MOST_BYTES}`,
    (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST_BYTES,
  ),
}

/** @throws OPTION_UNKNOWN, OPTION_INVALID */
export function checkDriverInfo(owner: string, options: DriverInfoOptions): DriverInfoOptions {
  checkOptions(owner, options, checks)
  if (typeof options.mask === 'object') checkOptions(`${owner}.mask`, options.mask, maskChecks)
  return options
}

/** The options when driver info is on: by the variable or, without it, by what is configured. */
export function driverInfoOptions(
  configured: boolean | DriverInfoOptions | undefined,
  variable: string | undefined = process.env[DRIVER_INFO_VARIABLE],
): DriverInfoOptions | undefined {
  const options = typeof configured === 'object' ? configured : {}
  if (variable === undefined || variable === '')
    return configured === undefined || configured === false ? undefined : options
  if (['0', 'false'].includes(variable)) return undefined
  return ['1', 'true'].includes(variable) ? options : { ...options, directory: resolve(variable) }
}
