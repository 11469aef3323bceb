import type { VNode } from 'preact'
import { whole } from '../format.ts'
import { SearchField } from '../search-field.tsx'
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
  return (
    <div class="log-search">
      <SearchField label="Search the log" value={wanted} onSearch={onSearch} onMove={onMove} />
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
