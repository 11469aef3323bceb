import type { DriverInfo, EnvironmentInfo } from '@testrig/core/driver-info'
import type { RefObject, VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Model } from '../model.ts'
import { go, type Route } from '../route.ts'
import { StateBadge } from '../state-badge.tsx'
import { Tabs } from '../tabs.tsx'
import { TestsView } from '../tests/tests-view.tsx'
import { DriverDetails } from './driver-details.tsx'
import { DriverLogs } from './driver-logs.tsx'

interface DriverPanelProps {
  readonly model: Model
  readonly environment: EnvironmentInfo
  readonly driver: DriverInfo
  readonly route: Route
  /** Whether the reader opened it, rather than the page being opened with it. */
  readonly takesFocus: boolean
  onClose(): void
}

/** All about one driver, beside what the page shows of its environment. */
export function DriverPanel({
  model,
  environment,
  driver,
  route,
  takesFocus,
  onClose,
}: DriverPanelProps): VNode {
  const [isWide, setWide] = useState(false)
  const tests = model.testsOf(environment, driver.name)
  const title = useFocusOnChange(driver, takesFocus)
  return (
    <aside class={isWide ? 'panel wide' : 'panel'} aria-labelledby="panel-title">
      <header class="panel-header">
        <div>
          <p class="caps">{driver.className}</p>
          <h2 id="panel-title" tabIndex={-1} ref={title}>
            {driver.name}
          </h2>
          <StateBadge driver={driver} />
        </div>
        <div class="panel-buttons">
          <button type="button" class="widen" aria-pressed={isWide} onClick={() => setWide(!isWide)}>
            Wide
          </button>
          <button type="button" aria-label="Close" title="Close (Esc)" onClick={onClose}>
            ✕
          </button>
        </div>
      </header>
      <Tabs
        label={`Driver ${driver.name}`}
        tabs={[
          { name: 'details', title: 'Details' },
          { name: 'logs', title: 'Logs', count: driver.logs.length },
          { name: 'tests', title: 'Tests', count: tests.length },
        ]}
        current={route.tab}
        onSelect={(tab) => go({ ...route, tab })}
      >
        {route.tab === 'details' ? <DriverDetails environment={environment} driver={driver} /> : null}
        {route.tab === 'logs' ? (
          <DriverLogs model={model} environment={environment} driver={driver} route={route} />
        ) : null}
        {route.tab === 'tests' ? (
          <TestsView model={model} tests={tests} hasOneFile={environment.files.length === 1} />
        ) : null}
      </Tabs>
    </aside>
  )
}

/** Leads the focus to the title of another driver, but not when the page is opened with one. */
function useFocusOnChange(driver: DriverInfo, takesFocus: boolean): RefObject<HTMLHeadingElement | null> {
  const title = useRef<HTMLHeadingElement>(null)
  const seen = useRef(takesFocus ? undefined : driver)
  useEffect(() => {
    if (seen.current === driver) return
    seen.current = driver
    title.current?.focus({ preventScroll: true })
  }, [driver])
  return title
}
