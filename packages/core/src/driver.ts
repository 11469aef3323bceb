import { join } from 'node:path'
import { alone } from './alone.ts'
import { setBaseClass } from './attributes.ts'
import type { Binding } from './binding.ts'
import type { Answer, Condition } from './condition.ts'
import type { BaseConnectionExtractor } from './connections/connection-extractor.ts'
import type { ContextValue, Late, Scope } from './context-value.ts'
import { DriverDirectory } from './driver-directory.ts'
import { type DriverHook, type DriverOptions, driverOptions } from './driver-options.ts'
import { notReady } from './errors-context.ts'
import { driverShared } from './errors-declaring.ts'
import type { FlushOptions } from './follow-file.ts'
import { installFiles } from './install-files.ts'
import { Lifecycle, type Timeline } from './lifecycle.ts'
import { type LogFiles, watchLogs } from './log-files.ts'
import { type LogTail, tailsOf } from './log-tail.ts'
import {
  type LateOption,
  lateOptions,
  type Resolved,
  resolveOptions,
  resolveValue,
  validateOptions,
} from './options.ts'
import type { Release } from './release-stack.ts'
import { makeDirectory } from './runpath.ts'
import type { OptionSchemas } from './schema.ts'
import type { DriverState } from './state.ts'

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

/** What the environment may do with a driver and others may not. */
export interface DriverInternals {
  /** @throws DRIVER_SHARED when the driver runs in another environment */
  bind(driver: Driver, binding: Binding): void
  isBound(driver: Driver, owner: object): boolean
  prepare(driver: Driver): Promise<void>
  dispose(driver: Driver): Promise<unknown[]>
  knownBeforeStart(driver: Driver, path: readonly string[]): boolean
  lateOptions(driver: Driver): readonly LateOption[]
  label(driver: Driver): string
  scope(driver: Driver): Scope
  logFiles(driver: Driver): LogFiles
  runningProgram(driver: Driver): Promise<RunningProgram | undefined>
}

