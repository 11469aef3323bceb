import { DRIVER_INFO_VERSION, type DriverInfoReport } from '@testrig/core/driver-info'
import { getDotPath, safeParse } from 'valibot'
import { notJSON, wrongForm, wrongVersion } from './errors.ts'
import { reportSchema } from './report-schema.ts'

/**
 * Reads the text of a report.json.
 * @param source What messages call it, such as its path.
 * @throws REPORT_INVALID when the text is not JSON or not a report
 * @throws REPORT_VERSION when it is of another version than this package knows
 */
export function parseReport(text: string, source = 'The text'): DriverInfoReport {
  const report = parsed(text, source)
  checkReport(report, source)
  return report
}

/** The same for a report that is an object already. */
export function checkReport(report: unknown, source: string): asserts report is DriverInfoReport {
  const version = (report as { version?: unknown } | null)?.version
  if (typeof version === 'number' && version !== DRIVER_INFO_VERSION) {
    throw wrongVersion(source, version, DRIVER_INFO_VERSION)
  }
  const result = safeParse(reportSchema, report, { abortEarly: true })
  if (result.success) return
  const [issue] = result.issues
  throw wrongForm(source, getDotPath(issue) ?? '', issue.expected ?? 'another value', issue.input)
}

function parsed(text: string, source: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw notJSON(source, error)
  }
}
