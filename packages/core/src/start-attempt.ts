import { caught } from './caught.ts'
import { type Condition, polled } from './condition.ts'
import { type StartDetails, startFailed, startTimeout, stopTimeout } from './errors-lifecycle.ts'
import type { FlushOptions } from './follow-file.ts'
import type { LogTail } from './log-tail.ts'
import { LogWatch } from './log-watch.ts'
import type { ReleaseStack } from './release-stack.ts'
import { now, Run, STOP_GRACE, within } from './run.ts'
import type { StartLogs } from './start-logs.ts'
import type { Steps, Subject } from './steps.ts'

/** The name of the last condition; it says nothing by itself. */
const CHECK = 'startedCheck'

/** One start of a driver: takes it up step by step, or undoes what was done and reports why. */
export class StartAttempt {
  /** Its clock, its phases, and what ends it early. */
  readonly run: Run = new Run()
  readonly #steps: Steps
  readonly #subject: () => Subject
  readonly #releases: ReleaseStack
  readonly #conditions: { name: string; at: number }[] = []
  #logs: StartLogs | undefined
  #pending: readonly Condition[] = []

  constructor(steps: Steps, subject: () => Subject, releases: ReleaseStack) {
    this.#steps = steps
    this.#subject = subject
    this.#releases = releases
  }

  /** When each condition came to hold. */
  get conditions(): readonly { readonly name: string; readonly at: number }[] {
    return this.#conditions
  }

  /** What is still waited for, a line each. */
  waitingFor(): readonly string[] {
    return linesOf(this.#pending)
  }

  /** The last lines that the logs have got. */
  async logTails(): Promise<readonly LogTail[]> {
    return (await this.#logs?.tails(this.#subject().errorLogLines)) ?? []
  }

  async flushLogs(options?: FlushOptions): Promise<void> {
    await Promise.all(this.#watches.map((watch) => watch.flush(options)))
  }

  /** Ends the start early; a line of a log that says why tells more than the error. */
  fail(error: Error): void {
    this.run.fail(this.#failureInLogs() ?? error)
  }

  /** Runs all steps up to the last. */
  async bringUp(): Promise<void> {
    const { run } = this
    const steps = this.#steps
    await run.during('prepare', steps.prepare)
    await run.during('resolve', steps.resolve)
    const { label, startTimeout: limit } = this.#subject()
    run.limit(limit, () => startTimeout(label, limit))
    await run.during('preStart', steps.preStart)
    this.#logs = steps.logs()
    await run.during('starting', steps.starting)
    for (const watch of this.#watches) watch.open()
    await run.during('startedCheck', () => this.#ready())
    await run.during('postStart', steps.postStart)
  }

  /** Says that the driver is up, or was given up: nothing is waited for any longer. */
  end(): void {
    this.run.end()
    this.#pending = []
  }

  async closeWatches(options: { readonly ignoreRest?: boolean } = {}): Promise<void> {
    await Promise.all(this.#watches.map((watch) => caught(() => watch.close(options))))
  }

  /** Undoes what was done, and gives the error that reports it. */
  async giveUp(cause: unknown): Promise<Error> {
    this.run.fail(cause)
    await this.closeWatches()
    const seen = this.#seen()
    const { label, stopTimeout: limit, diagnose } = this.#subject()
    const overdue = (phase: string) => () => stopTimeout(label, phase, limit)
    let diagnosis: readonly string[] = []
    const leftovers = await caught(async () => {
      diagnosis = [await within(limit, diagnose, overdue('diagnose'))].flat().map(String)
    })
    leftovers.push(
      ...(await caught(() => within(limit + STOP_GRACE, this.#steps.aborting, overdue('aborting')))),
    )
    await this.run.settled(limit)
    leftovers.push(...(await this.release()))
    const tails = await this.logTails()
    return startFailed(this.#subject(), cause, { ...seen, diagnosis, leftovers, tails })
  }

  /** Releases all that the start acquired, from now on at once; gives the errors of what failed. */
  release(): Promise<unknown[]> {
    this.run.close()
    const { label, stopTimeout: limit } = this.#subject()
    return this.#releases.release(limit, () => stopTimeout(label, 'release', limit))
  }

  async #ready(): Promise<void> {
    const { run } = this
    const awaited = this.#watches.filter((watch) => watch.unmatched.length > 0)
    for (const watch of this.#watches) watch.wait().catch((error) => run.fail(error))
    this.#pending = [...awaited, ...this.#steps.conditions()]
    await Promise.all(this.#pending.map((condition) => this.#meet(condition)))
    const check = polled(CHECK, this.#steps.startedCheck)
    this.#pending = [check]
    await run.unlessFailed(check.wait(run.signal)).catch((error) => {
      if (!run.signal.aborted) this.#pending = []
      throw error
    })
    this.#pending = []
    if (this.#watches.length > awaited.length) await this.flushLogs() // What was logged up to now counts.
    const failure = this.#failureInLogs()
    if (failure !== undefined) throw failure
  }

  async #meet(condition: Condition): Promise<void> {
    await this.run.unlessFailed(condition.wait(this.run.signal))
    this.#conditions.push({ name: condition.name, at: now() })
    this.#pending = this.#pending.filter((each) => each !== condition)
  }

  get #watches(): readonly LogWatch[] {
    return this.#logs?.watches ?? []
  }

  #failureInLogs(): Error | undefined {
    return this.#watches.map(({ failure }) => failure).find((failure) => failure !== undefined)
  }

  #seen(): Omit<StartDetails, 'diagnosis' | 'leftovers' | 'tails'> {
    return {
      phase: this.run.phase,
      unmatched: this.#watches.map((watch) => ({
        stream: watch.stream,
        patterns: watch.unmatched.map(String),
        seen: watch.seen(),
      })),
      strays: this.#logs?.strayLines() ?? [],
      waiting: linesOf(this.#pending.filter((condition) => !(condition instanceof LogWatch))),
      extracts: { ...this.#subject().extracts },
    }
  }
}

function linesOf(conditions: readonly Condition[]): readonly string[] {
  return conditions.flatMap((condition) => {
    const seen = progressOf(condition)
    if (seen !== undefined) return [`${condition.name}: ${seen}`]
    return condition.name === CHECK ? [] : [condition.name]
  })
}

function progressOf(condition: Condition): string | undefined {
  try {
    return condition.progress?.()
  } catch {
    return undefined // What cannot be told must not keep the rest from being told.
  }
}
