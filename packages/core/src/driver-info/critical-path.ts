import type { DependencyGraph } from '../graph.ts'

/** A start of several drivers at once: from when it was asked for until each was up, or had failed. */
export interface StartWave {
  readonly since: number
  readonly ends: ReadonlyMap<string, number>
}

/** The chain of drivers that the longest start took its time from: each waited for the one before it. */
export function criticalPath(
  waves: readonly StartWave[],
  graph: DependencyGraph | undefined,
): readonly string[] {
  const longest = waves.toSorted((one, other) => duration(other) - duration(one))[0]
  if (longest === undefined || graph === undefined) return []
  const { ends } = longest
  const path: string[] = []
  for (let name = latest([...ends.keys()], ends); name !== undefined; ) {
    path.unshift(name)
    name = latest(
      graph.before(name).filter((each) => ends.has(each)),
      ends,
    )
  }
  return path
}

function duration({ since, ends }: StartWave): number {
  return Math.max(since, ...ends.values()) - since
}

function latest(names: readonly string[], ends: ReadonlyMap<string, number>): string | undefined {
  return names.toSorted((one, other) => (ends.get(other) ?? 0) - (ends.get(one) ?? 0))[0]
}
