import { type Answer, type Condition, polled } from './condition.ts'
import {
  prepareFailed,
  releaseWithoutStart,
  type StopFailure,
  startAborted,
  startFailed,
  startTimeout,
  stopFailed,
  stopTimeout,
} from './errors-lifecycle.ts'
import type { FlushOptions } from './follow-file.ts'
import type { LogTail } from './log-tail.ts'
import { LogWatch } from './log-watch.ts'
import { type Release, ReleaseStack } from './release-stack.ts'
import { now, type Phase, Run, within } from './run.ts'
import { type DriverState, StateMachine } from './state.ts'

/** What the last start and stop of a driver took, in milliseconds since the epoch. */
export interface Timeline {
  readonly start: readonly Phase[]
  /** When each condition of the start came to hold. */
  readonly conditions: readonly { readonly name: string; readonly at: number }[]
  readonly stop: readonly Phase[]
}

interface Operation {
  readonly kind: 'start' | 'stop'
  cancelled: boolean
  done: Promise<void>
}

type Step<T = void> = () => T | Promise<T>

/** What a driver does at each step of its life; methods and hooks of the options are already joined. */
export interface Steps {
  readonly prepare: Step
  readonly resolve: Step
  readonly preStart: Step
  /** The watches on the driver's logs, which count lines from now on. */
  readonly watches: () => readonly LogWatch[]
  readonly starting: Step
  readonly conditions: () => readonly Condition[]
  readonly startedCheck: Step<Answer>
  readonly postStart: Step
  readonly preStop: Step
  readonly stopping: Step
  readonly stoppedCheck: Step<Answer>
  readonly postStop: Step
  readonly aborting: Step
}

/** What reports and clocks need to know of the driver. */
export interface Subject {
  readonly label: string
  readonly name: string
  readonly startTimeout: number
  readonly stopTimeout: number
  readonly extracts: Readonly<Record<string, string>>
  /** The driver's directory when it was used. */
  readonly directory: string | undefined
  diagnose(): readonly string[] | Promise<readonly string[]>
  logTails(): Promise<readonly LogTail[]>
  onFailure(error: Error): void
}

/** The name of the last condition; it says nothing by itself. */
const CHECK = 'startedCheck'

/** Time that a driver has beyond its `stopTimeout` to end by force what it drives. */
const STOP_GRACE = 1_000

/** The life of a driver: takes it through its steps, and leaves nothing behind whatever fails. */
export class Lifecycle {
  readonly #steps: Steps
  readonly #subject: Subject
  readonly #state = new StateMachine()
  readonly #releases = new ReleaseStack()
  readonly #disposals = new ReleaseStack()
  #prepared: Promise<void> | undefined
  #run: Run | undefined
  /** The start or stop that was asked for last and is not over. */
  #last: Operation | undefined
  #turning: Promise<void> | undefined
  #watches: readonly LogWatch[] = []
  #pending: readonly Condition[] = []
  #conditions: { name: string; at: number }[] = []
  #stopPhases: readonly Phase[] = []
  #failure: Error | undefined
  #crashed = false

  constructor(steps: Steps, subject: Subject) {
    this.#steps = steps
    this.#subject = subject
  }

  get state(): DriverState {
    return this.#state.current
  }

  /** Why the driver does not run: the error of the last start, or what ended it since. */
  get failure(): Error | undefined {
    return this.#failure
  }

