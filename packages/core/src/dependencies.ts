import type { Driver } from './driver.ts'
import { invalidDependencies } from './errors-declaring.ts'

/** One side of a dependency: a driver, its name, or several. */
export type DependencySide = Driver | string | readonly (Driver | string)[]

/** Which drivers are up before which: a map, or pairs `[before, after]`; arrays mean all of them. */
export type Dependencies =
  | ReadonlyMap<DependencySide, DependencySide>
  | readonly (readonly [DependencySide, DependencySide])[]

/**
 * Spreads declared dependencies into pairs of single drivers.
 *
 * @throws DEPENDENCIES_INVALID when it is neither a map nor an array of pairs
 */
export function dependencyPairs(
  dependencies: Dependencies,
): readonly (readonly [Driver | string, Driver | string])[] {
  if (!(dependencies instanceof Map) && !Array.isArray(dependencies)) throw invalidDependencies(dependencies)
  return [...dependencies].flatMap((pair) => {
    if (!Array.isArray(pair) || pair.length !== 2) throw invalidDependencies(pair)
    const [before, after] = pair as [DependencySide, DependencySide]
    return side(before).flatMap((first) => side(after).map((second) => [first, second] as const))
  })
}

function side(value: DependencySide): readonly (Driver | string)[] {
  const all = Array.isArray(value) ? value : [value]
  for (const each of all)
    if (typeof each !== 'string' && (typeof each !== 'object' || each === null))
      throw invalidDependencies(each)
  return all as readonly (Driver | string)[]
}
