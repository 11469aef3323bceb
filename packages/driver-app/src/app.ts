import { mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Writable } from 'node:stream'
import {
  type BaseConnectionExtractor,
  type Condition,
  Driver,
  LogMatcher,
  type OptionSchemas,
  type Resolved,
  type RunningProgram,
  traced,
} from '@testrig/core'
import { type AppDefaults, type AppOptions, appOptions } from './app-options.ts'
import { checkCall } from './call-options.ts'
import { commandLine, placeBinary } from './command-line.ts'
import type { ProgramView } from './conditions/program-view.ts'
import { countLogged, diagnosis, type Logged } from './diagnosis.ts'
import { type Ending, extractMissing, notRunning, spawnFailed } from './errors.ts'
import { Execution, type ExecutionOwner } from './execution.ts'
import { handOver } from './hand-over.ts'
import { isDecidedLate } from './late-attributes.ts'
import { claimOutput } from './output-claim.ts'
import { type GivenPort, Ports } from './ports.ts'
import type { ProgramOptions } from './program.ts'
import { programOptions } from './program-options.ts'
import type { Readiness } from './readiness.ts'
import { setRunningProgram } from './running-programs.ts'
import { beginAfresh, setAsideWithin } from './set-aside.ts'
import { awaitedLines, declaredConditions, startConditions } from './start-conditions.ts'
import { SubprocessFileConnectionExtractor } from './subprocess-file-connection-extractor.ts'
import { SubprocessPortConnectionExtractor } from './subprocess-port-connection-extractor.ts'

export interface RestartOptions {
  /** Sets the program's directory aside, with a suffix, and starts in a fresh one; else it is kept. @default false */
  readonly clean?: boolean
}

/**
 * A program as a process of its own: the application under test, or a service around it. Its output goes to files in its
 * directory; it counts as started when its patterns and conditions hold; at stop its whole process tree ends.
 */
export class App<const Extract extends string = string, const Port extends string = string> extends Driver {
  static override readonly options: OptionSchemas<AppOptions> = appOptions
  static override readonly earlyAttributes: readonly string[] = [
    ...Driver.earlyAttributes,
    'appPath',
    'binpath',
    'etcpath',
    'logname',
  ]

  static override readonly EXTRACTORS: readonly BaseConnectionExtractor[] = [
    new SubprocessPortConnectionExtractor(),
    new SubprocessFileConnectionExtractor(),
  ]

  declare readonly options: AppOptions
  declare readonly extracts: Readonly<Record<Extract, string>>
  declare protected readonly config: Resolved<AppOptions, AppDefaults>

  readonly #ports: Ports
  #execution: Execution | undefined
  #command: readonly string[] = []
  #declared: readonly Condition[] = []
  #logged: () => Logged = () => ({ bytes: 0, output: 0 })
  #matcher: LogMatcher | undefined

  /** @throws OPTION_UNKNOWN, OPTION_INVALID, APP_PORT_UNKNOWN */
  constructor(options: AppOptions<App<Extract, Port>, Extract, Port>) {
    super(options as AppOptions)
    this.#ports = new Ports(this.options.ports ?? {})
    this.#ports.checkNames(this.options.readiness ?? [], this.label)
  }

  /** Process id of the program; undefined when it does not run. */
  get pid(): number | undefined {
    return this.#execution?.pid
  }

  /** Exit code of the program when it has ended by itself. */
  get exitCode(): number | undefined {
    return this.#execution?.ending?.exitCode ?? undefined
  }

  /** The signal that ended the program. */
  get exitSignal(): string | undefined {
    return this.#execution?.ending?.signal ?? undefined
  }

  /** The program and its arguments as they were run. */
  get cmd(): readonly string[] {
    return this.#command
  }

  /** Ports by name; those to discover appear when the program listens. */
  get ports(): Readonly<Record<Port, number>> {
    return this.#ports.known as Readonly<Record<Port, number>>
  }

  /** Directory of the program's files. */
  get appPath(): string {
    const { appDirName } = this.config
    return appDirName === undefined ? this.runpath : join(this.runpath, appDirName)
  }

  /** The log file as given; undefined when the standard output is the log. */
  get logname(): string | undefined {
    return this.config.logname
  }

  /** Directory for the program itself. */
  get binpath(): string {
    return join(this.appPath, 'bin')
  }

  /** Directory that `installFiles` go to. */
  get etcpath(): string {
    return join(this.appPath, 'etc')
  }

  override get outpath(): string {
    return join(this.appPath, 'stdout')
  }

  override get errpath(): string {
    return join(this.appPath, 'stderr')
  }

  override get logpath(): string {
    const { logname } = this.config
    return logname === undefined ? this.outpath : resolve(this.appPath, logname)
  }

  /** The program's standard input. @throws APP_NOT_RUNNING */
  stdin(): Writable {
    return this.#running('stdin()').stdin
  }

