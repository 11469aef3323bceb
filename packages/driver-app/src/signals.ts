import { constants } from 'node:os'

/** Whether this is the name of a signal, such as SIGTERM. */
export function isSignal(name: string): name is NodeJS.Signals {
  return Object.hasOwn(constants.signals, name)
}
