import { caught } from './caught.ts'
import {
  invalidTransition,
  releaseWithoutStart,
  type StopFailure,
  startAborted,
  stopFailed,
  stopTimeout,
} from './errors-lifecycle.ts'
import type { FlushOptions } from './follow-file.ts'
import type { LogTail } from './log-tail.ts'
import { type Operation, OperationQueue } from './operation-queue.ts'
import { type Release, ReleaseStack } from './release-stack.ts'
import { Restarts, STOPPED } from './restarts.ts'
import { type Phase, Run, within } from './run.ts'
import { StartAttempt } from './start-attempt.ts'
import { type DriverState, StateMachine } from './state.ts'
import type { Step, Steps, Subject } from './steps.ts'
import { takeDown } from './take-down.ts'

/** What the last start and stop of a driver took, in milliseconds since the epoch. */
export interface Timeline {
  readonly start: readonly Phase[]
  /** When each condition of the start came to hold. */
  readonly conditions: readonly { readonly name: string; readonly at: number }[]
  readonly stop: readonly Phase[]
}

/** The state that a driver comes to by what was asked for. */
const UNDER_WAY = { start: 'starting', stop: 'stopping' } as const

/** The life of a driver: takes it through its steps, and leaves nothing behind whatever fails. */
export class Lifecycle {
  readonly #steps: Steps
  readonly #subject: () => Subject
  readonly #onFailure: (error: Error) => void
  readonly #state = new StateMachine()
  readonly #operations = new OperationQueue()
  readonly #restarts = new Restarts()
  readonly #releases = new ReleaseStack()
  /** The start that is under way, or the last one. */
  #start: StartAttempt | undefined
  /** The pause, or the end of one, that is under way. */
  #turning: Promise<unknown> | undefined
  #stopPhases: readonly Phase[] = []
  #failure: Error | undefined
  #crashed = false

  constructor(steps: Steps, subject: () => Subject, onFailure: (error: Error) => void) {
    this.#steps = steps
    this.#subject = subject
    this.#onFailure = onFailure
  }

  get state(): DriverState {
    return this.#state.current
  }

  /** Why the driver does not run: the error of the last start, or what ended it since. */
  get failure(): Error | undefined {
    return this.#failure
  }

  get timeline(): Timeline {
    const { run, conditions } = this.#start ?? {}
    return { start: run?.phases ?? [], conditions: conditions ?? [], stop: this.#stopPhases }
  }

  get signal(): AbortSignal {
    return this.#start?.run.signal ?? AbortSignal.abort()
  }

  /** Whether the driver is up, or on its way from or to that. */
  get active(): boolean {
    return this.#state.isUp || this.#operations.last !== undefined
  }

  /** Starts after what is under way; of calls at the same time, the last one counts. */
  start(): Promise<void> {
    if (this.#operations.last === undefined && this.#runs) return Promise.resolve()
    return this.#operations.ask('start', (operation) => this.#bringUp(operation))
  }

  /** Stops after what is under way; a start that is under way or waits ends. */
  stop(): Promise<void> {
    this.#restarts.noteStop()
    this.abort(STOPPED)
    return this.#operations.ask('stop', () => this.#takeDown())
  }

  /** Takes the driver down and up again by what it is given, unless a stop comes meanwhile. */
  restart(stop: () => unknown, ...steps: readonly (() => unknown)[]): Promise<void> {
    return this.#restarts.run(this.#subject().label, stop, ...steps)
  }

  /** Takes a driver that is up to paused, or back. */
  async turn(through: 'pausing' | 'resuming', work: Step): Promise<void> {
    const { label } = this.#subject()
    const { last } = this.#operations
    if (last !== undefined) throw invalidTransition(label, UNDER_WAY[last.kind], through)
    this.#state.to(through, label)
    const turning = caught(work)
    this.#turning = turning
    const errors = await turning
    if (this.#turning !== turning) throw invalidTransition(label, this.state, through) // A stop has given it up.
    this.#turning = undefined
    if (errors.length > 0) this.fail(errors[0] as Error)
    if (this.state === 'failed') throw this.#failure
    this.#state.to(through === 'pausing' ? 'paused' : 'started', label)
  }

  abort(reason: string): void {
    if (this.state === 'starting') this.#start?.run.fail(startAborted(this.#subject().label, reason))
  }

  /** Ends a start that is under way, or marks a driver that is up as failed. */
  fail(error: Error): void {
    if (this.state === 'starting') this.#start?.fail(error)
    if (!this.#state.isUp) return
    this.#state.to('failed', this.#subject().label)
    this.#failure = error
    this.#crashed = true
    this.#onFailure(error)
  }

  onStop(release: Release): void {
    const run = Run.current ?? this.#start?.run
    if (run === undefined) throw releaseWithoutStart(this.#subject().label)
    if (run.over) void caught(release)
    else this.#releases.push(release)
  }

  waitingFor(): readonly string[] {
    return this.#start?.waitingFor() ?? []
  }

  /** The last lines of the logs of the last start. */
  async logTails(): Promise<readonly LogTail[]> {
    return (await this.#start?.logTails()) ?? []
  }

  async flushLogs(options?: FlushOptions): Promise<void> {
    await this.#start?.flushLogs(options)
  }

  /** Whether the driver is up, and what it drives has not been ended since. */
  get #runs(): boolean {
    return this.#state.isUp && !this.#steps.hasEnded()
  }

  async #bringUp(operation: Operation): Promise<void> {
    const { label } = this.#subject()
    if (this.#crashed || (this.#state.isUp && !this.#runs)) await this.#takeDown()
    if (operation.overtaken) throw startAborted(label, STOPPED)
    if (this.#state.isUp) return
    this.#state.to('starting', label)
    const start = new StartAttempt(this.#steps, this.#subject, this.#releases)
    this.#start = start
    this.#failure = undefined
    try {
      await start.bringUp()
      start.run.signal.throwIfAborted() // It may have failed in the same breath in which the last step ended.
      this.#state.to('started', label)
      void start.closeWatches({ ignoreRest: true })
    } catch (error) {
      this.#failure = await start.giveUp(error).catch((thrown) => thrown) // Whatever fails, the driver is not left half up.
      this.#state.to('failed', label)
      throw this.#failure
    } finally {
      start.end()
    }
  }

  /** Waits for a pause or its end that is under way; gives that it did not finish. */
  async #turned(): Promise<readonly StopFailure[]> {
    if (this.#turning === undefined) return []
    const { label, stopTimeout: limit } = this.#subject()
    const phase = this.state
    const overdue = () => stopTimeout(label, phase, limit)
    const errors = await caught(() => within<unknown>(limit, () => this.#turning, overdue))
    this.#turning = undefined
    return errors.map((error) => ({ phase, error }))
  }

  async #takeDown(): Promise<void> {
    const turn = await this.#turned()
    const start = this.#start
    const crashed = this.#crashed
    this.#crashed = false
    if (start === undefined || !(this.#state.isUp || crashed)) return
    const subject = this.#subject()
    this.#state.to('stopping', subject.label)
    const run = new Run()
    this.#stopPhases = run.phases
    const failures = [...turn, ...(await takeDown({ steps: this.#steps, subject, start, crashed, run }))]
    this.#state.to('stopped', subject.label)
    if (failures.length > 0) throw stopFailed(subject, failures, await start.logTails())
  }
}
