import { sharedState } from '@testrig/core'

/**
 * Has this worker end when the main process of Vitest has died. Vitest 5 kills its workers itself then; Vitest 4 lets them
 * run their tests to the end, and their drivers with them. Programs that ran end by the watchdog of their drivers.
 */
export function endWithVitest(): void {
  if (process.channel === undefined) return // A thread, which ends with its process.
  sharedState('endWithVitest', () => process.once('disconnect', () => process.kill(process.pid, 'SIGKILL')))
}
