import type { DriverInfoReport } from '@testrig/core/driver-info'

/** Where the text of a log is in the page: the index of its environment, of its driver and of the log. */
export type LogPlace = readonly [environment: number, driver: number, log: number]

/** The id of the element that has the report without its logs. */
export const REPORT_ELEMENT = 'report-data'

/** The id of the element that has the text of a log. */
export function logElement(place: LogPlace): string {
  return `log-${place.join('-')}`
}

/** The logs of a report, each with its place. */
export function logTexts(report: DriverInfoReport): readonly (readonly [LogPlace, string])[] {
  return report.environments.flatMap(({ drivers }, environment) =>
    drivers.flatMap(({ logs }, driver) =>
      logs.map(({ text }, log) => [[environment, driver, log], text] as const),
    ),
  )
}

/** The report with the text of its logs left out: they are read when they are looked at. */
export function withoutLogTexts(report: DriverInfoReport): DriverInfoReport {
  const environments = report.environments.map((environment) => ({
    ...environment,
    drivers: environment.drivers.map((driver) => ({
      ...driver,
      logs: driver.logs.map((log) => ({ ...log, text: '' })),
    })),
  }))
  return { ...report, environments }
}

/** JSON that is safe within a script element: nothing in it can end the element or begin a comment. */
export function scriptSafeJSON(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  )
}
