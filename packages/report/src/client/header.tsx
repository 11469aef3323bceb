import type { VNode } from 'preact'
import { whole } from './format.ts'
import type { Model } from './model.ts'
import { href, type Route } from './route.ts'
import { ThemeSwitch } from './theme.tsx'

interface HeaderProps {
  readonly model: Model
  readonly route: Route
}

/** The top of the page: what it is, its two general pages, and its colours. */
export function Header({ model, route }: HeaderProps): VNode {
  const { page, environment } = route
  const isAlone = model.environments.length === 1
  const shown = environment === undefined ? page : isAlone ? 'overview' : undefined
  const current = (name: Route['page']) => (shown === name ? 'page' : undefined)
  return (
    <header class="top">
      <button type="button" class="skip" onClick={skip}>
        To the content
      </button>
      <p class="wordmark">
        <Mark /> Testrig <span class="quiet">driver info</span>
      </p>
      <nav aria-label="Report">
        <a href={href({})} aria-current={current('overview')}>
          {isAlone ? 'Environment' : 'Overview'}
        </a>
        <a href={href({ page: 'tests' })} aria-current={current('tests')}>
          Tests <span class="count">{whole(model.report.tests.length)}</span>
        </a>
      </nav>
      <ThemeSwitch />
    </header>
  )
}

function skip(): void {
  document.getElementById('main')?.focus()
}

function Mark(): VNode {
  return (
    <svg class="mark" width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
      <path d="M3 3H19M11 3V19M5 19H17" />
      <circle cx="3" cy="3" r="2" />
      <circle cx="19" cy="3" r="2" />
      <circle cx="11" cy="11" r="2.5" />
    </svg>
  )
}
