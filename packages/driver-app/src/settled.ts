import { performance } from 'node:perf_hooks'
import { type Condition, polled } from '@testrig/core'
import { hasProcFs, restOf } from './process-table.ts'

/** Age in milliseconds at which a program counts as running, whatever it does. */
const SETTLED_AGE = hasProcFs ? 500 : 50

/**
 * What a program without any other condition must do: get so far that it waits for something, or run for a while. One
 * that cannot even begin has ended by then.
 */
export function settledCondition(pid: () => number | undefined): Condition {
  const since = performance.now()
  let before: string | undefined
  return polled('the program runs', () => {
    const running = pid()
    if (running === undefined) return false
    const rest = hasProcFs ? restOf(running) : undefined
    const hasRested = rest !== undefined && rest === before
    before = rest
    return hasRested || performance.now() - since >= SETTLED_AGE
  })
}
