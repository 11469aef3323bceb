import type { Writable } from 'node:stream'
import { clearTimeout, setTimeout } from 'node:timers'
import { setImmediate } from 'node:timers/promises'
import { type Condition, type DriverState, type LogTail, poll, type TestrigError } from '@testrig/core'
import {
  type Ending,
  exitedEarly,
  exitedWhileRunning,
  notRunning,
  processesLeft,
  spawnFailed,
  stillRunning,
  unexpectedExitCode,
} from './errors.ts'
import { ExitIntent } from './exit-intent.ts'
import { type ListeningPort, listeningPorts, portsOf } from './listening-ports.ts'
import { hasProcFs } from './process-table.ts'
import { Program, type ProgramOptions } from './program.ts'

/** What the run of a program needs to know of its driver, and to tell it. */
export interface ExecutionOwner {
  readonly label: string
  readonly name: string
  readonly expectedExitCode: number | undefined
  state(): DriverState
  /** What the start under way still waits for. */
  waitingFor(): readonly string[]
  /** Reads the logs to their ends, a last line without its end included. */
  flushLogs(): Promise<void>
  logTails(): Promise<readonly LogTail[]>
  fail(error: Error): void
}

/** Longest time that conditions get, when a program has ended as expected, to see what it has left; in milliseconds. */
const LAST_LOOK = 1_000

/** One run of a driver's program, from its start until nothing of it is left; knows whether its end is a failure. */
export class Execution {
  readonly #owner: ExecutionOwner
  readonly #program: Program
  readonly #intent: ExitIntent
  /** Fulfils when the driver was told of an end that is a failure. */
  readonly #told: Promise<void>

  private constructor(owner: ExecutionOwner, program: Program, stopSignal: NodeJS.Signals) {
    this.#owner = owner
    this.#program = program
    this.#intent = new ExitIntent(stopSignal)
    this.#told = program.exited.then((ending) => this.#ended(ending))
  }

  /** Runs the program. @throws APP_SPAWN */
  static async begin(owner: ExecutionOwner, options: ProgramOptions): Promise<Execution> {
    const program = await Program.run(options).catch((error: NodeJS.ErrnoException) => {
      throw spawnFailed(owner.label, options.command[0] ?? '', error)
    })
    return new Execution(owner, program, options.stopSignal)
  }

  /** Process id; undefined when the program has ended. */
  get pid(): number | undefined {
    return this.ending === undefined ? this.#program.pid : undefined
  }

  get ending(): Ending | undefined {
    return this.#program.ending
  }

  /** Whether the test has ended the program, or is about to; not that of a task, which ends by itself. */
  get endedByTest(): boolean {
    const { ending } = this
    if (ending === undefined) return this.#intent.stops
    return this.#owner.expectedExitCode === undefined
      ? this.#intent.covers(ending)
      : this.#intent.killed(ending)
  }

  /** Whether the program has ended with the exit code that it is to have. */
  get endedAsExpected(): boolean {
    return this.ending !== undefined && this.ending.exitCode === this.#owner.expectedExitCode
  }

  /** Fulfils, if the program has ended, when the driver was told of it; undefined while it runs. */
  endTold(): Promise<void> | undefined {
    return this.#program.hasEnded ? this.#told : undefined
  }

  get stdin(): Writable {
    return this.#program.stdin
  }

  /** Sends a signal that the test wants the program to get. */
  kill(signal: NodeJS.Signals): void {
    this.#intent.sent(signal)
    this.#program.signal(signal)
  }

  /** Waits for the end, which is then no failure. @throws APP_STILL_RUNNING */
  waitForExit(timeout: number): Promise<Ending> {
    if (this.ending !== undefined) return Promise.resolve(this.ending)
    this.#intent.awaiting += 1
    const limit = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      this.#intent.awaiting -= 1
      limit.reject(stillRunning(this.#owner.label, timeout))
    }, timeout)
    return Promise.race([this.#program.exited, limit.promise]).finally(() => clearTimeout(timer))
  }

  /** Suspends the program, or what it has left in the background. @throws APP_NOT_RUNNING */
  async pause(): Promise<void> {
    await this.#checkLeft('pause()')
    await this.#program.pause()
  }

  /** Lets all that was suspended go on. @throws APP_NOT_RUNNING */
  async resume(): Promise<void> {
    await this.#checkLeft('resume()')
    await this.#program.resume()
  }

  /** Ends the program, and all that it has started, by force when the time is over. */
  async end(options: { readonly all: boolean; readonly timeout: number }): Promise<void> {
    this.#intent.awaiting += 1
    await this.#program.end(options)
  }

  /** Makes sure that nothing of the program is left. @throws APP_PROCESSES_LEFT */
  async release(): Promise<void> {
    const left = await this.#program.release()
    if (left.length > 0) throw processesLeft(this.#owner.label, left)
  }

  processes(): Promise<readonly number[]> {
    return this.#program.processes()
  }

  /** The TCP ports that the program listens on, or what it has left in the background; undefined when nothing is left. */
  async listening(): Promise<readonly ListeningPort[] | undefined> {
    if (this.pid !== undefined) return listeningPorts(this.pid)
    const left = hasProcFs ? await this.processes() : []
    return left.length === 0 ? undefined : portsOf(left)
  }

  /** Makes sure that a program that has ended did so as expected. @throws APP_EXIT_CODE */
  checkEnd(expected?: number): void {
    const error = this.#unexpectedEnd(expected)
    if (error !== undefined) throw error
  }

  /** Makes sure that a program that was stopped ended as expected, unless by a signal of the test. @throws APP_EXIT_CODE */
  checkStopped(): void {
    if (this.ending !== undefined && !this.#intent.ended(this.ending)) this.checkEnd()
  }

  /** That the program ends as expected. */
  exitCondition(): Condition {
    const code = this.#owner.expectedExitCode ?? 0
    return {
      name: `the program ends with exit code ${code}`,
      wait: async () => {
        await this.#program.exited
        await this.#owner.flushLogs()
        this.checkEnd(code)
      },
    }
  }

  async #checkLeft(what: string): Promise<void> {
    if (this.pid === undefined && !(await this.#program.isLeft())) throw notRunning(this.#owner.label, what)
  }

  async #ended(ending: Ending): Promise<void> {
    if (this.#intent.covers(ending)) return
    await setImmediate() // Of a program that ends at once, the logs are not yet followed.
    const owner = this.#owner
    await owner.flushLogs().catch(() => {}) // A log that cannot be read hides no end.
    if (this.endedAsExpected) await this.#lastLook(ending)
    else if (owner.state() !== 'starting')
      owner.fail(exitedWhileRunning(owner, ending, await owner.logTails()))
    else owner.fail(this.#unexpectedEnd() ?? exitedEarly(owner.label, ending))
  }

  /** A program that has ended, with all that it had started, meets no condition any more but by what it has left. */
  async #lastLook(ending: Ending): Promise<void> {
    const owner = this.#owner
    if (await this.#program.isLeft()) return
    const over = () => owner.state() !== 'starting' || owner.waitingFor().length === 0
    await poll(over, AbortSignal.timeout(LAST_LOOK)).catch(() => owner.fail(exitedEarly(owner.label, ending)))
  }

  #unexpectedEnd(expected: number | undefined = this.#owner.expectedExitCode): TestrigError | undefined {
    const { ending } = this
    if (expected === undefined || ending === undefined || ending.exitCode === expected) return undefined
    return unexpectedExitCode(this.#owner.label, expected, ending)
  }
}
