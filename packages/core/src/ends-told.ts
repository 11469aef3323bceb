import { type Driver, internals } from './driver.ts'

/** Waits until what has ended by now, of what drivers that are up drive, has made them fail, if its end is a failure. */
export async function endsTold(drivers: Iterable<Driver>): Promise<void> {
  await Promise.all([...drivers].map((driver) => internals.endTold(driver)))
}
