import type { DriverInfo, TestInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'

/** A driver is well, broken, or neither: it was never asked for, or not let to its end. */
export type Health = 'well' | 'broken' | 'idle'

/** How a driver did. */
export function healthOf({ state, failure }: DriverInfo): Health {
  if (state === 'failed' || failure !== undefined) return 'broken'
  return state === 'started' || state === 'stopped' || state === 'paused' ? 'well' : 'idle'
}

/** The state of a driver as a word with a mark. */
export function StateBadge({ driver }: { driver: DriverInfo }): VNode {
  return <span class={`badge ${healthOf(driver)}`}>{driver.state}</span>
}

const RESULT: Readonly<Record<TestInfo['state'], Health>> = {
  passed: 'well',
  failed: 'broken',
  skipped: 'idle',
}

/** The result of a test as a word with a mark. */
export function ResultBadge({ test }: { test: TestInfo }): VNode {
  return <span class={`badge ${RESULT[test.state]}`}>{test.state}</span>
}
