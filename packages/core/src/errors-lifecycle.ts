// Wording of errors in a driver's life; docs/errors.md explains each code.
import { shownLine } from './log-watch.ts'
import { reasonOf } from './show.ts'
import type { StrayLine } from './start-logs.ts'
import type { DriverState } from './state.ts'
import { TestrigError } from './testrig-error.ts'

export interface StartDetails {
  readonly phase: string
  readonly unmatched: readonly {
    readonly stream: string
    readonly patterns: readonly string[]
    readonly seen: string
  }[]
  /** Lines of other files that these patterns match. */
  readonly strays: readonly StrayLine[]
  readonly waiting: readonly string[]
  readonly extracts: Readonly<Record<string, string>>
  readonly diagnosis: readonly string[]
  readonly tails: readonly Tail[]
  /** What failed while the start was undone. */
  readonly leftovers: readonly unknown[]
}

export interface StopFailure {
  readonly phase: string
  readonly error: unknown
}

interface Subject {
  readonly label: string
  readonly name: string
  readonly directory?: string | undefined
}

interface Tail {
  readonly stream: string
  readonly path: string
  readonly lines: readonly string[]
}

export function invalidTransition(driver: string, from: DriverState, to: DriverState): TestrigError {
  const [what, needed] = REFUSED[to] ?? [`become ${to}`, undefined]
  const hint = needed === undefined ? '' : ` Only a driver that is ${needed} can.`
  return new TestrigError('STATE_INVALID', `${driver} cannot ${what}: it ${isIn(from)}.${hint}`)
}

/** What was asked for by the state that it leads to, and the state that it needs. */
const REFUSED: Readonly<Partial<Record<DriverState, readonly [string, DriverState]>>> = {
  pausing: ['be paused', 'started'],
  resuming: ['be resumed', 'paused'],
}

function isIn(state: DriverState): string {
  if (state === 'idle') return 'has not started'
  return state === 'failed' ? 'has failed' : `is ${state}`
}

export function releaseWithoutStart(label: string): TestrigError {
  return new TestrigError(
    'ON_STOP_WITHOUT_START',
    `${label}: onStop() was called before any start. What prepare() acquires is registered with onDispose().`,
  )
}

export function prepareFailed(label: string, name: string, cause: unknown): TestrigError {
  return new TestrigError(
    'PREPARE_FAILED',
    `${label} could not be prepared: ${withoutLabel(reasonOf(cause), label)}`,
    {
      driver: name,
      cause,
    },
  )
}

export function startTimeout(label: string, limit: number): TestrigError {
  return new TestrigError('START_TIMEOUT', `${label} was not up within its startTimeout of ${limit} ms.`)
}

export function startAborted(label: string, reason: string): TestrigError {
  return new TestrigError('START_ABORTED', `${label}: the start was given up: ${reason}.`)
}

export function startFailed(
  { label, name, directory }: Subject,
  cause: unknown,
  details: StartDetails,
): TestrigError {
  const lines = [`${label} failed to start (${details.phase}): ${withoutLabel(reasonOf(cause), label)}`]
  for (const { stream, patterns, seen } of details.unmatched) {
    if (patterns.length > 0) lines.push(`  unmatched in ${stream}: ${patterns.join(', ')} (${seen})`)
  }
  for (const { pattern, stream, line } of details.strays)
    lines.push(
      `  hint: ${pattern} matches a line of ${stream}, ${shownLine(line)}: await it by ${stream}Regexps`,
    )
  for (const waiting of details.waiting) lines.push(`  waiting for: ${waiting}`)
  const extracts = Object.entries(details.extracts)
  if (extracts.length > 0)
    lines.push(`  extracted so far: ${extracts.map(([name, value]) => `${name}=${value}`).join(', ')}`)
  lines.push(...details.diagnosis.map((line) => `  ${line}`))
  for (const error of details.leftovers) lines.push(`  while cleaning up: ${reasonOf(error)}`)
  lines.push(...tailText(details.tails))
  if (directory !== undefined) lines.push(`  its directory: ${directory}`)
  const code =
    cause instanceof TestrigError && ['START_TIMEOUT', 'START_ABORTED'].includes(cause.code)
      ? cause.code
      : 'START_FAILED'
  return new TestrigError(code, lines.join('\n'), { driver: name, cause })
}

export function stopTimeout(label: string, phase: string, limit: number): TestrigError {
  return new TestrigError(
    'STOP_TIMEOUT',
    `${label} did not finish ${phase} within its stopTimeout of ${limit} ms.`,
  )
}

export function stopFailed(
  { label, name }: Subject,
  failures: readonly StopFailure[],
  tails: readonly Tail[],
): TestrigError {
  const reasons = failures.map(({ phase, error }) => `(${phase}): ${withoutLabel(reasonOf(error), label)}`)
  const errors = failures.map(({ error }) => error)
  const cause = errors.length === 1 ? errors[0] : new AggregateError(errors)
  const lines = [`${label} failed to stop ${reasons.join('\n  and ')}`, ...tailText(tails)]
  return new TestrigError('STOP_FAILED', lines.join('\n'), { driver: name, cause })
}

/** A reason that begins with the driver's label, when the label stands before it already. */
function withoutLabel(reason: string, label: string): string {
  const rest = reason.slice(label.length)
  return reason.startsWith(label) && /^:? /.test(rest) ? rest.replace(/^:? /, '') : reason
}

/** The logs' last lines as indented text. */
function tailText(tails: readonly Tail[]): string[] {
  return tails.flatMap(({ stream, path, lines }) => [
    `  last lines of ${stream} (${path}):`,
    ...lines.map((line) => `    ${line}`),
  ])
}
