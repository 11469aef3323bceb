import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Execution } from './execution.ts'
import { printedBlock, reportedFailure } from './gtest-failures.ts'
import { type GTestCase, gtestSuites } from './gtest-json.ts'
import { type Printed, type PrintedCase, readGTestOutput } from './gtest-output.ts'
import type { CaseResult, Report } from './report.ts'

/** The report of a GTest program, in the directory of the run. */
export const REPORT_FILE = 'report.json'

type Reported = ReadonlyMap<string, GTestCase>

/**
 * Reads what a GTest program reported: its JSON has the failures, its output what cases printed and why they skipped. It
 * writes the JSON at its end: of one that crashed the output tells all.
 */
export async function readGTestReport({ directory, stdout }: Execution): Promise<Report> {
  const printed = await readGTestOutput(stdout)
  const outside = printed.outside.flatMap((lines) => printedBlock(lines).failures)
  const json = await readFile(join(directory, REPORT_FILE), 'utf8').catch(() => undefined)
  const reported = json === undefined ? undefined : parsed(json)
  const results = printed.cases.flatMap((each) => resultOf(each, reported) ?? [])
  // Of a failure outside of cases, GTest 1.12 writes JSON that lacks a comma.
  const whole = reported !== undefined || (json !== undefined && outside.length > 0)
  const gap = json === undefined ? 'it wrote no report' : 'its report is no whole JSON'
  return { results, outside, running: runningIn(printed), ...(!whole && { gap }) }
}

function parsed(json: string): Reported | undefined {
  try {
    const suites = gtestSuites(JSON.parse(json))
    return new Map(suites.flatMap(({ name, cases }) => cases.map((each) => [`${name}.${each.name}`, each])))
  } catch {
    return undefined
  }
}

function resultOf(printed: PrintedCase, reported: Reported | undefined): CaseResult | undefined {
  const { name, status, duration, lines } = printed
  if (status === undefined) return undefined
  const block = printedBlock(lines)
  const entry = reported?.get(name)
  const failures = entry?.failures.map(reportedFailure) ?? block.failures
  return {
    path: pathOf(name),
    status: entry === undefined || entry.status === 'not run' ? status : entry.status,
    failures,
    duration: entry?.duration ?? duration,
    note: block.note,
    output: block.output,
  }
}

function runningIn({ cases, suite }: Printed): Report['running'] {
  const last = cases.at(-1)
  if (last !== undefined && last.status === undefined)
    return { path: pathOf(last.name), output: last.lines.join('\n') }
  return suite === undefined ? undefined : { path: [suite], output: '' }
}

/** Names of suites may have dots, those of cases have none. */
function pathOf(name: string): readonly string[] {
  const dot = name.lastIndexOf('.')
  return [name.slice(0, dot), name.slice(dot + 1)]
}
