import { join } from 'node:path'
import { alone } from './alone.ts'
import { setBaseClass } from './attributes.ts'
import type { Binding } from './binding.ts'
import { type Answer, type Condition, polled } from './condition.ts'
import type { ContextValue, Late, Scope } from './context-value.ts'
import { type DriverOptions, driverOptions } from './driver-options.ts'
import {
  driverShared,
  notReady,
  patternsWithoutFile,
  startAborted,
  startFailed,
  startTimeout,
  stopFailed,
  stopTimeout,
} from './errors.ts'
import { installFiles } from './install-files.ts'
import { tailLines } from './log-tail.ts'
import { type LogStream, LogWatch } from './log-watch.ts'
import { lateOptions, type Resolved, resolveOptions, resolveValue, validateOptions } from './options.ts'
import { type Release, ReleaseStack } from './release-stack.ts'
import { now, type Phase, Run } from './run.ts'
import { prepareRunpath } from './runpath.ts'
import type { OptionSchemas } from './schema.ts'
import { type DriverState, StateMachine } from './state.ts'

/** Options that have a value even when they are not given. */
export type DriverDefaults =
  | 'startTimeout'
  | 'stopTimeout'
  | 'installFiles'
  | 'logRegexps'
  | 'stdoutRegexps'
  | 'stderrRegexps'
  | 'failRegexps'
  | 'autoStart'
  | 'errorLogLines'
  | 'cleanRunpath'

/** What one start took, in milliseconds since the epoch. */
export interface Timeline {
  readonly phases: readonly Phase[]
  /** When each condition of the start came to hold. */
  readonly conditions: readonly { readonly name: string; readonly at: number }[]
}

/** What the environment may do with a driver and others may not. */
export interface DriverInternals {
  /** @throws DRIVER_SHARED when the driver runs in another environment */
  bind(driver: Driver, binding: Binding): void
  prepare(driver: Driver): Promise<void>
  dispose(driver: Driver): Promise<unknown[]>
  knownBeforeStart(driver: Driver, path: readonly string[]): boolean
  lateOptions(driver: Driver): ReturnType<typeof lateOptions>
  label(driver: Driver): string
}

export let internals: DriverInternals

/** Time that a driver has beyond its `stopTimeout` to tell that it was ended by force. */
const STOP_GRACE = 1_000

/**
 * The base of all drivers: something that an integration test needs, started, observed and stopped.
 *
 * Subclasses override the protected lifecycle methods. What they publish are their public data properties and getters:
 * those are the attributes that templates, context values and exported variables see. Keep all else `#private`.
 */
export class Driver {
  /** The options of the class, each with its schema; a subclass spreads those of its base. */
  static readonly options: OptionSchemas<DriverOptions> = driverOptions
  /** Attributes that can be read before the driver has started, so that reading them makes no dependency. */
  static readonly earlyAttributes: readonly string[] = [
    'name',
    'runpath',
    'scratch',
    'logpath',
    'outpath',
    'errpath',
  ]

  /** The options as declared, with defaults; context values are not resolved. */
  readonly options: DriverOptions
  /** What named groups of patterns captured in the logs of the current start. */
  readonly extracts: Readonly<Record<string, string>> = {}
  /** The options with context values resolved; those that have one can be read from `preStart` on. */
  protected readonly config: Resolved<DriverOptions, DriverDefaults>

  readonly #late: ReadonlySet<string>
  readonly #state = new StateMachine()
  readonly #releases = new ReleaseStack()
  readonly #disposals = new ReleaseStack()
  #binding: Binding | undefined
  #runpathReady = false
  #prepared: Promise<void> | undefined
  #run: Run | undefined
  #starting: Promise<this> | undefined
  #stopping: Promise<void> | undefined
  #watches: readonly LogWatch[] = []
  #pending: readonly Condition[] = []
  #timeline: Timeline = { phases: [], conditions: [] }
  #failure: Error | undefined

  /** @throws OPTION_UNKNOWN, OPTION_INVALID */
  constructor(options: DriverOptions = {}) {
    const checked = validateOptions(
      labelOf(this, options?.name),
      schemasOf(this),
      options as Record<string, unknown>,
    )
    this.options = checked
    this.#late = new Set(lateOptions(checked).map(({ option }) => option.split(/[.[]/, 1)[0] as string))
    this.config = this.#unresolved(checked) as typeof this.config
  }

