import type { EnvironmentInfo } from '@testrig/core/driver-info'

/** Whether something of it went wrong: a start, a stop or a driver. */
export function isBroken({ failures, drivers }: EnvironmentInfo): boolean {
  return (
    failures.length > 0 || drivers.some(({ state, failure }) => state === 'failed' || failure !== undefined)
  )
}

/** Orders environments: those that failed, those with failed tests, then by their start. */
export function compareEnvironments(
  failedTests: (environment: EnvironmentInfo) => number,
): (a: EnvironmentInfo, b: EnvironmentInfo) => number {
  const rank = (environment: EnvironmentInfo) =>
    isBroken(environment) ? 0 : failedTests(environment) > 0 ? 1 : 2
  return (a, b) => rank(a) - rank(b) || a.startedAt - b.startedAt
}
