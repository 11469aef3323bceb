import { setImmediate } from 'node:timers/promises'
import { poll } from '@testrig/core'
import { ProcessNumbers } from './process-numbers.ts'
import { isShortage, type ProcessEntry, readProcessTable, variableOf } from './process-table.ts'
import { tokenOf } from './process-token.ts'
import { DRIVER_MARK } from './watchdog.ts'

/** The processes of one moment. */
export interface ProcessSight {
  readonly table: readonly ProcessEntry[]
  /** Those that carry the mark of a driver, by its value; those that carry none, by the token that they hold. */
  readonly signs: ReadonlyMap<string, readonly number[]>
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
      resolve({ table, signs: signsOf(table) })
      return true
    } catch (error) {
      if (isShortage(error)) return false
      throw error
    }
  })
  return promise
}

function signsOf(table: readonly ProcessEntry[]): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>()
  for (const { pid } of table) {
    const sign = variableOf(pid, DRIVER_MARK) || tokenOf(pid)
    if (sign !== undefined) found.set(sign, [...(found.get(sign) ?? []), pid])
  }
  return found
}
