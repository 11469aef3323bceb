import type { LogInfo } from '@testrig/core/driver-info'
import type { RefObject, VNode } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { bytes, plural } from '../format.ts'
import { findMatches, type Match } from './find-matches.ts'
import { LogSearch } from './log-search.tsx'
import { LogText } from './log-text.tsx'
import { parseLog } from './parse-log.ts'

interface LogViewProps {
  readonly log: LogInfo
  readonly text: string
}

/** One log: its lines, with a search. */
export function LogView({ log, text }: LogViewProps): VNode {
  const lines = useMemo(() => parseLog(text), [text])
  const [wanted, setWanted] = useState('')
  const [wraps, setWraps] = useState(false)
  const matches = useMemo(() => findMatches(lines, wanted), [lines, wanted])
  const [current, setCurrent] = useState(0)
  const frame = useRef<HTMLElement>(null)
  useScrollToMatch(frame, matches, current)
  const move = (by: number) =>
    setCurrent((index) => (matches.length === 0 ? 0 : (index + by + matches.length) % matches.length))
  const search = (value: string) => {
    setWanted(value)
    setCurrent(0)
  }
  return (
    <div class="log">
      <div class="bar">
        <LogSearch wanted={wanted} count={matches.length} current={current} onSearch={search} onMove={move} />
        <label class="check">
          <input type="checkbox" checked={wraps} onChange={() => setWraps(!wraps)} /> Wrap
        </label>
        <button type="button" onClick={() => toEnd(frame)} title="Jump to the end">
          End
        </button>
      </div>
      <p class="log-place quiet">
        <span class="path">{log.path}</span> {plural(lines.length, 'line')}
      </p>
      <section
        class={wraps ? 'log-text wraps' : 'log-text'}
        ref={frame}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keys
        tabIndex={0}
        aria-label={`Log ${log.stream}`}
      >
        {log.omitted > 0 ? <p class="omitted">{bytes(log.omitted)} before this omitted</p> : null}
        {lines.length === 0 ? <p class="omitted">Nothing was written.</p> : null}
        <LogText lines={lines} matches={matches} current={matches[current]} isWhole={log.omitted === 0} />
      </section>
    </div>
  )
}

function useScrollToMatch(
  frame: RefObject<HTMLElement | null>,
  matches: readonly Match[],
  current: number,
): void {
  useEffect(() => {
    if (matches.length === 0) return
    const mark = frame.current?.querySelector(`mark[aria-current]`)
    mark?.scrollIntoView({ block: 'center', inline: 'nearest' })
  }, [frame, matches, current])
}

// Twice: what comes into sight is measured only then, and may be higher than it was taken for.
function toEnd({ current: frame }: RefObject<HTMLElement | null>): void {
  const scroll = () => frame?.scrollTo({ top: frame.scrollHeight })
  scroll()
  requestAnimationFrame(scroll)
  frame?.focus({ preventScroll: true })
}
