import { constants } from 'node:os'

export const SUCCEEDED = 0
export const FAILED = 1
/** The arguments make no sense. */
export const MISUSED = 2

/** What shells give for a program that a signal ended. */
export function signalled(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal]
}

/** What shells give for a program that could not be run. */
export function notRun(code: string | undefined): number {
  return code === 'ENOENT' ? 127 : 126
}
