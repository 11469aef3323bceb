import { constants } from 'node:os'

/** Whether this is the name of a signal, such as SIGTERM. */
export function isSignal(name: unknown): name is NodeJS.Signals {
  return typeof name === 'string' && Object.hasOwn(constants.signals, name)
}
