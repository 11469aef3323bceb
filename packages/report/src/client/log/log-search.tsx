import type { VNode } from 'preact'
import { whole } from '../format.ts'
import { MOST_MATCHES } from './find-matches.ts'

interface LogSearchProps {
  readonly wanted: string
  readonly count: number
  readonly current: number
  onSearch(text: string): void
  onMove(by: number): void
}

/** The field to search a log by, with the count of matches and the way from one to the next. */
export function LogSearch({ wanted, count, current, onSearch, onMove }: LogSearchProps): VNode {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') {
      event.preventDefault()
      onMove(event.shiftKey ? -1 : 1)
    }
    // The first Escape empties the field, the next one closes the panel.
    if (event.key === 'Escape' && wanted !== '') {
      event.preventDefault()
      event.stopPropagation()
      onSearch('')
    }
  }
  return (
    <div class="log-search">
      <label class="search">
        <span class="hidden">Search the log</span>
        <input
          type="search"
          placeholder="Search the log"
          value={wanted}
          onInput={(event) => onSearch(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      </label>
      <button
        type="button"
        aria-label="Previous match"
        title="Previous match (Shift+Enter)"
        disabled={count === 0}
        onClick={() => onMove(-1)}
      >
        ↑
      </button>
      <button
        type="button"
        aria-label="Next match"
        title="Next match (Enter)"
        disabled={count === 0}
        onClick={() => onMove(1)}
      >
        ↓
      </button>
      <span class="figure" role="status">
        {wanted === '' ? '' : position(count, current)}
      </span>
    </div>
  )
}

function position(count: number, current: number): string {
  if (count === 0) return 'no match'
  return `${whole(current + 1)} of ${whole(count)}${count === MOST_MATCHES ? '+' : ''}`
}
