import { show, TestrigError } from '@testrig/core'

// All wording of errors of this package. Each code is explained in docs/errors.md.

export function notJSON(source: string, cause: unknown): TestrigError {
  return new TestrigError(
    'REPORT_INVALID',
    `${source} is not JSON: ${(cause as Error).message}. Give the whole text of a report.json.`,
    { cause },
  )
}

export function wrongForm(source: string, path: string, expected: string, received: unknown): TestrigError {
  const what = path === '' ? 'it' : `\`${path}\``
  const problem =
    received === undefined ? `${what} is missing` : `${what} is ${show(received)}, expected ${expected}`
  return new TestrigError(
    'REPORT_INVALID',
    `${source} is no driver-info report: ${problem}. The form of a report is in report.schema.json of @testrig/report.`,
  )
}

export function wrongVersion(source: string, version: number, known: number): TestrigError {
  const advice =
    version > known
      ? 'It was written by a newer Testrig: update @testrig/report.'
      : 'It was written by an older Testrig: run the tests again.'
  return new TestrigError(
    'REPORT_VERSION',
    `${source} is a driver-info report of version ${version}, this Testrig reads version ${known}. ${advice}`,
  )
}

export function notWritten(directory: string, cause: unknown): TestrigError {
  return new TestrigError(
    'REPORT_NOT_WRITTEN',
    `The driver-info report could not be written to ${directory}: ${(cause as Error).message}. Choose a directory that this user may write to.`,
    { cause },
  )
}
