import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Execution } from './execution.ts'
import type { CaseResult, Report } from './report.ts'

/** The report of a Hobbes Test program, in the directory of the run. */
export const REPORT_FILE = 'report.json'

const STATUS = { pass: 'passed', fail: 'failed', skipped: 'skipped' } as const
const UNITS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1_000, m: 60_000 }

const testCase = v.object({
  name: v.string(),
  status: v.picklist(['pass', 'fail', 'skipped']),
  duration: v.optional(v.nullable(v.union([v.string(), v.number()]))),
  error: v.optional(v.nullable(v.string())),
})
const document = v.array(v.object({ name: v.string(), data: v.array(testCase) }))

/** Reads the report of a Hobbes Test program, which it writes at its end. */
export async function readHobbesReport(
  { directory }: Execution,
  suites: ReadonlySet<string> | undefined,
): Promise<Report> {
  const json = await readFile(join(directory, REPORT_FILE), 'utf8').catch(() => undefined)
  if (json === undefined) return { results: [], outside: [], gap: 'it wrote no report' }
  try {
    const all = v.parse(document, JSON.parse(json))
    // Suites that were not asked for are in it, too, as skipped.
    const asked = all.filter(({ name }) => suites?.has(name) ?? true)
    const results = asked.flatMap(({ name, data }) => data.map((each) => resultOf(name, each)))
    return { results, outside: [] }
  } catch {
    return { results: [], outside: [], gap: 'its report is not whole' }
  }
}

function resultOf(
  suite: string,
  { name, status, duration, error }: v.InferOutput<typeof testCase>,
): CaseResult {
  return {
    path: [suite, name],
    status: STATUS[status],
    failures: status === 'fail' ? [{ message: error ?? 'failed, and its report does not tell why' }] : [],
    duration: milliseconds(duration),
    note: status === 'skipped' ? (error ?? undefined) : undefined,
  }
}

/** A duration such as 5.01973s. */
function milliseconds(duration: string | number | null | undefined): number | undefined {
  const [, value, unit = ''] = /^([\d.]+)\s*([a-zµ]+)$/.exec(String(duration)) ?? []
  const factor = UNITS[unit]
  return value === undefined || factor === undefined ? undefined : Number(value) * factor
}
