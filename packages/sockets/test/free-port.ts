import { leasePort } from '@testrig/core'
import { onTestFinished } from 'vitest'

/** A port that nothing listens on, and that no other test gets. */
export async function freePort(): Promise<number> {
  const { port, release } = await leasePort()
  onTestFinished(release)
  return port
}
