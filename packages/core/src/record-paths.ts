/** Tells which attributes a selector reads, by running it on a stand-in; `undefined` stands for "cannot be told". */
export function recordPaths(select: (driver: never) => unknown): readonly (readonly string[] | undefined)[] {
  const seen: (readonly string[])[] = []
  try {
    select(recorder([], seen) as never)
  } catch {
    return [undefined]
  }
  const longest = seen.filter((path) => !seen.some((other) => other !== path && startsWith(other, path)))
  return longest.length === 0 ? [undefined] : longest
}

function recorder(path: readonly string[], seen: (readonly string[])[]): unknown {
  const target = Object.assign(() => undefined, {})
  return new Proxy(target, {
    get(_target, key) {
      if (key === Symbol.toPrimitive) return () => ''
      if (typeof key === 'symbol') return undefined
      const next = [...path, key]
      seen.push(next)
      return recorder(next, seen)
    },
    apply: () => recorder(path, seen),
  })
}

function startsWith(path: readonly string[], prefix: readonly string[]): boolean {
  return path.length > prefix.length && prefix.every((part, index) => path[index] === part)
}
