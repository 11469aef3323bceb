import { type ChildProcess, spawn } from 'node:child_process'
import { open } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import type { Ending } from './errors.ts'
import { endProcesses, killProcesses, send } from './process-group.ts'
import { DRIVER_MARK, OWNER_MARK, watchdog } from './watchdog.ts'

export interface ProgramOptions {
  readonly command: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Files that the standard output and error are appended to. */
  readonly outpath: string
  readonly errpath: string
  readonly stopSignal: NodeJS.Signals
  readonly stopTimeout: number
  readonly uid?: number | undefined
  readonly gid?: number | undefined
  /** Called when the program has ended. */
  readonly onExit: (ending: Ending) => void
}

let count = 0

/** A process of its own group, whose output goes straight to files, and which the watchdog ends if its owner dies. */
export class Program {
  readonly pid: number
  readonly exited: Promise<Ending>
  readonly #mark: string
  readonly #options: ProgramOptions
  readonly #child: ChildProcess
  #ending: Ending | undefined

  private constructor(child: ChildProcess, mark: string, options: ProgramOptions) {
    this.pid = child.pid as number
    this.#child = child
    this.#mark = mark
    this.#options = options
    child.stdin?.on('error', () => {}) // A program may close its input.
    child.on('error', () => {})
    const { promise, resolve } = Promise.withResolvers<Ending>()
    this.exited = promise
    child.once('exit', (exitCode, signal) => {
      this.#ending = { exitCode, signal }
      resolve(this.#ending)
      options.onExit(this.#ending)
    })
  }

  /** Runs a program; rejects with the system's error when that is impossible. */
  static async run(options: ProgramOptions): Promise<Program> {
    const { command, cwd, env, uid, gid, stopSignal: signal, stopTimeout: timeout } = options
    const [output, errors] = await Promise.all([open(options.outpath, 'a'), open(options.errpath, 'a')])
    try {
      count += 1
      const mark = `${watchdog.token}:${count}`
      const child = spawn(command[0] ?? '', command.slice(1), {
        cwd,
        env: { ...env, [OWNER_MARK]: watchdog.token, [DRIVER_MARK]: mark },
        detached: true,
        stdio: ['pipe', output.fd, errors.fd],
        ...(uid !== undefined && { uid }),
        ...(gid !== undefined && { gid }),
      })
      if (child.pid === undefined) throw await new Promise((failed) => child.once('error', failed))
      watchdog.add(child.pid, { signal, timeout })
      return new Program(child, mark, options)
    } finally {
      await Promise.all([output.close(), errors.close()])
    }
  }

  /** How the program has ended. */
  get ending(): Ending | undefined {
    return this.#ending
  }

  get stdin(): Writable {
    return this.#child.stdin as Writable
  }

  /** Sends a signal to the first process. */
  signal(signal: NodeJS.Signals): void {
    if (this.#ending === undefined) send(this.pid, signal)
  }

  /** Sends a signal to the whole process group. */
  signalGroup(signal: NodeJS.Signals): void {
    send(-this.pid, signal)
  }

  /** Asks the program, and what it has started, to end; kills what is left when the time is over. */
  async end(wholeGroup: boolean): Promise<Ending> {
    const { stopSignal: signal, stopTimeout: timeout } = this.#options
    await endProcesses(this.pid, {
      signal,
      timeout,
      mark: this.#mark,
      exited: this.exited,
      wholeGroup: wholeGroup || this.#ending !== undefined,
    })
    return this.exited
  }

  /** Makes sure that nothing of the program is left. */
  async release(): Promise<void> {
    await killProcesses(this.pid, this.#mark)
    watchdog.remove(this.pid)
  }
}
