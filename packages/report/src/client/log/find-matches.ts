import type { LogLine } from './parse-log.ts'

/** Where a searched text is. */
export interface Match {
  readonly line: number
  readonly start: number
  readonly end: number
}

/** So many are found at most. */
export const MOST_MATCHES = 10_000

/** All places of a text, whatever its case. */
export function findMatches(lines: readonly LogLine[], text: string): readonly Match[] {
  if (text === '') return []
  const pattern = new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'giu')
  const found: Match[] = []
  for (const [line, { text: searched }] of lines.entries()) {
    for (const { index, 0: hit } of searched.matchAll(pattern)) {
      if (found.length === MOST_MATCHES) return found
      found.push({ line, start: index, end: index + hit.length })
    }
  }
  return found
}