  /** The driver's name in its environment. */
  get name(): string {
    return this.#binding?.name ?? this.options.name ?? ''
  }

  get state(): DriverState {
    return this.#state.current
  }

  /** Why the driver does not run: the error of the last start, or what ended it since. */
  get failure(): Error | undefined {
    return this.#failure
  }

  /** What the last start took. */
  get timeline(): Timeline {
    return this.#timeline
  }

  /** The driver's directory; it exists from the first read on. */
  get runpath(): string {
    const { runpath } = this.options
    const own = typeof runpath === 'function' ? (runpath as (driver: this) => string)(this) : runpath
    const path = own ?? this.#bound().runpath
    if (!this.#runpathReady) {
      this.#runpathReady = true
      prepareRunpath(path, own !== undefined && this.options.cleanRunpath !== false)
    }
    return path
  }

  /** A directory for files of the test and the driver; it exists from the first read on. */
  get scratch(): string {
    const path = join(this.runpath, 'scratch')
    prepareRunpath(path, false)
    return path
  }

  /** Path of the log that `logRegexps` watch; the standard output unless the driver has another. */
  get logpath(): string | undefined {
    return this.outpath
  }

  /** Path of the file that takes the standard output. */
  get outpath(): string | undefined {
    return undefined
  }

  /** Path of the file that takes the standard error. */
  get errpath(): string | undefined {
    return undefined
  }