  get timeline(): Timeline {
    return { start: this.#run?.phases ?? [], conditions: this.#conditions, stop: this.#stopPhases }
  }

  get signal(): AbortSignal {
    return this.#run?.signal ?? AbortSignal.abort()
  }

  /** Whether the driver is up, or on its way from or to that. */
  get active(): boolean {
    return this.#isUp() || this.#last !== undefined
  }

  /** Starts after what is under way; of calls at the same time, the last one counts. */
  start(): Promise<void> {
    if (this.#last?.kind === 'start') return this.#last.done
    if (this.#last === undefined && this.#isUp()) return Promise.resolve()
    return this.#queue('start', (operation) => this.#start(operation))
  }

  /** Stops after what is under way; a start that is under way or waits ends. */
  stop(): Promise<void> {
    if (this.#last?.kind === 'stop') return this.#last.done
    if (this.#last?.kind === 'start') {
      this.#last.cancelled = true
      this.abort('stop() was called')
    }
    return this.#queue('stop', () => this.#stop())
  }

  #queue(kind: Operation['kind'], work: (operation: Operation) => Promise<void>): Promise<void> {
    const previous = this.#last?.done.catch(() => {})
    const operation: Operation = { kind, cancelled: false, done: Promise.resolve() }
    this.#last = operation
    const run = () => work(operation)
    operation.done = (previous === undefined ? run() : previous.then(run)).finally(() => {
      if (this.#last === operation) this.#last = undefined
    })
    return operation.done
  }

  /** Takes a driver that is up to paused, or back. */
  turn(through: 'pausing' | 'resuming', work: Step): Promise<void> {
    const turning = this.#turn(through, work)
    this.#turning = turning.catch(() => {})
    return turning
  }

  async #turn(through: 'pausing' | 'resuming', work: Step): Promise<void> {
    const { label } = this.#subject
    this.#state.to(through, label)
    try {
      await work()
    } catch (error) {
      this.fail(error as Error)
      throw error
    }
    this.#state.to(through === 'pausing' ? 'paused' : 'started', label)
  }

  abort(reason: string): void {
    if (this.state === 'starting') this.#run?.fail(startAborted(this.#subject.label, reason))
  }

  /** Ends a start that is under way, or marks a driver that is up as failed. */
  fail(error: Error): void {
    const told = this.#watches.map((watch) => watch.failure).find((failure) => failure !== undefined)
    if (this.state === 'starting') this.#run?.fail(told ?? error) // A line that says why tells more than the end.
    if (!this.#isUp()) return
    this.#state.to('failed', this.#subject.label)
    this.#failure = error
    this.#crashed = true
    this.#subject.onFailure(error)
  }

  prepare(): Promise<void> {
    this.#prepared ??= this.#prepare()
    return this.#prepared
  }

  async #prepare(): Promise<void> {
    try {
      await this.#steps.prepare()
    } catch (error) {
      this.#prepared = undefined
      throw prepareFailed(this.#subject.label, this.#subject.name, error)
    }
  }

  dispose(): Promise<unknown[]> {
    this.#prepared = undefined
    return this.#disposals.release(this.#subject.stopTimeout, () =>
      stopTimeout(this.#subject.label, 'dispose', this.#subject.stopTimeout),
    )
  }

  onStop(release: Release): void {
    const run = Run.current ?? this.#run
    if (run === undefined) throw releaseWithoutStart(this.#subject.label)
    if (run.over) void attempt(release)
    else this.#releases.push(release)
  }

  onDispose(release: Release): void {
    this.#disposals.push(release)
  }

  waitingFor(): readonly string[] {
    return waitingLines(this.#pending)
  }

  async flushLogs(options?: FlushOptions): Promise<void> {
    await Promise.all(this.#watches.map((watch) => watch.flush(options)))
  }

  #isUp(): boolean {
    return ['started', 'pausing', 'paused', 'resuming'].includes(this.state)
  }

  async #start(operation: Operation): Promise<void> {
    const { label } = this.#subject
    if (operation.cancelled) throw startAborted(label, 'stop() was called')
    if (this.#isUp()) return
    if (this.#crashed) await this.#stop()
    this.#state.to('starting', label)
    const run = new Run()
    this.#run = run
    this.#failure = undefined
    this.#conditions = []
    try {
      await this.#bringUp(run)
      this.#state.to('started', label)
      void this.#closeWatches({ ignoreRest: true })
    } catch (error) {
      this.#failure = await this.#giveUp(run, error)
      throw this.#failure
    } finally {
      run.end()
      this.#pending = []
    }
  }

  async #bringUp(run: Run): Promise<void> {
    const steps = this.#steps
    await run.during('prepare', () => this.prepare())
    await run.during('resolve', steps.resolve)
    const { label, startTimeout: limit } = this.#subject
    run.limit(limit, () => startTimeout(label, limit))
    await run.during('preStart', steps.preStart)
    this.#watches = steps.watches()
    await run.during('starting', steps.starting)
    for (const watch of this.#watches) watch.open()
    await run.during('startedCheck', () => this.#ready(run))
    await run.during('postStart', steps.postStart)
  }

  async #ready(run: Run): Promise<void> {
    const awaited = this.#watches.filter((watch) => watch.unmatched.length > 0)
    for (const watch of this.#watches) watch.wait().catch((error) => run.fail(error))
    this.#pending = [...awaited, ...this.#steps.conditions()]
    await Promise.all(this.#pending.map((condition) => this.#meet(condition, run)))
    const check = polled(CHECK, this.#steps.startedCheck)
    this.#pending = [check]
    await run.unlessFailed(check.wait(run.signal)).catch((error) => {
      if (!run.signal.aborted) this.#pending = []
      throw error
    })
    this.#pending = []
    if (this.#watches.length > awaited.length) await this.flushLogs() // What was logged up to now counts.
    for (const { failure } of this.#watches) if (failure !== undefined) throw failure
  }

  async #meet(condition: Condition, run: Run): Promise<void> {
    await run.unlessFailed(condition.wait(run.signal))
    this.#conditions.push({ name: condition.name, at: now() })
    this.#pending = this.#pending.filter((each) => each !== condition)
  }

  /** Undoes a start that failed and gives the error that reports it. */
  async #giveUp(run: Run, cause: unknown): Promise<Error> {
    run.fail(cause)
    await this.#closeWatches()
    const details = {
      phase: run.phase,
      unmatched: this.#watches.map((watch) => ({
        stream: watch.stream,
        patterns: watch.unmatched.map(String),
        seen: watch.seen(),
      })),
      waiting: waitingLines(this.#pending.filter((condition) => !(condition instanceof LogWatch))),
      extracts: { ...this.#subject.extracts },
      diagnosis: await Promise.resolve(this.#subject.diagnose()).catch(() => []),
    }
    const limit = this.#subject.stopTimeout
    const aborting = await attempt(() =>
      within(limit + STOP_GRACE, this.#steps.aborting, () =>
        stopTimeout(this.#subject.label, 'aborting', limit),
      ),
    )
    await run.settled(limit)
    run.close()
    const leftovers = [...aborting, ...(await this.#release(limit))]
    this.#state.to('failed', this.#subject.label)
    const tails = await this.#subject.logTails()
    return startFailed(this.#subject, cause, { ...details, tails, leftovers })
  }

  async #stop(): Promise<void> {
    await this.#turning
    const crashed = this.#crashed
    this.#crashed = false
    if (!this.#isUp() && !crashed) return
    this.#state.to('stopping', this.#subject.label)
    const errors = await this.#takeDown(crashed)
    this.#state.to('stopped', this.#subject.label)
    if (errors.length > 0) throw stopFailed(this.#subject, errors, await this.#subject.logTails())
  }

  /** Runs all steps of a stop, whatever fails; gives what failed. */
  async #takeDown(crashed: boolean): Promise<readonly StopFailure[]> {
    const run = new Run()
    this.#stopPhases = run.phases
    const { label, stopTimeout: limit } = this.#subject
    run.limit(limit + STOP_GRACE, () => stopTimeout(label, run.phase, limit))
    const failures: StopFailure[] = []
    const step = async (phase: string, work: () => unknown) => {
      for (const error of await attempt(work))
        if (!failures.some((each) => each.error === error)) failures.push({ phase, error })
    }
    const { preStop, stopping, stoppedCheck, postStop } = this.#steps
    await step('preStop', () => run.during('preStop', preStop))
    await step('stopping', () => run.during('stopping', stopping))
    const down = polled('stoppedCheck', stoppedCheck)
    if (!crashed) await step('stoppedCheck', () => run.during('stoppedCheck', () => down.wait(run.signal)))
    this.#run?.close()
    for (const error of await this.#release(limit)) failures.push({ phase: 'release', error })
    await step('postStop', () => run.during('postStop', postStop))
    run.end()
    return failures
  }

  #release(limit: number): Promise<unknown[]> {
    return this.#releases.release(limit, () => stopTimeout(this.#subject.label, 'release', limit))
  }

  async #closeWatches(options: { readonly ignoreRest?: boolean } = {}): Promise<void> {
    await Promise.all(this.#watches.map((watch) => attempt(() => watch.close(options))))
  }
}

function waitingLines(conditions: readonly Condition[]): readonly string[] {
  return conditions.flatMap((condition) => {
    const seen = condition.progress?.()
    if (seen !== undefined) return [`${condition.name}: ${seen}`]
    return condition.name === CHECK ? [] : [condition.name]
  })
}

/** Runs something; gives its error, or nothing. */
async function attempt(work: () => unknown): Promise<readonly unknown[]> {
  try {
    await work()
    return []
  } catch (error) {
    return [error]
  }
}
