import { setImmediate } from 'node:timers/promises'
import { poll } from '@testrig/core'
import { ProcessNumbers } from './process-numbers.ts'
import { isShortage, markedProcesses, type ProcessEntry, readProcessTable } from './process-table.ts'
import { DRIVER_MARK } from './watchdog.ts'

/** The processes of one moment. */
export interface ProcessSight {
  readonly table: readonly ProcessEntry[]
  /** Those that carry the mark of a driver, by its value. */
  readonly marked: ReadonlyMap<string, readonly number[]>
}

let sight: Promise<ProcessSight> | undefined
const numbers = new ProcessNumbers()

/** Takes the number of a program that was just started: what has a higher one is looked at. */
export function noteProcess(pid: number): void {
  numbers.note(pid)
}

/** All processes that can be ours; families that look at the same time share the look. */
export function lookAtProcesses(): Promise<ProcessSight> {
  sight ??= setImmediate().then(() => {
    sight = undefined
    return lookWhenPossible()
  })
  return sight
}

/** With too many files open to look, waits until some are closed. */
async function lookWhenPossible(): Promise<ProcessSight> {
  const { promise, resolve } = Promise.withResolvers<ProcessSight>()
  await poll(() => {
    try {
      const table = readProcessTable(numbers.first)
      resolve({ table, marked: markedProcesses(DRIVER_MARK, table) })
      return true
    } catch (error) {
      if (isShortage(error)) return false
      throw error
    }
  })
  return promise
}
