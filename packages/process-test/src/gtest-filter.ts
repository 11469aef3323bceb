import type { Unit } from './framework.ts'

/** Longest filter given to one process; systems limit an argument's length, Linux to 128 KiB. */
const LONGEST = 60_000

/** A pattern of `--gtest_filter` for cases; what has a meaning in patterns stands for any character. */
export function filterOf(units: readonly Unit[]): string {
  return units.map(({ path }) => path.join('.').replaceAll(/[:*?-]/g, '?')).join(':')
}

/** How many of the cases one filter can name. */
export function filtersAtOnce(units: readonly Unit[]): number {
  let length = 0
  const tooMany = units.findIndex(({ path }) => {
    length += Buffer.byteLength(path.join('.')) + 1
    return length > LONGEST
  })
  return tooMany === -1 ? units.length : Math.max(1, tooMany)
}
