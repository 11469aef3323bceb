import type { Match } from './find-matches.ts'
import type { LogLine, Span } from './parse-log.ts'

/** A piece of a line, with the match that it is part of. */
export interface MarkedSpan extends Span {
  readonly match: Match | undefined
}

/** Cuts the pieces of a line where matches begin and end. */
export function markLine({ spans }: LogLine, matches: readonly Match[]): readonly MarkedSpan[] {
  if (matches.length === 0) return spans.map((span) => ({ ...span, match: undefined }))
  const marked: MarkedSpan[] = []
  let offset = 0
  for (const { text, look } of spans) {
    for (const [start, end, match] of parts(matches, offset, offset + text.length)) {
      marked.push({ text: text.slice(start - offset, end - offset), look, match })
    }
    offset += text.length
  }
  return marked
}

function parts(
  matches: readonly Match[],
  from: number,
  to: number,
): readonly (readonly [number, number, Match | undefined])[] {
  const cut: [number, number, Match | undefined][] = []
  let at = from
  for (const match of matches) {
    const [start, end] = [Math.max(match.start, from), Math.min(match.end, to)]
    if (start >= end) continue
    if (start > at) cut.push([at, start, undefined])
    cut.push([start, end, match])
    at = end
  }
  if (at < to) cut.push([at, to, undefined])
  return cut
}
