import { mkdtemp } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { clearTimeout, setTimeout } from 'node:timers'
import { type Ending, Program } from '@testrig/driver-app/programs'
import { processesLeft, programNotRun } from './errors.ts'
import { Secrets } from './secrets.ts'

export interface Command {
  readonly binary: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly workingDir: string
}

export interface ExecuteOptions {
  /** Directory in which the run gets one of its own. */
  readonly parent: string
  /** How errors name the program. */
  readonly label: string
  /** Milliseconds that the program may run. */
  readonly timeout: number
  /** Milliseconds that it may take to end when it is asked to. */
  readonly stopTimeout: number
  /** Ends the program; its reason is why. */
  readonly signal?: AbortSignal | undefined
}

/** A run of a program that has ended. */
export interface Execution {
  readonly directory: string
  /** Paths of the files that hold its output. */
  readonly stdout: string
  readonly stderr: string
  readonly ending: Ending
  /** What it was told and must not be shown. */
  readonly secrets: Secrets
  /** Why it was made to end: its time was over, or the reason of the signal. */
  readonly stopped?: 'timeout' | { readonly reason: unknown } | undefined
}

/**
 * Runs a program to its end, with all that it starts. `args` gets the directory of the run.
 *
 * @throws PROGRAM_NOT_RUN, PROGRAM_PROCESSES_LEFT
 */
export async function execute(
  { args, ...command }: Omit<Command, 'args'> & { args(directory: string): readonly string[] },
  { parent, label, timeout, stopTimeout, signal }: ExecuteOptions,
): Promise<Execution> {
  const directory = await mkdtemp(join(parent, 'program-'))
  const [stdout, stderr] = [join(directory, 'stdout'), join(directory, 'stderr')]
  const binary = command.binary.includes('/') ? resolve(command.binary) : command.binary
  const program = await Program.run({
    command: [binary, ...args(directory)],
    cwd: command.workingDir,
    env: command.env,
    outpath: stdout,
    errpath: stderr,
    stopSignal: 'SIGTERM',
    stopTimeout,
    wrapped: false,
  }).catch((error: NodeJS.ErrnoException) => {
    throw programNotRun(label, binary, command.workingDir, error)
  })
  program.stdin.end()
  let stopped: Execution['stopped']
  const stop = (why: Execution['stopped']) => {
    if (stopped !== undefined || program.ending !== undefined) return
    stopped = why
    void program.end({ all: true, timeout: stopTimeout })
  }
  const timer = setTimeout(() => stop('timeout'), timeout)
  const abort = () => stop({ reason: signal?.reason })
  signal?.addEventListener('abort', abort)
  if (signal?.aborted === true) abort()
  const ending = await program.exited
  clearTimeout(timer)
  signal?.removeEventListener('abort', abort)
  const left = await program.release()
  if (left.length > 0) throw processesLeft(label, left)
  return { directory, stdout, stderr, ending, stopped, secrets: new Secrets(command.env) }
}
