import type { Driver } from '@testrig/core'
import { onTestFinished } from 'vitest'

/** Starts a driver that stops when the test ends. */
export async function running<D extends Driver>(driver: D): Promise<D> {
  onTestFinished(() => driver.stop())
  return driver.start()
}
