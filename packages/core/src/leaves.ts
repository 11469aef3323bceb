import { isDictionary } from './dictionary.ts'

/** A value in arrays and dictionaries, with its path such as `args[3]`. */
export interface Leaf<T> {
  readonly path: string
  readonly value: T
}

type Kind<T> = (value: unknown) => value is T

/** Finds the values of a kind, wherever they stand; what stands in several places, or in itself, is looked at once. */
export function leavesOf<T>(
  value: unknown,
  isLeaf: Kind<T>,
  path = '',
  seen: Set<unknown> = new Set(),
): readonly Leaf<T>[] {
  if (isLeaf(value)) return [{ path, value }]
  if (!isHolder(value) || seen.has(value)) return []
  seen.add(value)
  return Object.entries(value).flatMap(([key, each]) =>
    leavesOf(each, isLeaf, joinPath(path, Array.isArray(value) ? Number(key) : key), seen),
  )
}

/** Replaces the values of a kind, in copies of what holds them; what holds none stays as it is. */
export function withoutLeaves<T>(
  value: unknown,
  isLeaf: Kind<T>,
  replace: (leaf: T) => unknown,
  made: Map<unknown, object> = new Map(),
): unknown {
  if (isLeaf(value)) return replace(value)
  if (!isHolder(value) || leavesOf(value, isLeaf).length === 0) return value
  const known = made.get(value)
  if (known !== undefined) return known
  const copy: object = Array.isArray(value) ? new Array(value.length) : {}
  made.set(value, copy)
  for (const [key, each] of Object.entries(value)) {
    const shown = { configurable: true, enumerable: true, writable: true }
    Object.defineProperty(copy, key, { ...shown, value: withoutLeaves(each, isLeaf, replace, made) })
  }
  return copy
}

export function joinPath(path: string, key: PropertyKey): string {
  return typeof key === 'number' ? `${path}[${key}]` : `${path}.${String(key)}`
}

function isHolder(value: unknown): value is object {
  return Array.isArray(value) || isDictionary(value)
}
