/** A pattern without the flags that would make it remember a position. */
export function patternOf(pattern: string | RegExp): RegExp {
  return typeof pattern === 'string'
    ? new RegExp(pattern)
    : new RegExp(pattern, pattern.flags.replace(/[gy]/g, ''))
}
