import { Driver, environment } from '@testrig/core'
import { median, rounded, timed } from './statistics.ts'

/** Starting and stopping drivers that do nothing; the baseline awaits as many empty async functions. */
export async function noop(count: number, turns: number): Promise<Readonly<Record<string, number>>> {
  const [start, stop, bare, chain]: [number[], number[], number[], number[]] = [[], [], [], []]
  for (let turn = 0; turn <= turns; turn += 1) {
    const group = environment(() => drivers(count), { dependencies: [] }).create()
    const linked = drivers(count)
    const pairs = linked.slice(1).map((driver, index) => [linked[index] as Driver, driver] as const)
    const chained = environment(linked, { dependencies: pairs }).create()
    const figures = [
      await timed(() => group.start()),
      await timed(() => group.stop()),
      await timed(() => Promise.all(Array.from({ length: count }, async () => {}))),
      await timed(() => chained.start()),
    ] as const
    await chained.stop()
    if (turn > 0)
      for (const [index, values] of [start, stop, bare, chain].entries())
        values.push(figures[index] as number)
  }
  return {
    startMs: rounded(median(start)),
    stopMs: rounded(median(stop)),
    bareMs: rounded(median(bare)),
    chainStartMs: rounded(median(chain)),
  }
}

function drivers(count: number): readonly Driver[] {
  return Array.from({ length: count }, (_, index) => new Driver({ name: `d${index}` }))
}
