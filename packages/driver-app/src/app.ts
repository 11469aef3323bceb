import { existsSync, statSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { type Condition, Driver, LogMatcher, type OptionSchemas, polled, type Resolved } from '@testrig/core'
import { type AppDefaults, type AppOptions, appOptions } from './app-options.ts'
import { childEnvironment } from './child-environment.ts'
import { commandLine, placeBinary, quoted } from './command-line.ts'
import { conditionOf, type ProgramView } from './conditions.ts'
import {
  ambiguousPort,
  type Ending,
  endingText,
  exitedEarly,
  exitedWhileRunning,
  extractMissing,
  notRunning,
  spawnFailed,
  stillRunning,
  unexpectedExitCode,
  unknownPort,
  workingDirMissing,
} from './errors.ts'
import { listeningPorts } from './listening-ports.ts'
import { Ports } from './ports.ts'
import { Program } from './program.ts'
import type { Readiness } from './readiness.ts'

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

  declare readonly options: AppOptions
  declare readonly extracts: Readonly<Record<Extract, string>>
  declare protected readonly config: Resolved<AppOptions, AppDefaults>

  readonly #ports: Ports
  #program: Program | undefined
  #command: readonly string[] = []
  #exitIntended = false
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

  /** A matcher for the program's log that starts at the log's beginning and keeps its position. */
  logMatcher(): LogMatcher {
    this.#matcher ??= new LogMatcher(this.logpath)
    return this.#matcher
  }

  /** Sends the program a signal; that it may end by it is then no failure. @throws APP_NOT_RUNNING */
  kill(signal: NodeJS.Signals = 'SIGTERM'): void {
    const program = this.#running('kill()')
    this.#exitIntended = true
    program.signal(signal)
  }

  /** Waits until the program has ended, which is then no failure. @throws APP_STILL_RUNNING, APP_NOT_RUNNING */
  async waitForExit({ timeout = 10_000 }: { readonly timeout?: number } = {}): Promise<Ending> {
    const { exited, ending } = this.#running('waitForExit()')
    if (ending !== undefined) return ending
    this.#exitIntended = true
    const limit = Promise.withResolvers<never>()
    const timer = setTimeout(() => limit.reject(stillRunning(this.label, timeout)), timeout)
    return Promise.race([exited, limit.promise]).finally(() => clearTimeout(timer))
  }

  override async restart({ clean = false }: RestartOptions = {}): Promise<void> {
    await this.stop()
    if (clean) await this.#setAside()
    await this.start()
  }

  protected override get installTarget(): string {
    return this.etcpath
  }

  protected override knownBeforeStart(path: readonly string[]): boolean {
    return path[0] === 'ports' ? this.#ports.isEarly(path[1]) : super.knownBeforeStart(path)
  }

  protected override async prepare(): Promise<void> {
    for (const lease of await this.#ports.allocate()) this.onDispose(() => lease.release())
  }

  protected override async preStart(): Promise<void> {
    await this.makeRunpath()
    if (this.appPath !== this.runpath) await mkdir(this.appPath, { recursive: true })
    this.#ports.forget()
    this.#program = undefined
    await super.preStart()
  }

  protected override async starting(): Promise<void> {
    const { binaryStrategy, shell } = this.config
    const binary =
      shell === true
        ? this.config.binary
        : await placeBinary(this.config.binary, binaryStrategy, this.binpath, this.label)
    this.#command = commandLine({ ...this.config, shell: shell === true, binary })
    await this.#run(this.#command)
  }

  protected override conditions(): readonly Condition[] {
    const { readiness } = this.config
    const program = this.#view()
    const declared = (readiness as readonly Readiness[]).map((each) =>
      typeof each === 'function'
        ? polled(each.name || 'a function of readiness', () => each(this as never))
        : conditionOf(each, program),
    )
    const sought = this.#ports.sought
    const discovery =
      sought === undefined ? [] : [polled(`the port ${sought} is open`, () => this.#discover(sought))]
    const end = this.#awaitsExit() ? [this.#exitCondition()] : []
    return [...declared, ...discovery, ...end]
  }

  protected override async postStart(): Promise<void> {
    const missing = (this.config.extracts as readonly Extract[]).filter(
      (name) => this.extracts[name] === undefined,
    )
    if (missing.length > 0) throw extractMissing(this.label, missing, Object.keys(this.extracts))
  }

  protected override async stopping(): Promise<void> {
    if (this.#program === undefined) return
    this.#exitIntended = true
    const ending = await this.#program.end(this.config.shell === true)
    const expected = this.config.expectedExitCode
    if (expected !== undefined && ending.exitCode !== expected)
      throw unexpectedExitCode(this.label, expected, ending)
  }

  protected override async aborting(): Promise<void> {
    this.#exitIntended = true
    await this.#program?.end(true)
  }

  protected override pausing(): void {
    this.#running('pause()').signalGroup('SIGSTOP')
  }

  protected override resuming(): void {
    this.#running('resume()').signalGroup('SIGCONT')
  }

  protected override async diagnose(): Promise<readonly string[]> {
    const lines: string[] = []
    if (this.#command.length > 0) lines.push(`command: ${this.#command.map(quoted).join(' ')}`)
    const ending = this.#program?.ending
    if (ending !== undefined) lines.push(`ended with: ${endingText(ending)}`)
    else if (this.pid !== undefined) lines.push(...(await this.#outlook(this.pid)))
    return lines
  }

  /** What a program that still runs shows from outside. */
  async #outlook(pid: number): Promise<readonly string[]> {
    const open = (await listeningPorts(pid)).map(({ host, port }) => `${host}:${port}`)
    const bytes = [this.outpath, this.errpath].reduce(
      (sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0),
      0,
    )
    const listens = open.length === 0 ? 'listens on no TCP port' : `listens on ${open.join(', ')}`
    const lines = [`it runs (pid ${pid}), ${listens} and has logged ${bytes} bytes`]
    const hint =
      "its output may be block-buffered: try output: 'stdbuf' or 'pty', or a condition of readiness"
    if (bytes === 0 && open.length > 0) lines.push(`hint: ${hint}`)
    return lines
  }

  async #run(command: readonly string[]): Promise<void> {
    const { uid, gid, stopSignal, stopTimeout } = this.config
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
    }
    this.#exitIntended = false
    try {
      this.#program = await Program.run({ ...options, onExit: (ending) => void this.#ended(ending) })
    } catch (error) {
      throw spawnFailed(this.label, command[0] ?? '', error as NodeJS.ErrnoException)
    }
    const program = this.#program
    this.onStop(() => program.release())
  }

  async #ended(ending: Ending): Promise<void> {
    const { expectedExitCode } = this.config
    if (this.#exitIntended || (expectedExitCode !== undefined && ending.exitCode === expectedExitCode)) return
    if (this.state === 'starting') {
      await this.flushLogs()
      this.fail(
        expectedExitCode === undefined
          ? exitedEarly(this.label, ending)
          : unexpectedExitCode(this.label, expectedExitCode, ending),
      )
    } else {
      const tails = await this.logTails()
      const tail = tails.flatMap(({ stream, path, lines }) => [
        `  last lines of ${stream} (${path}):`,
        ...lines.map((line) => `    ${line}`),
      ])
      this.fail(exitedWhileRunning(this.label, ending, tail))
    }
  }

  /** Whether the driver is up only when the program has ended. */
  #awaitsExit(): boolean {
    const { waitForExit, expectedExitCode, readiness, logRegexps, stdoutRegexps, stderrRegexps } = this.config
    const waits = readiness.length + logRegexps.length + stdoutRegexps.length + stderrRegexps.length > 0
    return waitForExit ?? (expectedExitCode !== undefined && !waits && this.#ports.sought === undefined)
  }

  #exitCondition(): Condition {
    const code = this.config.expectedExitCode ?? 0
    return {
      name: `the program ends with exit code ${code}`,
      wait: async () => {
        const ending = await this.#running('the end').exited
        await this.flushLogs()
        if (ending.exitCode !== code) throw unexpectedExitCode(this.label, code, ending)
      },
    }
  }

  async #discover(name: string): Promise<boolean | string> {
    const { pid } = this
    if (pid === undefined) return 'the program has ended'
    const [first, ...others] = this.#ports.candidates(await listeningPorts(pid))
    if (first === undefined) return 'it listens on no further TCP port'
    if (others.length > 0) throw ambiguousPort(this.label, name, [first, ...others])
    this.#ports.discovered(name, first.port)
    return true
  }

  #view(): ProgramView {
    return {
      label: this.label,
      workingDir: this.#workingDir(),
      logpath: this.logpath,
      environment: () => this.#environment(),
      port: (port) => this.#portOf(port),
      addExtracts: (values) => void Object.assign(this.extracts, values),
    }
  }

  #portOf(port: number | string): number | undefined {
    if (typeof port === 'number') return port
    const known = this.#ports.get(port)
    if (known === undefined && this.#ports.sought !== port)
      throw unknownPort(this.label, port, this.#ports.names)
    return known
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

  #running(what: string): Program {
    if (this.#program === undefined) throw notRunning(this.label, what)
    return this.#program
  }

  async #setAside(): Promise<void> {
    const path = this.appPath
    for (let number = 1; ; number += 1) {
      const aside = `${path}.${number}`
      if (existsSync(aside)) continue
      await rename(path, aside)
      await mkdir(path, { recursive: true })
      return
    }
  }
}
