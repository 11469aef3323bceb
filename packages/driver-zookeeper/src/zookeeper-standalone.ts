import { mkdir } from 'node:fs/promises'
import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Answer, type Late, late, type OptionSchemas, type Resolved, type Schema } from '@testrig/core'
import { App, type AppDefaults, type AppOptions, listeningPorts } from '@testrig/driver-app'
import {
  addProperties,
  errorLines,
  type JavaServerDefaults,
  type JavaServerOptions,
  javaCommand,
  javaServerOptions,
  logEnd,
  portOption,
  refuseBesideBinary,
  withFile,
} from '@testrig/java'
import * as v from 'valibot'
import { createNodes } from './create-nodes.ts'
import { chrootRefused } from './errors.ts'
import { exchange } from './exchange.ts'
import { findZookeeper } from './find-zookeeper.ts'

interface OwnOptions extends JavaServerOptions {
  /** Path of the node that clients see as their root, such as `/app`; it is created. @default none */
  readonly chroot?: Late<string> | undefined
}

/** Options of ZookeeperStandalone: its own and those of App. Times are milliseconds. */
export interface ZookeeperStandaloneOptions
  extends Omit<AppOptions<ZookeeperStandalone>, 'binary'>,
    OwnOptions {}

/** Runs one server, without the quorum that a configuration could name. */
const MAIN_CLASS = 'org.apache.zookeeper.server.ZooKeeperServerMain'
const TEMPLATE = fileURLToPath(new URL('../templates/zoo.cfg', import.meta.url))
const CONFIGURATION = 'zoo.cfg'

/** Longest time that an answer may take, in milliseconds: a question that comes too early is never answered. */
const ANSWER_LIMIT = 250

/** What a server answers that serves, or one whose configuration forbids the question. */
const SERVES = /^Mode: |is not in the whitelist/m

const nodePath = v.pipe(
  v.string(),
  v.regex(/^(\/[^/]+)+$/, 'a path such as /app'),
) as unknown as Schema<string>

/** An Apache ZooKeeper server of its own, with its own data, that ends with the environment. */
export class ZookeeperStandalone extends App<string, string> {
  static override readonly options: OptionSchemas<AppOptions & OwnOptions> = {
    ...javaServerOptions('256m'),
    chroot: v.optional(late(nodePath)),
    ...App.options,
  }
  static override readonly earlyAttributes: readonly string[] = [...App.earlyAttributes, 'host']

  declare protected config: Resolved<AppOptions & OwnOptions, AppDefaults | JavaServerDefaults>
  #logEnd = 0

  /** @throws OPTION_UNKNOWN, OPTION_INVALID */
  constructor(options: ZookeeperStandaloneOptions = {}) {
    super({
      ...options,
      binary: options.binary ?? MAIN_CLASS,
      installFiles: withFile(options.installFiles, [options.cfgTemplate ?? TEMPLATE, CONFIGURATION]),
      ports: { client: portOption(options.port), ...options.ports },
    } as AppOptions)
    refuseBesideBinary(this.label, options)
  }

  /** The address that the server listens on. */
  get host(): string {
    return this.config.host
  }

  /** The port that the server listens on. */
  get port(): number {
    return this.config.port || (this.ports.client as number)
  }

  /** What clients connect to, such as `127.0.0.1:20001`, followed by the chroot. */
  get connectionString(): string {
    const host = isIPv6(this.host) ? `[${this.host}]` : this.host
    return `${host}:${this.port}${this.config.chroot ?? ''}`
  }

  /** Directory of the server's data. */
  get dataPath(): string {
    return join(this.appPath, 'data')
  }

  /** Path of the configuration, made from the template. */
  get configPath(): string {
    return join(this.etcpath, CONFIGURATION)
  }

  protected override async preStart(): Promise<void> {
    this.#logEnd = logEnd(this.outpath)
    await mkdir(this.dataPath, { recursive: true })
    await super.preStart()
    await addProperties(this.configPath, this.config.properties)
    const { config } = this
    this.config = { ...config, ...this.#command() }
    this.onStop(() => {
      this.config = config
    })
  }

  /**
   * Asks whether it serves, as it answers `ruok` with yes before that. On a port that was given, and not allocated, another
   * program may answer.
   */
  protected override async startedCheck(): Promise<Answer> {
    const signal = AbortSignal.any([this.signal, AbortSignal.timeout(ANSWER_LIMIT)])
    const answer = await exchange(this, 'srvr', signal).then(String, (error) => `${error.code}`)
    if (!SERVES.test(answer)) return `${this.host}:${this.port} answers: ${answer.trim()}`
    return this.config.port === 0 || (await this.#hasPort()) || `port ${this.port} is that of another program`
  }

  protected override async diagnose(): Promise<readonly string[]> {
    return [...(await super.diagnose()), ...(await errorLines(this.outpath, this.#logEnd))]
  }

  protected override async postStart(): Promise<void> {
    await super.postStart()
    const names = this.config.chroot?.split('/').slice(1) ?? []
    if (names.length === 0) return
    const paths = names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)
    const refused = await createNodes(this, paths, this.signal)
    if (refused !== undefined) throw chrootRefused(this.label, refused.path, refused.code)
  }

  /** Whether it is this server that listens on its port. */
  async #hasPort(): Promise<boolean> {
    const listening = this.pid === undefined ? [] : await listeningPorts(this.pid)
    return listening.some(({ port }) => port === this.port)
  }

  /** What runs the server: Java with the jars that are found, or the program that was given. */
  #command(): Partial<typeof this.config> {
    const { binary, preArgs, args, env, home, java, jvmArgs } = this.config
    if (binary !== MAIN_CLASS)
      return {
        args: ['start-foreground', this.configPath, ...args],
        env: { ZOO_LOG_DIR: this.appPath, ...env },
      }
    const classpath = findZookeeper(this.label, home)
    return {
      preArgs: [...preArgs, ...javaCommand(this.label, { java, jvmArgs, classpath })],
      args: [this.configPath, ...args],
    }
  }
}
