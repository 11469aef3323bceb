import { existsSync } from 'node:fs'
import { TestrigError } from '@testrig/core'
import { type Ending, endingText } from '@testrig/driver-app/programs'
import type { Execution } from './execution.ts'
import type { CasePath } from './report.ts'

// All wording of errors of this package. Each code is explained in docs/errors.md.

export function programNotRun(
  label: string,
  binary: string,
  workingDir: string,
  cause: NodeJS.ErrnoException,
): TestrigError {
  const missing = existsSync(workingDir)
    ? `there is no program \`${binary}\`; build it first, or correct \`binary\``
    : `its working directory ${workingDir} does not exist`
  const hints: Record<string, string> = {
    ENOENT: missing,
    EACCES: `\`${binary}\` may not be executed; check its mode with ls -l`,
    E2BIG: 'its arguments and variables are too long for the system',
  }
  return bare(
    new TestrigError(
      'PROGRAM_NOT_RUN',
      `${label} could not be run: ${hints[cause.code ?? ''] ?? cause.message}.`,
      { cause },
    ),
  )
}

export function processesLeft(label: string, pids: readonly number[]): TestrigError {
  return bare(
    new TestrigError(
      'PROGRAM_PROCESSES_LEFT',
      `${label}: the processes ${pids.join(', ')} were killed and still run. They may belong to another user: end them by hand.`,
    ),
  )
}

export function listingFailed(
  label: string,
  execution: Execution,
  limit: number,
  tail: string,
): TestrigError {
  return bare(
    new TestrigError(
      'PROGRAM_LIST_FAILED',
      `${label} did not list its tests: it ${endOf(execution, limit)}. It has no driver's variables while it lists.\n${tail}`,
    ),
  )
}

export function listUnreadable(label: string, cause: unknown, tail: string): TestrigError {
  return bare(
    new TestrigError(
      'PROGRAM_LIST_FAILED',
      `${label} listed its tests in a form that is not understood: ${reasonOf(cause)}.\n${tail}`,
      { cause },
    ),
  )
}

export function listEmpty(label: string, tail: string): TestrigError {
  return bare(new TestrigError('PROGRAM_LIST_EMPTY', `${label} has no tests: its list is empty.\n${tail}`))
}

/** A program that ended before it was through. */
export function programEnded(
  label: string,
  execution: Execution,
  { at, limit, tail }: { readonly at: CasePath | undefined; readonly limit: number; readonly tail: string },
): TestrigError {
  const code = execution.stopped === 'timeout' ? 'PROGRAM_TIMEOUT' : 'PROGRAM_ENDED'
  const when = at === undefined ? 'before it was through' : `while ${shown(at)} ran`
  return bare(new TestrigError(code, `${label} ${endOf(execution, limit)} ${when}.\n${tail}`))
}

export function notReached(path: CasePath, cause: Error): TestrigError {
  const [reason = ''] = cause.message.split('\n')
  return bare(new TestrigError('PROGRAM_CASE_MISSING', `${shown(path)} was not run: ${reason}`, { cause }))
}

export function caseMissing(label: string, path: CasePath, count: number, tail: string): TestrigError {
  if (count === 0) return bare(new TestrigError('PROGRAM_REPORT', `${label} reported no case.\n${tail}`))
  return bare(
    new TestrigError(
      'PROGRAM_CASE_MISSING',
      `${label} did not report on ${shown(path)}: its report has ${count} other ${count === 1 ? 'case' : 'cases'}.\n${tail}`,
    ),
  )
}

export function reportIncomplete(
  label: string,
  gap: string,
  execution: Execution,
  tail: string,
): TestrigError {
  return bare(
    new TestrigError(
      'PROGRAM_REPORT',
      `${label} ended with ${endingText(execution.ending)}, but ${gap}.\n${tail}`,
    ),
  )
}

export function unknownDriver(label: string, name: string, known: readonly string[]): TestrigError {
  return bare(
    new TestrigError(
      'UNKNOWN_DRIVER',
      `${label}: \`drivers\` names \`${name}\`, which the environment does not have. It has ${known.join(', ') || 'none'}.`,
    ),
  )
}

export function withoutEffect(caller: string, option: string, why: string): TestrigError {
  return new TestrigError(
    'OPTION_INVALID',
    `${caller}: option \`${option}\` must be left out here, as it has no effect: ${why}.`,
  )
}

/** Frames of this package would hide what the program printed. */
function bare(error: TestrigError): TestrigError {
  error.stack = `${error.name}: ${error.message}`
  return error
}

export function unexpectedExitCode(
  label: string,
  ending: Ending,
  expected: number,
  tail: string,
): TestrigError {
  return bare(
    new TestrigError(
      'PROGRAM_EXIT_CODE',
      `${label} ended with ${endingText(ending)} instead of exit code ${expected}.\n${tail}`,
    ),
  )
}

export function exitCodeUnexplained(label: string, ending: Ending, tail: string): TestrigError {
  return bare(
    new TestrigError(
      'PROGRAM_EXIT_CODE',
      `${label} ended with ${endingText(ending)}, although none of its cases failed.\n${tail}`,
    ),
  )
}

function endOf({ ending, stopped }: Execution, limit: number): string {
  if (stopped === 'timeout') return `did not end within ${limit} ms and was ended`
  if (stopped !== undefined) return `was ended, because ${reasonOf(stopped.reason)},`
  return `ended with ${endingText(ending)}`
}

function shown(path: CasePath): string {
  return path.length === 0 ? 'it' : `\`${path.join(' > ')}\``
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
