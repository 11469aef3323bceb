import type { VNode } from 'preact'
import { plural, whole } from './format.ts'

interface MoreProps {
  readonly shown: number
  readonly all: number
  readonly page: number
  readonly noun: string
  onMore(limit: number): void
}

/** Lets a long list grow by pages: what is not looked at is not drawn. */
export function More({ shown, all, page, noun, onMore }: MoreProps): VNode | null {
  if (shown >= all) return null
  const next = Math.min(page, all - shown)
  return (
    <p class="more">
      <button type="button" onClick={() => onMore(shown + page)}>
        Show {plural(next, `more ${noun}`)}
      </button>{' '}
      <button type="button" onClick={() => onMore(all)}>
        Show all {whole(all)}
      </button>
    </p>
  )
}