  /** A matcher for the program's log that starts at the log's beginning and keeps its position while the log is the same. */
  logMatcher(): LogMatcher {
    if (this.#matcher?.path !== this.logpath) this.#matcher = new LogMatcher(this.logpath)
    return this.#matcher
  }

  /**
   * Sends the program a signal. That it ends by it is then no failure, nor any end after one that asks for it, such as
   * SIGTERM.
   *
   * @throws APP_NOT_RUNNING, OPTION_INVALID
   */
  kill(signal: NodeJS.Signals = 'SIGTERM'): void {
    this.#running('kill()').kill(checkCall(this.label, 'kill', { signal }).signal)
  }

  /** Waits for the end, which is then no failure, for 10 s by default. @throws APP_STILL_RUNNING, APP_NOT_RUNNING */
  async waitForExit(options: { readonly timeout?: number } = {}): Promise<Ending> {
    const { timeout } = checkCall(this.label, 'waitForExit', options)
    if (this.#execution === undefined) throw notRunning(this.label, 'waitForExit()')
    return traced(this.#execution.waitForExit(timeout))
  }

  /**
   * Stops and starts the program; of calls at the same time, each gets its turn.
   *
   * @throws START_ABORTED when `stop()` is called meanwhile, OPTION_INVALID
   */
  override async restart(options: RestartOptions = {}): Promise<void> {
    const { clean } = checkCall(this.label, 'restart', options)
    await this.restartWith(async () => {
      if (clean) await beginAfresh(this.appPath)
    })
  }

  protected override get installTarget(): string {
    return this.etcpath
  }

  protected override knownBeforeStart(path: readonly string[]): boolean {
    const [name = ''] = path
    if (name === 'ports') return this.#ports.isEarly(path[1])
    return !isDecidedLate(name, this.options) && super.knownBeforeStart(path)
  }

  protected override async prepare(): Promise<void> {
    for (const lease of await this.#ports.allocate()) this.onDispose(() => lease.release())
  }

  protected override async preStart(): Promise<void> {
    await this.makeRunpath()
    if (this.appPath !== this.runpath) await mkdir(this.appPath, { recursive: true })
    this.#ports.forget()
    this.#execution = undefined
    this.#command = []
    // A log that is begun anew with the same lines would not be told from that of an earlier start.
    if (this.logpath !== this.outpath) await setAsideWithin(this.appPath, this.logpath)
    await super.preStart()
    const { uid, gid, binary } = this.config
    if (uid === undefined && gid === undefined) return
    await handOver(this.runpath, uid, gid).catch((error) => {
      throw spawnFailed(this.label, binary, error)
    })
  }

  protected override async starting(): Promise<void> {
    const { label, binpath, appPath, outpath, errpath } = this
    const { shell = false } = this.config
    const binary = shell ? this.config.binary : await placeBinary(this.config, binpath, label)
    this.#command = commandLine({ ...this.config, shell, binary })
    const options = programOptions(this.#command, this.config, { label, appPath, outpath, errpath })
    this.#declared = declaredConditions(
      this.config.readiness as readonly Readiness[],
      this,
      this.#view(options),
    )
    this.onStop(claimOutput(outpath, label))
    const given = this.#ports.given(this.config.readiness as readonly Readiness[])
    if (given.length > 0) await this.#claim(given)
    this.#logged = countLogged(outpath, errpath, this.logpath)
    const execution = await Execution.begin(this.#owner(), options)
    this.#execution = execution
    setRunningProgram(this, execution)
    this.onStop(() => execution.release())
  }

  protected override conditions(): readonly Condition[] {
    const { config, label } = this
    const [declared, ports, execution] = [this.#declared, this.#ports, this.#execution]
    if (execution === undefined) return declared
    const { startedCheck, conditions } = App.prototype
    const hasOwnCheck = this.startedCheck !== startedCheck || this.conditions !== conditions
    return startConditions({ config, declared, ports, execution, label, hasOwnCheck })
  }

  protected override async postStart(): Promise<void> {
    const missing = (this.config.extracts as readonly Extract[]).filter(
      (name) => this.extracts[name] === undefined,
    )
    if (missing.length > 0) throw extractMissing(this.label, missing, Object.keys(this.extracts))
    await this.#ports.discover(this.#execution, this.label) // Further ports may have opened since it was found.
  }

  protected override hasEnded(): boolean {
    return this.#execution?.endedByTest === true
  }

  protected override endTold(): Promise<void> | undefined {
    return this.#execution?.endTold()
  }

  protected override async stopping(): Promise<void> {
    await this.#execution?.end({ all: this.config.shell === true, timeout: this.config.stopTimeout })
    this.#execution?.checkStopped()
  }

  protected override async aborting(): Promise<void> {
    await this.#execution?.end({ all: true, timeout: this.config.stopTimeout / 2 })
  }

  protected override async pausing(): Promise<void> {
    await (this.#execution ?? this.#running('pause()')).pause()
  }

  protected override async resuming(): Promise<void> {
    await (this.#execution ?? this.#running('resume()')).resume()
  }

  protected override async runningProgram(): Promise<RunningProgram | undefined> {
    return this.#execution && { command: this.#command, pids: await this.#execution.processes() }
  }

  protected override async diagnose(): Promise<readonly string[]> {
    return diagnosis({
      command: this.#command,
      execution: this.#execution,
      logged: this.#logged(),
      logs: this.#execution && dirname(this.logpath),
      awaited: awaitedLines(this.config),
    })
  }

  async #claim(ports: readonly GivenPort[]): Promise<void> {
    const { claimGivenPort } = await import('./given-ports.ts')
    for (const each of ports) this.onStop(await claimGivenPort(each, this.label))
  }

  #owner(): ExecutionOwner {
    return {
      label: this.label,
      name: this.name,
      expectedExitCode: this.config.expectedExitCode,
      state: () => this.state,
      waitingFor: () => this.waitingFor(),
      flushLogs: () => this.flushLogs({ flushPartial: true }),
      logTails: () => this.errorTails(),
      fail: (error) => this.fail(error),
    }
  }

  #view({ cwd, env }: ProgramOptions): ProgramView {
    const { label, appPath, logpath } = this
    return {
      label,
      appPath,
      workingDir: cwd,
      logpath,
      environment: env,
      port: (port) => this.#ports.resolve(port, label),
      addExtracts: (values) => void Object.assign(this.extracts, values),
    }
  }

  #running(what: string): Execution {
    if (this.#execution?.pid === undefined) throw notRunning(this.label, what)
    return this.#execution
  }
}
