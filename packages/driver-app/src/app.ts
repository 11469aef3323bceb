import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import type { Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import {
  type BaseConnectionExtractor,
  type Condition,
  Driver,
  isContextValue,
  LogMatcher,
  type OptionSchemas,
  poll,
  polled,
  type Resolved,
  type RunningProgram,
  traced,
} from '@testrig/core'
import { type AppDefaults, type AppOptions, appOptions } from './app-options.ts'
import { childEnvironment } from './child-environment.ts'
import { commandLine, placeBinary, quoted } from './command-line.ts'
import { conditionOf, type ProgramView } from './conditions.ts'
import {
  type Ending,
  endingText,
  exitedEarly,
  exitedWhileRunning,
  extractMissing,
  notRunning,
  processesLeft,
  spawnFailed,
  stillRunning,
  unexpectedExitCode,
  workingDirMissing,
} from './errors.ts'
import { ExitIntent } from './exit-intent.ts'
import { handOver } from './hand-over.ts'
import { bytesIn, outlook } from './outlook.ts'
import { claimOutput } from './output-claim.ts'
import { Ports } from './ports.ts'
import { Program } from './program.ts'
import type { Readiness } from './readiness.ts'
import { setRunningProgram } from './running-programs.ts'
import { setAside } from './set-aside.ts'
import { hasSettled } from './settled.ts'
import { SubprocessFileConnectionExtractor } from './subprocess-file-connection-extractor.ts'
import { SubprocessPortConnectionExtractor } from './subprocess-port-connection-extractor.ts'

export interface RestartOptions {
  /** Sets the program's directory aside, with a suffix, and starts in a fresh one; else it is kept. @default false */
  readonly clean?: boolean
}

/** Attributes that an option decides; they are early only when it has a value from the start. */
const DECIDED_BY: Readonly<Record<string, readonly ('appDirName' | 'logname')[]>> = {
  appPath: ['appDirName'],
  binpath: ['appDirName'],
  etcpath: ['appDirName'],
  outpath: ['appDirName'],
  errpath: ['appDirName'],
  logpath: ['appDirName', 'logname'],
}

/** Longest time that conditions get, when a program has ended as expected, to see what it has left; in milliseconds. */
const LAST_LOOK = 1_000

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
  #program: Program | undefined
  #command: readonly string[] = []
  #declared: readonly Condition[] = []
  #bytesBefore = 0
  #intent: ExitIntent | undefined
  #matcher: LogMatcher | undefined

  /** @throws OPTION_UNKNOWN, OPTION_INVALID */
  constructor(options: AppOptions<App<Extract, Port>, Extract, Port>) {
    super(options as AppOptions)
    this.#ports = new Ports(this.options.ports ?? {})
  }

  /** Process id of the program; undefined when it does not run. */
  get pid(): number | undefined {
    return this.#program?.ending === undefined ? this.#program?.pid : undefined
  }

  /** Exit code of the program when it has ended by itself. */
  get exitCode(): number | undefined {
    return this.#program?.ending?.exitCode ?? undefined
  }

  /** The signal that ended the program. */
  get exitSignal(): string | undefined {
    return this.#program?.ending?.signal ?? undefined
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
   * @throws APP_NOT_RUNNING
   */
  kill(signal: NodeJS.Signals = 'SIGTERM'): void {
    const program = this.#running('kill()')
    this.#intent?.sent(signal)
    program.signal(signal)
  }

  /** Waits until the program has ended, which is then no failure. @throws APP_STILL_RUNNING, APP_NOT_RUNNING */
  async waitForExit({ timeout = 10_000 }: { readonly timeout?: number } = {}): Promise<Ending> {
    const program = this.#program
    if (program === undefined) throw notRunning(this.label, 'waitForExit()')
    if (program.ending !== undefined) return program.ending
    this.#intend(true)
    const limit = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      this.#intend(false)
      limit.reject(stillRunning(this.label, timeout))
    }, timeout)
    return traced(Promise.race([program.exited, limit.promise]).finally(() => clearTimeout(timer)))
  }

  override async restart({ clean = false }: RestartOptions = {}): Promise<void> {
    await this.stop()
    if (clean) {
      await setAside(this.appPath)
      await mkdir(this.appPath, { recursive: true })
    }
    await this.start()
  }

  protected override get installTarget(): string {
    return this.etcpath
  }

  protected override knownBeforeStart(path: readonly string[]): boolean {
    const [name = ''] = path
    if (name === 'ports') return this.#ports.isEarly(path[1])
    const isLate = DECIDED_BY[name]?.some((option) => isContextValue(this.options[option])) === true
    return !isLate && super.knownBeforeStart(path)
  }

  protected override async prepare(): Promise<void> {
    for (const lease of await this.#ports.allocate()) this.onDispose(() => lease.release())
  }

  protected override async preStart(): Promise<void> {
    await this.makeRunpath()
    if (this.appPath !== this.runpath) await mkdir(this.appPath, { recursive: true })
    this.#ports.forget()
    this.#program = undefined
    this.#command = []
    await this.#setLogAside()
    await super.preStart()
    const { uid, gid } = this.config
    if (uid === undefined && gid === undefined) return
    await handOver(this.runpath, uid, gid).catch((error) => {
      throw spawnFailed(this.label, this.config.binary, error)
    })
  }

  protected override async starting(): Promise<void> {
    const { binaryStrategy, shell } = this.config
    const binary =
      shell === true
        ? this.config.binary
        : await placeBinary(this.config.binary, binaryStrategy, this.binpath, this.label)
    this.#command = commandLine({ ...this.config, shell: shell === true, binary })
    this.#declared = this.#declareConditions()
    this.onStop(claimOutput(this.outpath, this.label))
    this.#bytesBefore = bytesIn(this.#logs())
    await this.#run(this.#command)
  }

  protected override conditions(): readonly Condition[] {
    const { sought } = this.#ports
    const conditions = [...this.#declared]
    if (sought !== undefined)
      conditions.push(polled(`the port ${sought} is open`, () => this.#ports.discover(this.pid, this.label)))
    if (this.#awaitsExit()) conditions.push(this.#exitCondition())
    else if (conditions.length === 0 && !this.#hasPatterns()) conditions.push(this.#settledCondition())
    return conditions
  }

  protected override async postStart(): Promise<void> {
    const missing = (this.config.extracts as readonly Extract[]).filter(
      (name) => this.extracts[name] === undefined,
    )
    if (missing.length > 0) throw extractMissing(this.label, missing, Object.keys(this.extracts))
    await this.#ports.discover(this.pid, this.label) // Further ports may have opened since it was found.
  }

  protected override async stopping(): Promise<void> {
    if (this.#program === undefined) return
    this.#intend(true)
    await this.#program.end({ all: this.config.shell === true, timeout: this.config.stopTimeout })
    const { ending } = this.#program
    const expected = this.config.expectedExitCode
    if (expected !== undefined && ending !== undefined && ending.exitCode !== expected)
      throw unexpectedExitCode(this.label, expected, ending)
  }

  protected override async aborting(): Promise<void> {
    this.#intend(true)
    await this.#program?.end({ all: true, timeout: this.config.stopTimeout / 2 })
  }

  protected override async pausing(): Promise<void> {
    await this.#running('pause()').pause()
  }

  protected override async resuming(): Promise<void> {
    await this.#running('resume()').resume()
  }

  protected override async runningProgram(): Promise<RunningProgram | undefined> {
    return this.#program && { command: this.#command, pids: await this.#program.processes() }
  }

  protected override async diagnose(): Promise<readonly string[]> {
    const lines: string[] = []
    if (this.#command.length > 0) lines.push(`command: ${this.#command.map(quoted).join(' ')}`)
    const ending = this.#program?.ending
    if (ending !== undefined) lines.push(`ended with: ${endingText(ending)}`)
    else if (this.pid !== undefined)
      lines.push(...(await outlook(this.pid, bytesIn(this.#logs()) - this.#bytesBefore)))
    return lines
  }

  /** A log that is begun anew with the same lines would not be told from that of an earlier start. */
  async #setLogAside(): Promise<void> {
    if (this.logpath !== this.outpath && isInside(this.logpath, this.appPath)) await setAside(this.logpath)
  }

  #logs(): readonly string[] {
    return [this.outpath, this.errpath, this.logpath]
  }

  #declareConditions(): readonly Condition[] {
    const program = this.#view()
    return (this.config.readiness as readonly Readiness[]).map((each) =>
      typeof each === 'function'
        ? polled(each.name || 'a function of readiness', () => each(this as never))
        : conditionOf(each, program),
    )
  }

  async #run(command: readonly string[]): Promise<void> {
    const { uid, gid, stopSignal, stopTimeout, output } = this.config
    const { outpath, errpath } = this
    const options = {
      command,
      cwd: this.#workingDir(),
      env: this.#environment(),
      outpath,
      errpath,
      stopSignal,
      stopTimeout,
      uid,
      gid,
      wrapped: output === 'pty',
    }
    this.#intent = new ExitIntent(stopSignal)
    const program = await Program.run(options).catch((error: NodeJS.ErrnoException) => {
      throw spawnFailed(this.label, command[0] ?? '', error)
    })
    this.#program = program
    setRunningProgram(this, program)
    this.onStop(async () => {
      const left = await program.release()
      if (left.length > 0) throw processesLeft(this.label, left)
    })
    void program.exited.then((ending) => this.#ended(ending))
  }

  async #ended(ending: Ending): Promise<void> {
    const { expectedExitCode: expected } = this.config
    if (this.#intent?.covers(ending)) return
    await setImmediate() // Of a program that ends at once, the logs are not yet followed.
    await this.flushLogs({ flushPartial: true })
    if (expected !== undefined && ending.exitCode === expected) await this.#endedAsExpected(ending)
    else if (this.state !== 'starting')
      this.fail(exitedWhileRunning(this.label, ending, await this.logTails()))
    else
      this.fail(
        expected === undefined
          ? exitedEarly(this.label, ending)
          : unexpectedExitCode(this.label, expected, ending),
      )
  }

  /** A program that has ended, with all that it had started, meets no condition any more but by what it has left. */
  async #endedAsExpected(ending: Ending): Promise<void> {
    if ((await this.#program?.isLeft()) === true) return
    const over = () => this.state !== 'starting' || this.waitingFor().length === 0
    await poll(over, AbortSignal.timeout(LAST_LOOK)).catch(() => this.fail(exitedEarly(this.label, ending)))
  }

  /** Whether the driver is up only when the program has ended. */
  #awaitsExit(): boolean {
    const { waitForExit, expectedExitCode, readiness } = this.config
    const waits = readiness.length > 0 || this.#hasPatterns() || this.#ports.sought !== undefined
    return waitForExit ?? (expectedExitCode !== undefined && !waits)
  }

  #hasPatterns(): boolean {
    const { logRegexps, stdoutRegexps, stderrRegexps } = this.config
    return logRegexps.length + stdoutRegexps.length + stderrRegexps.length > 0
  }

  /** What a program without any other condition must do: not end at once. */
  #settledCondition(): Condition {
    const since = performance.now()
    return polled('the program runs', () => this.pid !== undefined && hasSettled(this.pid, since))
  }

  #exitCondition(): Condition {
    const code = this.config.expectedExitCode ?? 0
    return {
      name: `the program ends with exit code ${code}`,
      wait: async () => {
        const ending = await this.#program?.exited
        await this.flushLogs({ flushPartial: true })
        if (ending !== undefined && ending.exitCode !== code)
          throw unexpectedExitCode(this.label, code, ending)
      },
    }
  }

  #view(): ProgramView {
    return {
      label: this.label,
      workingDir: this.#workingDir(),
      logpath: this.logpath,
      environment: () => this.#environment(),
      port: (port) => this.#ports.resolve(port, this.label),
      addExtracts: (values) => void Object.assign(this.extracts, values),
    }
  }

  #workingDir(): string {
    const { workingDir } = this.config
    if (workingDir === undefined) return this.appPath
    const path = resolve(workingDir)
    if (!existsSync(path)) throw workingDirMissing(this.label, path)
    return path
  }

  #environment(): Record<string, string> {
    const { inheritEnv, env } = this.config
    return childEnvironment({ inherit: inheritEnv, own: env })
  }

  #intend(awaited: boolean): void {
    if (this.#intent !== undefined) this.#intent.awaited = awaited
  }

  #running(what: string): Program {
    if (this.#program === undefined || this.#program.ending !== undefined) throw notRunning(this.label, what)
    return this.#program
  }
}

function isInside(path: string, directory: string): boolean {
  return path.startsWith(directory + sep)
}
