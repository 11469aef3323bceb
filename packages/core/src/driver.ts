import { join } from 'node:path'
import { setBaseClass } from './attributes.ts'
import type { Answer, Condition } from './condition.ts'
import type { BaseConnectionExtractor } from './connections/connection-extractor.ts'
import type { ContextValue, Late, Scope } from './context-value.ts'
import { DriverConfig } from './driver-config.ts'
import { DriverHome } from './driver-home.ts'
import type { DriverInternals, RunningProgram } from './driver-internals.ts'
import { type DriverDefaults, type DriverHook, type DriverOptions, driverOptions } from './driver-options.ts'
import { noteMade } from './driver-site.ts'
import { notReady } from './errors-context.ts'
import { driverShared } from './errors-declaring.ts'
import type { FlushOptions } from './follow-file.ts'
import { installFiles } from './install-files.ts'
import { Lifecycle, type Timeline } from './lifecycle.ts'
import type { LogFiles } from './log-files.ts'
import { type LogTail, tailsOf } from './log-tail.ts'
import { type Resolved, resolveValue } from './options.ts'
import { Preparation } from './preparation.ts'
import type { Release } from './release-stack.ts'
import type { OptionSchemas } from './schema.ts'
import { StartLogs } from './start-logs.ts'
import { type DriverState, isUp } from './state.ts'
import type { Steps, Subject } from './steps.ts'

