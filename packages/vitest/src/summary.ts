import { stripVTControlCharacters } from 'node:util'
import type { EnvironmentInfo } from '@testrig/core/driver-info'

/** A line of the summary: what it is about, and what it tells. */
export interface SummaryLine {
  readonly label: string
  readonly text: string
  readonly failed?: boolean
}

/** So many lines of one kind are shown at most; the report has all. */
const MOST_LINES = 8
/** So many names are shown at most. */
const MOST_NAMES = 6

/** A line for each environment, however many files and tests had one of their own, and one for each failure. */
export function summaryOf(environments: readonly EnvironmentInfo[]): SummaryLine[] {
  const withDrivers = environments.filter((info) => upIn(info).length > 0)
  const groups = Map.groupBy(withDrivers, (info) => JSON.stringify(upIn(info)))
  const slowestFirst = [...groups.values()].sort((one, other) => slowest(other) - slowest(one))
  const failures = Map.groupBy(
    environments.flatMap(({ failures }) => failures).map(firstLine),
    (text) => text,
  )
  return [
    ...limited(slowestFirst.map((group) => ({ label: 'Drivers', text: lineOf(group) }))),
    ...limited(
      [...failures].map(([text, { length }]) => ({
        label: 'Failed',
        text: length === 1 ? text : `${text} (${length} times)`,
        failed: true,
      })),
    ),
  ]
}

function limited(lines: readonly SummaryLine[]): readonly SummaryLine[] {
  const [first] = lines
  if (first === undefined || lines.length <= MOST_LINES) return lines
  const left = lines.length - MOST_LINES + 1
  return [...lines.slice(0, MOST_LINES - 1), { ...first, text: `… and ${left} more, see the report` }]
}

function lineOf(group: readonly EnvironmentInfo[]): string {
  const slow = group.toSorted((one, other) => took(other) - took(one))[0] as EnvironmentInfo
  const path = slow.criticalPath.length > 1 ? `, critical path ${shortened(slow.criticalPath, ' → ')}` : ''
  const times =
    group.length > 1 ? `up in ${took(slow)} ms at most (${group.length} times)` : `up in ${took(slow)} ms`
  return `${shortened(upIn(slow), ', ')}: ${times}${path}`
}

/** The drivers that came up. */
function upIn({ drivers }: EnvironmentInfo): readonly string[] {
  return drivers
    .filter(({ start, failure }) => start.length > 0 && failure === undefined)
    .map(({ name }) => name)
}

function slowest(group: readonly EnvironmentInfo[]): number {
  return Math.max(...group.map(took))
}

function took({ startedAt, readyAt }: EnvironmentInfo): number {
  return Math.round(readyAt - startedAt)
}

function firstLine(text: string): string {
  return stripVTControlCharacters(text).split('\n', 1)[0] as string
}

function shortened(names: readonly string[], separator: string): string {
  if (names.length <= MOST_NAMES) return names.join(separator)
  const first = names.slice(0, MOST_NAMES - 1).join(separator)
  return `${first}${separator}… (${names.length} in all)`
}
