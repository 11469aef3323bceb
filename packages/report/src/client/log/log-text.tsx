import type { VNode } from 'preact'
import { memo } from 'preact/compat'
import { useMemo } from 'preact/hooks'
import type { Match } from './find-matches.ts'
import { markLine } from './mark-line.ts'
import type { LogLine } from './parse-log.ts'

interface LogTextProps {
  readonly lines: readonly LogLine[]
  readonly matches: readonly Match[]
  readonly current: Match | undefined
  /** Whether the first line is the first of the log, so that lines can have numbers. */
  readonly isWhole: boolean
}

const CHUNK = 100
const NONE: readonly Match[] = []

/** The lines of a log in chunks: the browser draws those that are in sight, and a search touches those that it hits. */
export function LogText({ lines, matches, current, isWhole }: LogTextProps): VNode {
  const chunks = useMemo(
    () => Array.from({ length: Math.ceil(lines.length / CHUNK) }, (_, index) => index * CHUNK),
    [lines],
  )
  const byChunk = useMemo(() => Map.groupBy(matches, ({ line }) => line - (line % CHUNK)), [matches])
  return (
    <div class={isWhole ? 'log-lines numbered' : 'log-lines'}>
      {chunks.map((first) => (
        <Chunk
          key={first}
          lines={lines}
          first={first}
          matches={byChunk.get(first) ?? NONE}
          current={current && current.line - (current.line % CHUNK) === first ? current : undefined}
        />
      ))}
    </div>
  )
}

interface ChunkProps {
  readonly lines: readonly LogLine[]
  readonly first: number
  readonly matches: readonly Match[]
  readonly current: Match | undefined
}

const Chunk = memo(({ lines, first, matches, current }: ChunkProps): VNode => {
  const own = lines.slice(first, first + CHUNK)
  const byLine = Map.groupBy(matches, ({ line }) => line)
  return (
    <div
      class="log-chunk"
      style={{ counterSet: `line ${first}`, containIntrinsicHeight: `auto ${own.length * 1.55}em` }}
    >
      {own.map((line, index) => (
        <div class="log-line" key={index}>
          {markLine(line, byLine.get(first + index) ?? NONE).map(({ text, look, match }, part) =>
            match ? (
              <mark key={part} class={look} aria-current={match === current ? 'true' : undefined}>
                {text}
              </mark>
            ) : look === '' ? (
              text
            ) : (
              <span key={part} class={look}>
                {text}
              </span>
            ),
          )}
        </div>
      ))}
    </div>
  )
})
