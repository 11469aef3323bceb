import { hasProcFs, readProcess } from './process-table.ts'

/** Age in milliseconds at which a program counts as running, whatever it does. */
const SETTLED_AGE = 50

/**
 * Whether a program has got so far that it waits for something, or has run for a while: one that cannot even begin has
 * ended by then.
 */
export function hasSettled(pid: number, startedAt: number): boolean {
  const sleeps = hasProcFs && readProcess(pid)?.state === 'S'
  return sleeps || performance.now() - startedAt >= SETTLED_AGE
}