  /**
   * Starts the driver; does nothing when it runs, and joins a start that is under way.
   *
   * @throws START_FAILED with the phase, what was awaited and the last lines of the logs
   */
  start(): Promise<this> {
    if (this.#starting === undefined && this.#stopping === undefined && this.#runs())
      return Promise.resolve(this)
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined
    })
    return this.#starting
  }

  /**
   * Stops the driver and releases all that it acquired; ends a start that is under way.
   *
   * @throws STOP_FAILED when a method or a release threw; the driver is down all the same
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined
    })
    return this.#stopping
  }

  /** Stops and starts the driver; its directory is kept. */
  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  /** Suspends a started driver. @throws STATE_INVALID */
  async pause(): Promise<void> {
    await this.#turn('pausing', 'paused', () => this.pausing())
  }

  /** Lets a paused driver go on. @throws STATE_INVALID */
  async resume(): Promise<void> {
    await this.#turn('resuming', 'started', () => this.resuming())
  }

  /** Gives up a start that is under way, with a reason. */
  abort(reason: string): void {
    this.#run?.fail(startAborted(this.label, reason))
  }

  /** What a start that is under way still waits for, a line each. */
  waitingFor(): readonly string[] {
    return waitingLines(this.#pending)
  }

  /** The last lines of the driver's logs. */
  async logTails(
    lines?: number,
  ): Promise<
    readonly { readonly stream: LogStream; readonly path: string; readonly lines: readonly string[] }[]
  > {
    const count = lines ?? (this.#late.has('errorLogLines') ? 20 : (this.config.errorLogLines as number))
    const tails = await Promise.all(
      this.#streams().map(async ([stream, path]) => ({ stream, path, lines: await tailLines(path, count) })),
    )
    return tails.filter(({ lines: shown }) => shown.length > 0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.stop()
    } finally {
      await this.#dispose()
    }
  }

  /** The class and the name, for messages. */
  protected get label(): string {
    return labelOf(this, this.name)
  }

  /** The context of the environment: its other drivers and the initial context. */
  protected get context(): Scope {
    return this.#bound().scope
  }

  /** Fires when the start under way fails or is aborted. */
  protected get signal(): AbortSignal {
    return this.#run?.signal ?? AbortSignal.abort()
  }

  /** Reserves what others may read before this driver starts, such as ports; called once, before any driver starts. */
  protected prepare(): void | Promise<void> {}

  /** Installs the files of `installFiles`. */
  protected async preStart(): Promise<void> {
    if (this.config.installFiles.length === 0) return
    const { scope, name } = this.#bound()
    await installFiles(this.config.installFiles, this.installTarget, { driver: this, name, scope, where: '' })
  }

  /** Starts what the driver drives. Register with `onStop`, next to each acquisition, what releases it. */
  protected starting(): void | Promise<void> {}

  /** Whether the driver is up; false, or a text that says what is missing, has it asked again after 1 to 50 ms. */
  protected startedCheck(): Answer | Promise<Answer> {
    return true
  }

  /** Runs when the driver is up: the place to publish attributes, for example from `extracts`. */
  protected postStart(): void | Promise<void> {}

  protected preStop(): void | Promise<void> {}

  /** Stops what the driver drives; what was registered with `onStop` is released after it. */
  protected stopping(): void | Promise<void> {}

  /** Whether the driver is down; asked like `startedCheck`. */
  protected stoppedCheck(): Answer | Promise<Answer> {
    return true
  }

  protected postStop(): void | Promise<void> {}

  /** Ends at once what a start that failed has left half done. */
  protected aborting(): void | Promise<void> {}

  protected pausing(): void | Promise<void> {}

  protected resuming(): void | Promise<void> {}

  /** What must hold before the driver counts as started, beside its patterns and `startedCheck`. */
  protected conditions(): readonly Condition[] {
    return []
  }

  /** Lines for the report of a failure, such as an exit code. */
  protected diagnose(): readonly string[] | Promise<readonly string[]> {
    return []
  }

  /** Directory that relative targets of `installFiles` are installed in. */
  protected get installTarget(): string {
    return join(this.runpath, 'etc')
  }

  /** Whether the attribute can be read before the start, so that reading it makes no dependency. */
  protected knownBeforeStart(path: readonly string[]): boolean {
    const [name] = path
    return (
      name !== undefined &&
      (this.constructor as typeof Driver).earlyAttributes.includes(name) &&
      !this.#late.has(name)
    )
  }

  /** Registers what undoes an acquisition of `starting`; run last in, first out, also after a start that failed. */
  protected onStop(release: Release): void {
    if (this.state === 'failed' || this.state === 'stopped') void Promise.resolve(release()).catch(() => {})
    else this.#releases.push(release)
  }

  /** Registers what undoes an acquisition of `prepare`; run when the environment ends. */
  protected onDispose(release: Release): void {
    this.#disposals.push(release)
  }

  /** Says that what the driver drives has failed: ends a start that is under way, or marks a driver that runs as failed. */
  protected fail(error: Error): void {
    if (this.state === 'starting') this.#run?.fail(error)
    if (this.state !== 'started' && this.state !== 'paused') return
    this.#state.to('failed', this.label)
    this.#failure = error
    this.#binding?.onFailure(error)
  }

  /** Resolves a context value now; other values stay as they are. */
  protected async resolve<T>(value: Late<T> | ContextValue<T>): Promise<T> {
    return (await resolveValue(value, this.#bound().scope)) as T
  }

  /** Reads the watched logs up to their ends, so that what was written is known. */
  protected async flushLogs(): Promise<void> {
    await Promise.all(this.#watches.map((watch) => watch.flush()))
  }

  #runs(): boolean {
    return this.state === 'started' || this.state === 'paused'
  }

  async #start(): Promise<this> {
    await this.#stopping?.catch(() => {})
    if (this.#runs()) return this
    if (this.state === 'failed') await this.#releases.release()
    this.#state.to('starting', this.label)
    const run = new Run()
    this.#run = run
    this.#failure = undefined
    const conditions: { name: string; at: number }[] = []
    this.#timeline = { phases: run.phases, conditions }
    try {
      await this.#bringUp(run, conditions)
      this.#state.to('started', this.label)
    } catch (error) {
      this.#failure = await this.#giveUp(run, error)
      throw this.#failure
    } finally {
      run.end()
      this.#pending = []
      await this.#closeWatches()
    }
    return this
  }

  async #bringUp(run: Run, met: { name: string; at: number }[]): Promise<void> {
    this.#prepared ??= Promise.resolve(this.prepare())
    await run.during('prepare', () => this.#prepared)
    if (this.#late.size > 0) await run.during('resolve', () => this.#resolveConfig())
    const limit = this.config.startTimeout as number
    run.limit(limit, () => startTimeout(this.label, limit))
    for (const name of Object.keys(this.extracts)) delete (this.extracts as Record<string, string>)[name]
    await run.during('preStart', () => this.#withHook(this.preStart(), this.config.preStart))
    this.#openWatches()
    await run.during('starting', () => this.starting())
    for (const watch of this.#watches) watch.open()
    await run.during('startedCheck', () => this.#ready(run, met))
    await run.during('postStart', () => this.#withHook(this.postStart(), this.config.postStart))
  }

  async #resolveConfig(): Promise<void> {
    const resolved = await resolveOptions(
      this.label,
      schemasOf(this),
      this.options as Record<string, unknown>,
      this.#bound().scope,
    )
    Object.defineProperty(this, 'config', {
      value: resolved,
      writable: true,
      configurable: true,
      enumerable: true,
    })
  }

  async #ready(run: Run, met: { name: string; at: number }[]): Promise<void> {
    const own = this.conditions()
    const logs = this.#watches.filter((watch) => watch.unmatched.length > 0)
    this.#pending = [...logs, ...own]
    for (const watch of this.#watches)
      if (!logs.includes(watch)) watch.wait().catch((error) => run.fail(error))
    await Promise.all(this.#pending.map((condition) => this.#meet(condition, run, met)))
    const check = polled('startedCheck', () => this.startedCheck())
    const first = this.startedCheck()
    if (first === true) return
    this.#pending = [check]
    if ((await first) !== true) await this.#meet(check, run, met)
  }

  async #meet(condition: Condition, run: Run, met: { name: string; at: number }[]): Promise<void> {
    await condition.wait(run.signal)
    met.push({ name: condition.name, at: now() })
    this.#pending = this.#pending.filter((each) => each !== condition)
  }

  /** Undoes a failed start and gives the error that reports it. */
  async #giveUp(run: Run, cause: unknown): Promise<Error> {
    run.fail(cause)
    await this.#closeWatches()
    const unmatched = this.#watches.map((watch) => ({
      stream: watch.stream,
      patterns: watch.unmatched.map(String),
      seen: watch.seen(),
    }))
    const waiting = waitingLines(this.#pending.filter((condition) => !(condition instanceof LogWatch)))
    const diagnosis = await Promise.resolve(this.diagnose()).catch(() => [])
    const limit = this.#late.has('stopTimeout') ? 5_000 : (this.config.stopTimeout as number)
    const errors = [await attempt(() => this.aborting())]
    await run.settled(limit)
    const leftovers = await this.#releases.release()
    this.#state.to('failed', this.label)
    const details = {
      phase: run.phase,
      unmatched,
      waiting,
      extracts: this.extracts,
      diagnosis,
      tails: await this.logTails(),
      runpath: this.#runpathReady ? this.runpath : undefined,
    }
    return startFailed(
      this.label,
      this.name,
      cause,
      details,
      [...errors, ...leftovers].filter((error) => error !== undefined),
    )
  }

  async #stop(): Promise<void> {
    if (this.#starting !== undefined) {
      this.abort('stop() was called')
      await this.#starting.catch(() => {})
    }
    if (!this.#runs() && this.state !== 'failed') return
    const crashed = this.state === 'failed'
    this.#state.to('stopping', this.label)
    const errors = await this.#takeDown(crashed)
    this.#state.to('stopped', this.label)
    if (errors.length > 0) throw stopFailed(this.label, this.name, errors, await this.logTails())
  }

  async #takeDown(crashed: boolean): Promise<unknown[]> {
    const run = new Run()
    const limit = this.config.stopTimeout as number
    run.limit(limit + STOP_GRACE, () => stopTimeout(this.label, run.phase, limit))
    const errors: unknown[] = []
    const phase = async (name: string, work: () => unknown) => {
      const error = await attempt(() => run.during(name, work))
      if (error !== undefined && !errors.includes(error)) errors.push(error)
    }
    await phase('preStop', () => this.#withHook(this.preStop(), this.config.preStop))
    await phase('stopping', () => this.stopping())
    if (!crashed)
      await phase('stoppedCheck', () => polled('stoppedCheck', () => this.stoppedCheck()).wait(run.signal))
    errors.push(...(await this.#releases.release()))
    await phase('postStop', () => this.#withHook(this.postStop(), this.config.postStop))
    run.end()
    return errors
  }

  async #turn(through: DriverState, to: DriverState, work: () => void | Promise<void>): Promise<void> {
    this.#state.to(through, this.label)
    try {
      await work()
    } catch (error) {
      this.#state.to('failed', this.label)
      throw error
    }
    this.#state.to(to, this.label)
  }

  #withHook(method: void | Promise<void>, hook: unknown): void | Promise<void> {
    if (hook === undefined) return method
    const run = hook as (driver: this) => void | Promise<void>
    return Promise.resolve(method).then(() => run(this))
  }

  #openWatches(): void {
    const { logRegexps, stdoutRegexps, stderrRegexps, failRegexps } = this.config
    if (logRegexps.length + stdoutRegexps.length + stderrRegexps.length + failRegexps.length === 0) {
      this.#watches = []
      return
    }
    const wanted = { log: logRegexps, stdout: stdoutRegexps, stderr: stderrRegexps }
    const paths = { log: this.logpath, stdout: this.outpath, stderr: this.errpath }
    if (this.#streams().length === 0) throw patternsWithoutFile(this.label, 'failRegexps')
    this.#watches = (['log', 'stdout', 'stderr'] as const).flatMap((stream) => {
      const path = paths[stream]
      const repeated = stream === 'log' && path === this.outpath
      if (path === undefined && wanted[stream].length > 0)
        throw patternsWithoutFile(this.label, `${stream}Regexps`)
      const failPatterns = repeated ? [] : failRegexps
      if (path === undefined || wanted[stream].length + failPatterns.length === 0) return []
      return [this.#watch(stream, path, wanted[stream], failPatterns)]
    })
  }

  #watch(
    stream: LogStream,
    path: string,
    patterns: readonly (string | RegExp)[],
    failPatterns: readonly (string | RegExp)[],
  ): LogWatch {
    const onExtracts = (found: Readonly<Record<string, string>>) => void Object.assign(this.extracts, found)
    return new LogWatch({ driver: this.label, stream, path, patterns, failPatterns, onExtracts })
  }

  async #closeWatches(): Promise<void> {
    if (this.#watches.length > 0)
      await Promise.all(this.#watches.map((watch) => watch.close().catch(() => {})))
  }

  /** The driver's log files, each path once. */
  #streams(): readonly (readonly [LogStream, string])[] {
    if (this.#binding === undefined) return []
    const { outpath, errpath, logpath } = this
    const all = [
      ['stdout', outpath],
      ['stderr', errpath],
      ['log', logpath === outpath ? undefined : logpath],
    ] as const
    return all.flatMap(([stream, path]) => (path === undefined ? [] : [[stream, path] as const]))
  }

  /** The configuration before context values are resolved: reading an option that has one is an error. */
  #unresolved(options: Record<string, unknown>): object {
    if (this.#late.size === 0) return options
    const config = { ...options }
    for (const name of this.#late) {
      Object.defineProperty(config, name, {
        enumerable: true,
        get: () => {
          throw notReady(this.label, name, this.state)
        },
      })
    }
    return config
  }

  #bound(): Binding {
    this.#binding ??= alone(this, this.options.name ?? this.constructor.name)
    return this.#binding
  }

  async #dispose(): Promise<unknown[]> {
    this.#prepared = undefined
    return this.#disposals.release()
  }

  static {
    internals = {
      bind: (driver, binding) => {
        if (
          driver.#binding !== undefined &&
          (driver.#runs() || driver.state === 'starting' || driver.state === 'stopping')
        )
          throw driverShared(driver.label)
        driver.#binding = binding
        driver.#runpathReady = false
      },
      prepare: async (driver) => {
        driver.#prepared ??= Promise.resolve(driver.prepare())
        await driver.#prepared
      },
      dispose: (driver) => driver.#dispose(),
      knownBeforeStart: (driver, path) => driver.knownBeforeStart(path),
      lateOptions: (driver) => lateOptions(driver.options as Record<string, unknown>),
      label: (driver) => driver.label,
    }
    setBaseClass(Driver.prototype, ['options', 'extracts', 'config'])
  }
}

function schemasOf(driver: Driver): OptionSchemas<DriverOptions> {
  return (driver.constructor as typeof Driver).options
}

function labelOf(driver: Driver, name: string | undefined): string {
  return name === undefined || name === '' ? driver.constructor.name : `${driver.constructor.name} "${name}"`
}

function waitingLines(conditions: readonly Condition[]): readonly string[] {
  return conditions.map((condition) => {
    const seen = condition.progress?.()
    return seen === undefined ? condition.name : `${condition.name}: ${seen}`
  })
}

async function attempt(work: () => unknown): Promise<unknown> {
  try {
    await work()
    return undefined
  } catch (error) {
    return error ?? new Error(String(error))
  }
}
