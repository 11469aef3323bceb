/** What a selector was seen to do on a stand-in for the driver. */
interface Recording {
  /** Paths in the order of their reads; a longer path follows the shorter ones that lead to it. */
  readonly reads: (readonly string[])[]
  /** Paths that were turned into text or numbers. */
  readonly converted: (readonly string[])[]
}

const pathOf = Symbol('path')

const MOST_READS = 1_000

/**
 * Tells which attributes a selector reads, by running it on a stand-in. That is known only of a selector that gives one
 * attribute, or a text made of attributes; of one that computes or decides, `undefined` stands for "cannot be told".
 */
export function recordPaths(select: (driver: never) => unknown): readonly (readonly string[] | undefined)[] {
  const recording: Recording = { reads: [], converted: [] }
  let result: unknown
  try {
    result = select(recorder([], recording) as never)
  } catch {
    return [undefined]
  }
  const given = (result as Record<symbol, readonly string[]> | null | undefined)?.[pathOf]
  if (given !== undefined && given.length > 0)
    return recording.reads.length === given.length ? [given] : [undefined]
  const chains = recording.reads.filter((path) => path.length === 1).length
  const plainText = typeof result === 'string' && chains > 0 && chains === recording.converted.length
  return plainText ? recording.converted : [undefined]
}

function recorder(path: readonly string[], recording: Recording): unknown {
  return new Proxy(() => undefined, {
    get(_target, key) {
      if (key === pathOf) return path
      if (key === Symbol.toPrimitive) {
        return () => {
          recording.converted.push(path)
          return ''
        }
      }
      if (typeof key === 'symbol') return undefined
      // A selector that follows a list would never come to its end.
      if (recording.reads.length >= MOST_READS) throw new RangeError('There is no end to what is read.')
      const next = [...path, key]
      recording.reads.push(next)
      return recorder(next, recording)
    },
    apply: () => {
      throw new TypeError('A method can only be called on a driver that has started.')
    },
  })
}