/** Set when this module is loaded. */
export let internals: DriverInternals

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

  /** What finds the driver's connections for reports. @default none */
  static readonly EXTRACTORS: readonly BaseConnectionExtractor[] = []

  /** The options as declared, with defaults; context values are not resolved. */
  readonly options: DriverOptions
  /** What named groups of patterns captured in the logs of the current start. */
  readonly extracts: Readonly<Record<string, string>> = {}
  /** The options with context values resolved; those that hold one can be read from `preStart` on. */
  protected readonly config: Resolved<DriverOptions, DriverDefaults>

  readonly #config: DriverConfig
  readonly #home: DriverHome
  readonly #preparation: Preparation
  readonly #life: Lifecycle

  /** @throws OPTION_UNKNOWN, OPTION_INVALID */
  constructor(options: DriverOptions = {}) {
    this.#config = new DriverConfig(options, {
      owner: labelOf(this, (options as DriverOptions | null)?.name),
      schemas: classOf(this).options,
      notReady: (option) => notReady(this.label, option, this.state),
    })
    this.options = this.#config.options
    this.config = this.#config.values as typeof this.config
    this.#home = new DriverHome(this, this.options)
    const subject = () => this.#subject()
    this.#preparation = new Preparation(() => this.prepare(), subject)
    this.#life = new Lifecycle(this.#steps(), subject, (error) => this.#home.bound?.onFailure(error))
    noteMade(this)
  }

  /** The driver's name in its environment. */
  get name(): string {
    return this.#home.bound?.name ?? this.options.name ?? ''
  }

  /** Where in its life the driver is, such as `idle` or `started`. */
  get state(): DriverState {
    return this.#life.state
  }

  /** Why the driver does not run: the error of the last start, or what ended it since. */
  get failure(): Error | undefined {
    return this.#life.failure
  }

  /** What the last start and stop took. */
  get timeline(): Timeline {
    return this.#life.timeline
  }

  /** The driver's directory; it exists from the first read on. */
  get runpath(): string {
    return this.#home.runpath
  }

  /** A directory for files of the test and the driver; it exists from the first read on. */
  get scratch(): string {
    return this.#home.scratch
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
   * Starts the driver, again when a test has ended what it drives; does nothing when it runs, and joins a start that is
   * under way.
   *
   * @throws START_FAILED, START_TIMEOUT or START_ABORTED with the phase, what was awaited and the last lines of the logs
   */
  async start(): Promise<this> {
    this.#home.renew()
    await this.#life.start()
    return this
  }

  /**
   * Stops the driver and releases all that it acquired; ends a start that is under way. An end that came before is a
   * failure, also if it is seen only now.
   *
   * @throws STOP_FAILED when a method or a release threw; the driver is down all the same
   */
  async stop(): Promise<void> {
    try {
      const told = internals.endTold(this)
      if (told !== undefined) await told
      await this.#life.stop()
    } finally {
      this.#home.releaseDirectory()
    }
  }

  /**
   * Stops and starts the driver; its directory is kept. Of calls at the same time, each gets its turn.
   *
   * @throws START_ABORTED when `stop()` is called meanwhile, which has the last word
   */
  restart(): Promise<void> {
    return this.restartWith(() => {})
  }

  /** Suspends a started driver. @throws STATE_INVALID */
  pause(): Promise<void> {
    return this.#life.turn('pausing', () => this.pausing())
  }

  /** Lets a paused driver go on. @throws STATE_INVALID */
  resume(): Promise<void> {
    return this.#life.turn('resuming', () => this.resuming())
  }

  /** Gives up a start that is under way, with a reason. */
  abort(reason: string): void {
    this.#life.abort(reason)
  }

  /** What a start that is under way still waits for, a line each. */
  waitingFor(): readonly string[] {
    return this.#life.waitingFor()
  }

  /** The last lines of the driver's logs; as many as `errorLogLines` unless told. */
  async logTails(lines?: number): Promise<readonly LogTail[]> {
    if (this.#home.bound === undefined) return []
    try {
      return await tailsOf(this.#logFiles(), lines ?? this.#config.settled('errorLogLines'))
    } catch {
      return [] // A directory that cannot be made has no logs.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.stop()
    } finally {
      await this.#preparation.dispose()
      await this.#home.bound?.end?.(this.failure !== undefined)
    }
  }

  /** The class and the name, for messages. */
  protected get label(): string {
    return labelOf(this, this.name)
  }

  /** The context of the environment: its other drivers and the initial context. */
  protected get context(): Scope {
    return this.#home.binding.scope
  }

  /** Fires when the start under way fails or is aborted. */
  protected get signal(): AbortSignal {
    return this.#life.signal
  }

  /** Directory that relative targets of `installFiles` are installed in. */
  protected get installTarget(): string {
    return join(this.runpath, 'etc')
  }

  /** Reserves what others may read before this driver starts, such as ports; called once, before any driver starts. */
  protected prepare(): void | Promise<void> {}

  /** Installs the files of `installFiles`. */
  protected async preStart(): Promise<void> {
    const files = this.config.installFiles
    if (files.length === 0) return
    const { scope, name } = this.#home.binding
    await installFiles(files, this.installTarget, { driver: this, name, scope, where: '' })
  }

  /** Starts what the driver drives. Register with `onStop`, next to each acquisition, what releases it. */
  protected starting(): void | Promise<void> {}

  /** What must hold before the driver counts as started, beside its patterns and `startedCheck`. */
  protected conditions(): readonly Condition[] {
    return []
  }

  /** Whether the driver is up; false, or a text that says what is missing, has it asked again after 1 to 50 ms. */
  protected startedCheck(): Answer | Promise<Answer> {
    return true
  }

  /** Runs when the driver is up: the place to publish attributes, for example from `extracts`. */
  protected postStart(): void | Promise<void> {}

  /** Whether a test has ended what the driver drives, so that `start()` has to start it again; asked while it is up. */
  protected hasEnded(): boolean {
    return false
  }

  /**
   * If what the driver drives has ended by itself: fulfils when `fail()` was called for that, unless the end is no failure;
   * undefined while it runs. Asked when a stop begins, as what ends later may do so because of it.
   */
  protected endTold(): Promise<void> | undefined {
    return undefined
  }

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

  /** Lines for the report of a failure, such as an exit code. */
  protected diagnose(): readonly string[] | Promise<readonly string[]> {
    return []
  }

  /** The program that the driver runs, for reports. */
  protected runningProgram(): RunningProgram | undefined | Promise<RunningProgram | undefined> {
    return undefined
  }

  /** Whether the attribute can be read before the start, so that reading it makes no dependency. */
  protected knownBeforeStart(path: readonly string[]): boolean {
    const [name] = path
    return name !== undefined && classOf(this).earlyAttributes.includes(name) && !this.#config.isLate(name)
  }

  /** Makes the driver's directory without holding up other drivers, as reading `runpath` first would. */
  protected async makeRunpath(): Promise<void> {
    await this.#home.makeRunpath()
  }

  /** Restarts the driver, and does something while it is down. */
  protected restartWith(whileDown: () => void | Promise<void>): Promise<void> {
    return this.#life.restart(
      () => this.stop(),
      whileDown,
      () => this.start(),
    )
  }

  /** Registers what undoes an acquisition of `starting`; run last in, first out, also after a start that failed. */
  protected onStop(release: Release): void {
    this.#life.onStop(release)
  }

  /** Registers what undoes an acquisition of `prepare`; run when the environment ends. */
  protected onDispose(release: Release): void {
    this.#preparation.onDispose(release)
  }

  /** Says that what the driver drives has failed: ends a start that is under way, or marks a driver that runs as failed. */
  protected fail(error: Error): void {
    this.#life.fail(error)
  }

  /** Resolves a context value now; other values stay as they are. `config` has those of options, checked by their schemas. */
  protected async resolve<T>(value: Late<T> | ContextValue<T>): Promise<T> {
    return (await resolveValue(value, this.context)) as T
  }

  /** The last lines that the driver's logs have got since its start, as errors show them. */
  protected errorTails(): Promise<readonly LogTail[]> {
    return this.#life.logTails()
  }

  /** Reads the watched logs up to their ends, so that what was written is known. */
  protected flushLogs(options?: FlushOptions): Promise<void> {
    return this.#life.flushLogs(options)
  }

  #steps(): Steps {
    return {
      prepare: () => this.#preparation.prepare(),
      resolve: () => this.#resolveConfig(),
      preStart: () => this.#hooked('preStart'),
      logs: () => new StartLogs(this.#logFiles(), this.config, this.label, this.extracts),
      starting: () => this.starting(),
      conditions: () => this.conditions(),
      startedCheck: () => this.startedCheck(),
      postStart: () => this.#hooked('postStart'),
      hasEnded: () => this.hasEnded(),
      preStop: () => this.#hooked('preStop'),
      stopping: () => this.stopping(),
      stoppedCheck: () => this.stoppedCheck(),
      postStop: () => this.#hooked('postStop'),
      aborting: () => this.aborting(),
    }
  }

  /** Runs a step of the class, and then the hook that the options have for it. */
  async #hooked(step: 'preStart' | 'postStart' | 'preStop' | 'postStop'): Promise<void> {
    await this[step]()
    const hook = this.config[step] as DriverHook<Driver> | undefined
    await hook?.(this)
  }

  #subject(): Subject {
    return {
      label: this.label,
      name: this.name,
      startTimeout: this.#config.settled('startTimeout'),
      stopTimeout: this.#config.settled('stopTimeout'),
      extracts: this.extracts,
      directory: this.#home.usedDirectory,
      diagnose: () => this.diagnose(),
      errorLogLines: this.#config.settled('errorLogLines'),
    }
  }

  async #resolveConfig(): Promise<void> {
    for (const name of Object.keys(this.extracts)) delete (this.extracts as Record<string, string>)[name]
    await this.#config.resolve(this.label, () => this.context)
  }

  #logFiles(): LogFiles {
    const { outpath: stdout, errpath: stderr, logpath } = this
    return { stdout, stderr, log: logpath }
  }

  static {
    internals = {
      refuseShared: (driver, owner) => {
        if (driver.#life.active && !driver.#home.isIn(owner)) throw driverShared(driver.label)
      },
      bind: (driver, binding) => {
        if (!driver.#life.active) driver.#home.move(binding)
      },
      isBound: (driver, owner) => driver.#home.isIn(owner),
      isInUse: (driver) => driver.#life.active || driver.#preparation.isHeld,
      prepare: (driver) => driver.#preparation.prepare(),
      dispose: (driver) => driver.#preparation.dispose(),
      knownBeforeStart: (driver, path) => driver.knownBeforeStart(path),
      lateOptions: (driver) => driver.#config.lateOptions,
      label: (driver) => driver.label,
      scope: (driver) => driver.context,
      logFiles: (driver) => driver.#logFiles(),
      runningProgram: async (driver) => driver.runningProgram(),
      // An end that cannot be told keeps nothing from being stopped.
      endTold: (driver) => (isUp(driver.state) ? driver.endTold()?.catch(() => {}) : undefined),
    }
    setBaseClass(Driver.prototype, ['options', 'extracts', 'config'])
  }
}

function classOf(driver: Driver): typeof Driver {
  return driver.constructor as typeof Driver
}

/** The class and the name, for messages. */
function labelOf(driver: Driver, name: unknown): string {
  const { name: type } = driver.constructor
  return typeof name !== 'string' || name === '' || name === type ? type : `${type} "${name}"`
}
