import type { DriverInfo, EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import { Choice } from '../choice.tsx'
import { LogView } from '../log/log-view.tsx'
import { type Model, readLog } from '../model.ts'
import { go, type Route } from '../route.ts'

interface DriverLogsProps {
  readonly model: Model
  readonly environment: EnvironmentInfo
  readonly driver: DriverInfo
  readonly route: Route
}

/** The logs of a driver, one at a time. */
export function DriverLogs({ model, environment, driver, route }: DriverLogsProps): VNode {
  const log = driver.logs.find(({ stream }) => stream === route.log) ?? driver.logs[0]
  const text = useMemo(
    () => (log ? readLog(model, environment, driver, log) : ''),
    [model, environment, driver, log],
  )
  if (!log) return <p class="note">It has no logs.</p>
  return (
    <>
      {driver.logs.length > 1 ? (
        <Choice
          legend="Log"
          options={driver.logs.map(({ stream }) => [stream, stream] as const)}
          value={log.stream}
          onChange={(stream) => go({ ...route, log: stream })}
        />
      ) : null}
      <LogView key={`${driver.name} ${log.stream}`} log={log} text={text} />
    </>
  )
}
