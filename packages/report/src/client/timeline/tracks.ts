import type { DriverInfo, EnvironmentInfo } from '@testrig/core/driver-info'

type Phase = DriverInfo['start'][number]

/** What one driver did in a start or a stop; times are milliseconds since its begin. */
export interface Track {
  readonly driver: DriverInfo
  readonly begin: number
  readonly end: number
  readonly phases: readonly Phase[]
  readonly conditions: readonly { readonly name: string; readonly at: number }[]
  /** Its place on the critical path, if it is on it. */
  readonly critical: number | undefined
}

/** The tracks of a start or a stop. */
export interface Tracks {
  readonly tracks: readonly Track[]
  /** How long it took, or at least as long as its tracks reach. */
  readonly span: number
}

/** The start, driver by driver as they began. */
export function startTracks({ drivers, startedAt, readyAt, criticalPath }: EnvironmentInfo): Tracks {
  return tracksOf(drivers, startedAt, readyAt, (driver) => ({
    phases: driver.start,
    conditions: driver.conditions,
    critical: criticalPath.indexOf(driver.name),
  }))
}

/** The stop, driver by driver as they began. */
export function stopTracks({ drivers, stopStartedAt, stoppedAt }: EnvironmentInfo): Tracks {
  if (stopStartedAt === undefined) return { tracks: [], span: 0 }
  return tracksOf(drivers, stopStartedAt, stoppedAt ?? stopStartedAt, (driver) => ({
    phases: driver.stop,
    conditions: [],
    critical: -1,
  }))
}

interface Recorded {
  readonly phases: readonly Phase[]
  readonly conditions: Track['conditions']
  readonly critical: number
}

function tracksOf(
  drivers: readonly DriverInfo[],
  from: number,
  to: number,
  recorded: (driver: DriverInfo) => Recorded,
): Tracks {
  const tracks = drivers
    .flatMap((driver) => track(driver, from, recorded(driver)))
    .sort((a, b) => a.begin - b.begin || a.end - b.end)
  return { tracks, span: Math.max(to - from, ...tracks.map(({ end }) => end), 1) }
}

function track(driver: DriverInfo, from: number, { phases, conditions, critical }: Recorded): Track[] {
  const moved = phases.map(({ name, start, end }) => ({ name, start: start - from, end: end - from }))
  const [first] = moved
  if (!first) return []
  return [
    {
      driver,
      begin: first.start,
      end: Math.max(...moved.map(({ end }) => end)),
      phases: moved,
      conditions: conditions.map(({ name, at }) => ({ name, at: at - from })),
      critical: critical < 0 ? undefined : critical,
    },
  ]
}
