import { relative, resolve } from 'node:path'
import { type Condition, poll } from '@testrig/core'
import { commandFailed } from '../errors.ts'
import type { CommandReadiness } from '../readiness.ts'
import type { ProgramView } from './program-view.ts'

/** Longest time that one run of the command may take, in milliseconds. */
const ATTEMPT = 10_000

/** How much of its output is shown, in characters. */
const LONGEST_SHOWN = 200

interface Outcome {
  readonly exitCode?: number | undefined
  readonly signal?: string | undefined
  readonly timedOut: boolean
  readonly originalMessage?: string | undefined
  /** Its output of both kinds. */
  readonly all?: string | undefined
}

export function commandCondition({ file, args }: CommandReadiness, program: ProgramView): Condition {
  const shown = [file, ...args].join(' ')
  let last = 'it has not ended yet'
  const succeeds = async (signal: AbortSignal) => {
    const { execa } = await import('execa')
    const result = await execa(file as string, args.map(String), {
      cwd: program.workingDir,
      env: program.environment,
      extendEnv: false,
      reject: false,
      all: true,
      stdin: 'ignore',
      killDescendants: true,
      cancelSignal: signal,
      timeout: ATTEMPT,
    })
    if (isMissing(result.code) && !mayYetCome(file as string, program))
      throw commandFailed(program.label, placeOf(file as string, program), result.cause as Error)
    last = outcome(result)
    return result.exitCode === 0
  }
  return {
    name: `\`${shown}\` ends with exit code 0`,
    wait: (signal) => poll(() => succeeds(signal), signal),
    progress: () => last,
  }
}

/** Whether waiting does not help: the system says that there is no such program, or none that may be run. */
function isMissing(code: string | undefined): boolean {
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES'
}

/** Whether the program that is waited for may be about to write it. */
function mayYetCome(file: string, { appPath, workingDir }: ProgramView): boolean {
  return isPath(file) && !relative(appPath, resolve(workingDir, file)).startsWith('..')
}

/** The path of a command that is none on the PATH. */
function placeOf(file: string, { workingDir }: ProgramView): string {
  return isPath(file) ? resolve(workingDir, file) : file
}

/** Whether it is looked for as a path; in a command line given by mistake, its arguments do not count. */
function isPath(file: string): boolean {
  return /^\S*\//.test(file)
}

function outcome({ exitCode, signal, timedOut, originalMessage, all = '' }: Outcome): string {
  const printed = all.trim() === '' ? '' : `; it printed ${JSON.stringify(all.trim().slice(-LONGEST_SHOWN))}`
  if (timedOut) return `it was ended after ${ATTEMPT} ms${printed}`
  if (exitCode !== undefined) return `it ended with exit code ${exitCode}${printed}`
  return signal === undefined
    ? `it could not be run: ${originalMessage}`
    : `it ended with signal ${signal}${printed}`
}
