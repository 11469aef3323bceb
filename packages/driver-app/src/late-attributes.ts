import { isContextValue } from '@testrig/core'
import type { AppOptions } from './app-options.ts'

/** Attributes that an option decides; they are early only when it has a value from the start. */
const DECIDED_BY: Readonly<Record<string, readonly ('appDirName' | 'logname')[]>> = {
  appPath: ['appDirName'],
  binpath: ['appDirName'],
  etcpath: ['appDirName'],
  outpath: ['appDirName'],
  errpath: ['appDirName'],
  logpath: ['appDirName', 'logname'],
}

/** Whether an attribute is decided by an option whose value comes to be known only when other drivers run. */
export function isDecidedLate(attribute: string, options: AppOptions): boolean {
  return DECIDED_BY[attribute]?.some((option) => isContextValue(options[option])) === true
}
