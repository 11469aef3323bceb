import type { EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { DriverPanel } from './driver/driver-panel.tsx'
import { EnvironmentList } from './environment/environment-list.tsx'
import { EnvironmentPage } from './environment/environment-page.tsx'
import { environmentTitle } from './environment/title.ts'
import { Header } from './header.tsx'
import type { Model } from './model.ts'
import { Overview } from './overview.tsx'
import { go, href, type Route, RouteContext, useAddress } from './route.ts'
import { TestsView } from './tests/tests-view.tsx'

/** The whole page. */
export function App({ model }: { readonly model: Model }): VNode {
  const given = useAddress()
  const route = withOnlyEnvironment(model, given)
  const environment = model.environment(route.environment)
  const driver = environment?.drivers.find(({ name }) => name === route.driver)
  const hasMoved = useHasMoved(given)
  const close = () => closeDriver(route)
  useTitle(model, environment, driver?.name)
  useEscape(driver ? close : undefined)
  const hasList = model.environments.length > 1
  return (
    <RouteContext.Provider value={route}>
      <Header model={model} route={route} />
      <div class={`page ${hasList ? 'has-list' : ''} ${driver ? 'has-panel' : ''}`}>
        {hasList ? <EnvironmentList model={model} route={route} /> : null}
        <main tabIndex={-1} id="main">
          {environment ? (
            <EnvironmentPage model={model} environment={environment} route={route} />
          ) : (
            <Elsewhere model={model} route={route} />
          )}
        </main>
        {environment && driver ? (
          <DriverPanel
            model={model}
            environment={environment}
            driver={driver}
            route={route}
            takesFocus={hasMoved}
            onClose={close}
          />
        ) : null}
      </div>
    </RouteContext.Provider>
  )
}

function Elsewhere({ model, route }: { readonly model: Model; readonly route: Route }): VNode {
  if (route.environment !== undefined) {
    return (
      <p class="note">
        This report has no environment <code>{route.environment}</code>.{' '}
        <a href={href({})}>All environments</a>
      </p>
    )
  }
  if (model.environments.length === 0) {
    return <p class="note">No environment was started: no test that ran uses one.</p>
  }
  if (route.page === 'overview') return <Overview model={model} />
  return (
    <article aria-labelledby="tests-title">
      <h1 id="tests-title">All tests</h1>
      <TestsView model={model} tests={model.report.tests} />
    </article>
  )
}

/** Whether the page shows something else than it was opened with. */
function useHasMoved(address: Route): boolean {
  const first = useRef(address)
  return first.current !== address
}

/** A report of one environment begins with it. */
function withOnlyEnvironment({ environments }: Model, route: Route): Route {
  const [only, ...more] = environments
  const isStart = route.environment === undefined && route.page === 'overview'
  return only && more.length === 0 && isStart ? { ...route, environment: only.id } : route
}

function useTitle(model: Model, environment: EnvironmentInfo | undefined, driver: string | undefined): void {
  useEffect(() => {
    const title = environment ? environmentTitle(model, environment) : 'Driver info'
    document.title = [...(driver === undefined ? [] : [driver]), title, 'Testrig'].join(' · ')
  }, [model, environment, driver])
}

function useEscape(close: (() => void) | undefined): void {
  useEffect(() => {
    if (!close) return
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') close()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [close])
}

/** Closes the panel; the focus goes back to where the driver is in the page. */
function closeDriver({ driver = '', ...route }: Route): void {
  go({ ...route, driver: undefined, tab: 'details', log: undefined })
  const node = document.querySelector<SVGGElement>(`[data-node="${CSS.escape(driver)}"]`)
  ;(node ?? document.getElementById('main'))?.focus({ preventScroll: true })
}
