import type { DriverInfo } from '@testrig/core/driver-info'

/** When the samples begin. */
export const EPOCH: number = Date.UTC(2026, 10, 26, 9, 30)

interface Timing {
  /** Milliseconds after the environment's start. */
  readonly from: number
  /** How long each of `starting`, `startedCheck` and `postStart` took. */
  readonly phases: readonly [number, number, number]
  /** When it was stopped, after the environment's start, and how long that took. */
  readonly stop?: readonly [from: number, took: number]
}

/** A driver as a run would have recorded it. */
export function sampleDriver(
  name: string,
  className: string,
  { from, phases, stop }: Timing,
  more: Partial<DriverInfo> = {},
): DriverInfo {
  return {
    name,
    className,
    state: 'started',
    attributes: { host: '127.0.0.1' },
    listening: [],
    problems: [],
    start: startPhases(EPOCH + from, phases),
    conditions: [],
    stop: stop ? stopPhases(EPOCH + stop[0], stop[1]) : [],
    logs: [],
    ...more,
  }
}

function startPhases(begin: number, [starting, check, after]: Timing['phases']): DriverInfo['start'] {
  return consecutive(begin, [
    ['prepare', 0.3],
    ['resolve', 0.2],
    ['preStart', 0.5],
    ['starting', starting],
    ['startedCheck', check],
    ['postStart', after],
  ])
}

function stopPhases(begin: number, took: number): DriverInfo['stop'] {
  return consecutive(begin, [
    ['preStop', 0.2],
    ['stopping', took * 0.7],
    ['stoppedCheck', took * 0.3],
    ['postStop', 0.1],
  ])
}

function consecutive(begin: number, phases: readonly (readonly [string, number])[]): DriverInfo['start'] {
  let at = begin
  return phases.map(([name, took]) => {
    const start = at
    at += took
    return { name, start, end: at }
  })
}
