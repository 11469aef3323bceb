import type { Driver } from './driver.ts'

/** Sees drivers being made, while it is set. */
let onMade: ((driver: Driver) => void) | undefined

/** Called with each driver that was made. */
export function noteMade(driver: Driver): void {
  onMade?.(driver)
}

/**
 * Where a function makes the driver that is sought, as the stack of that call. A stack for each driver when it is
 * declared would take 5 µs, of the first one 60, for errors that are rare.
 */
export function siteOf(make: () => unknown, isSought: (driver: Driver) => boolean): string | undefined {
  let site: { stack?: string } | undefined
  onMade = (driver) => {
    if (site !== undefined || !isSought(driver)) return
    site = {}
    Error.captureStackTrace(site, driver.constructor) // Without the frames of its constructors.
  }
  try {
    make()
  } catch {
    // What it throws is no news: it has run before.
  } finally {
    onMade = undefined
  }
  return site?.stack
}
