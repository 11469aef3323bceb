/** The value below which the share lies, by the nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/**
 * By how much the seconds of pairs are over the firsts: the median of all averages of two pairs' differences (Hodges and
 * Lehmann). What both of a pair have met cancels out: its error is a fifth to a third below that of medians' difference.
 */
export function pairedShift(firsts: readonly number[], seconds: readonly number[]): number {
  const differences = seconds.map((second, index) => second - (firsts[index] as number))
  return median(
    differences.flatMap((one, index) => differences.slice(index).map((other) => (one + other) / 2)),
  )
}

export function rounded(value: number): number {
  return Math.round(value * 100) / 100
}

/** Milliseconds that something takes. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/**
 * What two works give, done in turns, so that whatever else the machine does meets both; the first turn is not
 * counted.
 */
export async function inTurns<T>(
  turns: number,
  first: () => Promise<T>,
  second: () => Promise<T>,
): Promise<[T[], T[]]> {
  const results: [T[], T[]] = [[], []]
  for (let turn = 0; turn <= turns; turn += 1) {
    const pair = turn % 2 === 0 ? [await first(), await second()] : [await second(), await first()].reverse()
    if (turn > 0) for (const index of [0, 1] as const) results[index].push(pair[index] as T)
  }
  return results
}

/** Medians of two works measured in turns. */
export async function paired(
  turns: number,
  first: () => Promise<number>,
  second: () => Promise<number>,
): Promise<[number, number]> {
  const [firsts, seconds] = await inTurns(turns, first, second)
  return [median(firsts), median(seconds)]
}