/** The program that a driver runs, for reports. */
export interface RunningProgram {
  /** The program and its arguments. */
  readonly command: readonly string[]
  /** Ids of its process and of all that it has started. */
  readonly pids: readonly number[]
}

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

  readonly #late: ReadonlySet<string>
  readonly #life: Lifecycle
  #binding: Binding | undefined
  readonly #directory: DriverDirectory

  /** @throws OPTION_UNKNOWN, OPTION_INVALID */
  constructor(options: DriverOptions = {}) {
    const checked = validateOptions(
      labelOf(this, (options as DriverOptions | null)?.name),
      schemasOf(this),
      options as Record<string, unknown>,
    )
    this.options = checked
    this.#late = new Set(lateOptions(checked).map(({ option }) => option.split(/[.[]/, 1)[0] as string))
    this.config = this.#unresolved(checked) as typeof this.config
    this.#life = this.#live()
    const { runpath, cleanRunpath: clean = true } = checked as DriverOptions
    const given = () => (typeof runpath === 'function' ? runpath(this as never) : runpath)
    this.#directory = new DriverDirectory({ given, clean })
  }

  /** The driver's name in its environment. */
  get name(): string {
    return this.#binding?.name ?? this.options.name ?? ''
  }

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
    return this.#directory.path(this.#bound())
  }

  /** A directory for files of the test and the driver; it exists from the first read on. */
  get scratch(): string {
    const path = join(this.runpath, 'scratch')
    if (!this.#bound().over) makeDirectory(path)
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
   * @throws START_FAILED, START_TIMEOUT or START_ABORTED with the phase, what was awaited and the last lines of the logs
   */
  async start(): Promise<this> {
    if (this.#binding?.owner === this && this.#binding.over) this.#unbind()
    await this.#life.start()
    return this
  }

  /**
   * Stops the driver and releases all that it acquired; ends a start that is under way.
   *
   * @throws STOP_FAILED when a method or a release threw; the driver is down all the same
   */
  async stop(): Promise<void> {
    try {
      await this.#life.stop()
    } finally {
      this.#directory.release()
    }
  }

  /** Stops and starts the driver; its directory is kept. */
  async restart(): Promise<void> {
    await this.stop()
    await this.start()
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
    const count = lines ?? (this.#settled('errorLogLines', 20) as number)
    return this.#binding === undefined ? [] : tailsOf(this.#logFiles(), count)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.stop()
    } finally {
      await this.#life.dispose()
      await this.#binding?.end?.(this.failure !== undefined)
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
    const { scope, name } = this.#bound()
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
    return name !== undefined && classOf(this).earlyAttributes.includes(name) && !this.#late.has(name)
  }

  /** Makes the driver's directory without holding up other drivers, as reading `runpath` first would. */
  protected async makeRunpath(): Promise<void> {
    await this.#directory.make(this.#bound())
  }

  /** Registers what undoes an acquisition of `starting`; run last in, first out, also after a start that failed. */
  protected onStop(release: Release): void {
    this.#life.onStop(release)
  }

  /** Registers what undoes an acquisition of `prepare`; run when the environment ends. */
  protected onDispose(release: Release): void {
    this.#life.onDispose(release)
  }

  /** Says that what the driver drives has failed: ends a start that is under way, or marks a driver that runs as failed. */
  protected fail(error: Error): void {
    this.#life.fail(error)
  }

  /** Resolves a context value now; other values stay as they are. `config` has those of options, checked by their schemas. */
  protected async resolve<T>(value: Late<T> | ContextValue<T>): Promise<T> {
    return (await resolveValue(value, this.#bound().scope)) as T
  }

  /** Reads the watched logs up to their ends, so that what was written is known. */
  protected flushLogs(options?: FlushOptions): Promise<void> {
    return this.#life.flushLogs(options)
  }

  #live(): Lifecycle {
    const driver = this
    const hooked = (
      method: () => void | Promise<void>,
      hook: 'preStart' | 'postStart' | 'preStop' | 'postStop',
    ) => {
      const ran = method.call(driver)
      const after = driver.config[hook] as DriverHook<Driver> | undefined
      return after === undefined
        ? ran
        : Promise.resolve(ran).then(() => after(driver) as void | Promise<void>)
    }
    const steps = {
      prepare: () => driver.prepare(),
      resolve: () => driver.#resolveConfig(),
      preStart: () => hooked(driver.preStart, 'preStart'),
      watches: () => watchLogs(driver.#logFiles(), driver.config, driver.label, driver.extracts),
      starting: () => driver.starting(),
      conditions: () => driver.conditions(),
      startedCheck: () => driver.startedCheck(),
      postStart: () => hooked(driver.postStart, 'postStart'),
      preStop: () => hooked(driver.preStop, 'preStop'),
      stopping: () => driver.stopping(),
      stoppedCheck: () => driver.stoppedCheck(),
      postStop: () => hooked(driver.postStop, 'postStop'),
      aborting: () => driver.aborting(),
    }
    return new Lifecycle(steps, {
      get label() {
        return driver.label
      },
      get name() {
        return driver.name
      },
      get startTimeout() {
        return driver.config.startTimeout
      },
      get stopTimeout() {
        return driver.#settled('stopTimeout', 5_000) as number
      },
      get directory() {
        return driver.#directory.used
      },
      extracts: driver.extracts,
      diagnose: () => driver.diagnose(),
      logTails: () => driver.logTails().catch(() => []), // A directory that cannot be made has no logs.
      onFailure: (error) => driver.#binding?.onFailure(error),
    })
  }

  async #resolveConfig(): Promise<void> {
    for (const name of Object.keys(this.extracts)) delete (this.extracts as Record<string, string>)[name]
    if (this.#late.size === 0) return
    const options = this.options as Record<string, unknown>
    const value = await resolveOptions(this.label, schemasOf(this), options, this.#bound().scope)
    Object.defineProperty(this, 'config', { value, configurable: true, enumerable: true, writable: true })
  }

  /** The configuration before context values are resolved: reading an option that holds one is an error. */
  #unresolved(options: Record<string, unknown>): object {
    if (this.#late.size === 0) return options
    const config = { ...options }
    for (const name of this.#late) {
      const get = () => {
        throw notReady(this.label, name, this.state)
      }
      Object.defineProperty(config, name, { enumerable: true, get })
    }
    return config
  }

  /** An option's value, or the fallback as long as its context value is not resolved. */
  #settled(option: 'stopTimeout' | 'errorLogLines', fallback: unknown): unknown {
    const unresolved = Object.getOwnPropertyDescriptor(this.config, option)?.get !== undefined
    return unresolved ? fallback : this.config[option]
  }

  #logFiles(): LogFiles {
    const { outpath: stdout, errpath: stderr, logpath } = this
    return { stdout, stderr, log: logpath }
  }

  #unbind(): void {
    this.#binding = undefined
    this.#directory.forget()
  }

  #bound(): Binding {
    this.#binding ??= alone(this, this.options.name ?? this.constructor.name)
    return this.#binding
  }

  static {
    internals = {
      bind: (driver, binding) => {
        const elsewhere = driver.#binding?.owner !== binding.owner
        if (elsewhere && driver.#life.active) throw driverShared(driver.label)
        if (driver.#life.active) return
        driver.#binding = binding
        driver.#directory.forget()
      },
      isBound: (driver, owner) => driver.#binding?.owner === owner,
      prepare: (driver) => driver.#life.prepare(),
      dispose: (driver) => driver.#life.dispose(),
      knownBeforeStart: (driver, path) => driver.knownBeforeStart(path),
      lateOptions: (driver) => lateOptions(driver.options as Record<string, unknown>),
      label: (driver) => driver.label,
      scope: (driver) => driver.#bound().scope,
      logFiles: (driver) => driver.#logFiles(),
      runningProgram: async (driver) => driver.runningProgram(),
    }
    setBaseClass(Driver.prototype, ['options', 'extracts', 'config'])
  }
}

function classOf(driver: Driver): typeof Driver {
  return driver.constructor as typeof Driver
}

function schemasOf(driver: Driver): OptionSchemas<DriverOptions> {
  return classOf(driver).options
}

function labelOf(driver: Driver, name: unknown): string {
  return typeof name !== 'string' || name === '' || name === driver.constructor.name
    ? driver.constructor.name
    : `${driver.constructor.name} "${name}"`
}
