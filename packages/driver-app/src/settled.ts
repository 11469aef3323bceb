import { type Condition, polled } from '@testrig/core'
import { hasProcFs, readProcess } from './process-table.ts'

/** Age in milliseconds at which a program counts as running, whatever it does. */
const SETTLED_AGE = 50

/**
 * What a program without any other condition must do: get so far that it waits for something, or run for a while. One
 * that cannot even begin has ended by then.
 */
export function settledCondition(pid: () => number | undefined): Condition {
  const since = performance.now()
  return polled('the program runs', () => {
    const running = pid()
    return running !== undefined && (sleeps(running) || performance.now() - since >= SETTLED_AGE)
  })
}

function sleeps(pid: number): boolean {
  return hasProcFs && readProcess(pid)?.state === 'S'
}
