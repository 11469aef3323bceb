import { describe } from 'vitest'
import type { CasePath } from './report.ts'

/** A test to be, with its place. */
export interface Leaf {
  readonly path: CasePath
  register(name: string): void
}

/** Registers tests in the suites that their paths name, in the order of the program. */
export function registerTree(leaves: readonly Leaf[]): void {
  const suites = new Map<string, Leaf[]>()
  const order: (Leaf | string)[] = []
  for (const leaf of leaves) {
    const [name, ...rest] = leaf.path
    if (name === undefined || rest.length === 0) order.push(leaf)
    else {
      if (!suites.has(name)) order.push(name)
      const inside = suites.get(name) ?? []
      inside.push({ ...leaf, path: rest })
      suites.set(name, inside)
    }
  }
  for (const each of order) {
    if (typeof each === 'string') describe(each, () => registerTree(suites.get(each) ?? []))
    else each.register(each.path[0] ?? '')
  }
}
