import { createContext } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'

export const ENVIRONMENT_VIEWS = ['chart', 'timeline', 'drivers', 'tests'] as const
export const DRIVER_TABS = ['details', 'logs', 'tests'] as const
export type EnvironmentView = (typeof ENVIRONMENT_VIEWS)[number]
type DriverTab = (typeof DRIVER_TABS)[number]

/** What the page shows, as its address says after `#`. */
export interface Route {
  /** Without an environment: the overview, or all tests. */
  readonly page: 'overview' | 'tests'
  readonly environment?: string | undefined
  readonly view: EnvironmentView
  readonly driver?: string | undefined
  readonly tab: DriverTab
  /** The log shown, by its stream. */
  readonly log?: string | undefined
}

export const START: Route = { page: 'overview', view: 'chart', tab: 'details' }

/** Reads the part of an address after `#`; what it does not know is left out. */
export function parseRoute(hash: string): Route {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''))
  const given = (name: string) => parameters.get(name) ?? undefined
  return {
    page: given('page') === 'tests' ? 'tests' : 'overview',
    environment: given('environment'),
    view: ENVIRONMENT_VIEWS.find((view) => view === given('view')) ?? START.view,
    driver: given('driver'),
    tab: DRIVER_TABS.find((tab) => tab === given('tab')) ?? START.tab,
    log: given('log'),
  }
}

/** The address of a route, with what differs from the start only. */
export function href(route: Partial<Route>): string {
  const given = Object.entries(route).filter(
    ([name, value]) => value !== undefined && value !== START[name as keyof Route],
  )
  return `#${new URLSearchParams(given as [string, string][])}`
}

/** Shows something else; the reader can go back. */
export function go(route: Partial<Route>): void {
  location.hash = href(route)
}

/** Hands what the page shows now down to whatever links to elsewhere. */
export const RouteContext = createContext(START)

/** What the page shows now, anywhere below the whole page. */
export function useRoute(): Route {
  return useContext(RouteContext)
}

/** Follows the address. */
export function useAddress(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash))
  useEffect(() => {
    const follow = () => setRoute(parseRoute(location.hash))
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  return route
}
