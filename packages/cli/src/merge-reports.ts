import { DRIVER_INFO_VERSION, type DriverInfoReport } from '@testrig/core/driver-info'

/** One report of several; of what stands in more than one, the report that was written last counts. */
export function mergeReports(reports: readonly DriverInfoReport[]): DriverInfoReport {
  const oldestFirst = reports.toSorted((one, other) => one.createdAt.localeCompare(other.createdAt))
  const environments = new Map(
    oldestFirst.flatMap((report) => report.environments).map((info) => [info.id, info]),
  )
  const tests = new Map(
    oldestFirst
      .flatMap((report) => report.tests)
      .map((test) => [JSON.stringify([test.project, test.file, test.name, test.used]), test]),
  )
  return {
    version: DRIVER_INFO_VERSION,
    createdAt: new Date().toISOString(),
    environments: [...environments.values()].sort((one, other) => one.startedAt - other.startedAt),
    tests: [...tests.values()],
  }
}
