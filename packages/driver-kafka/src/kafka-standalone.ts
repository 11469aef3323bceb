import { mkdir, readFile } from 'node:fs/promises'
import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Answer, OptionSchemas, TestrigError } from '@testrig/core'
import { App, type AppOptions } from '@testrig/driver-app'
import {
  addProperties,
  errorLines,
  logEnd,
  portOption,
  readProperties,
  refuseBeside,
  refuseBesideBinary,
  withFile,
} from '@testrig/java'
import { createTopics } from './create-topics.ts'
import { formatFailed, notStarted, storageProgramAlone } from './errors.ts'
import { type KafkaOptions, type KafkaStandaloneOptions, kafkaOptions, MAIN_CLASS } from './kafka-options.ts'
import { listening, STARTED } from './log-lines.ts'
import { readMetadata } from './metadata.ts'
import { javaFor, type KafkaConfig, storageProgram, variablesFor } from './program.ts'
import type { Broker } from './request.ts'
import { formatArguments, needsFormat } from './storage.ts'
import type { Topic } from './topic-options.ts'

export interface CreateTopicsOptions {
  /** Longest time in milliseconds. @default 10000 */
  readonly timeout?: number | undefined
}

const CONFIGURATION = 'server.properties'

/** Longest time that an answer may take, in milliseconds. */
const ANSWER_LIMIT = 1_000

/** What has no meaning beside ZooKeeper. */
const KRAFT_ONLY = {
  given: 'zookeeper',
  others: ['controllerPort', 'controllerQuorumVoters', 'clusterId'],
  reason: 'it is for brokers that keep their metadata themselves',
} as const

/** An Apache Kafka broker of its own, with its own data, that ends with the environment. */
export class KafkaStandalone extends App<string, string> {
  static override readonly options: OptionSchemas<KafkaOptions> = kafkaOptions
  static override readonly earlyAttributes: readonly string[] = [...App.earlyAttributes, 'host', 'nodeId']

  declare protected config: KafkaConfig
  #logEnd = 0

  /** @throws OPTION_UNKNOWN, OPTION_INVALID */
  constructor(options: KafkaStandaloneOptions = {}) {
    super({
      ...options,
      binary: options.binary ?? MAIN_CLASS,
      installFiles: withFile(options.installFiles, [
        options.cfgTemplate ?? templateFor(options),
        CONFIGURATION,
      ]),
      ports: {
        broker: portOption(options.port),
        controller: portOption(options.controllerPort),
        ...options.ports,
      },
    } as AppOptions)
    refuseBesideBinary(this.label, options)
    refuseBeside(this.label, options, KRAFT_ONLY)
    if (options.kafkaStorage !== undefined && options.binary === undefined)
      throw storageProgramAlone(this.label)
  }

  /** The address that the broker listens on. */
  get host(): string {
    return this.config.host
  }

  /** The port that the broker listens on. */
  get port(): number {
    return Number(this.extracts.brokerPort ?? (this.config.port || this.ports.broker))
  }

  /** What clients connect to first, such as `127.0.0.1:20001`. */
  get bootstrapServers(): string {
    return address(this.host, this.port)
  }

  /** Number of the broker. */
  get nodeId(): number {
    return this.config.nodeId
  }

  /** Port of the controller in KRaft mode. */
  get controllerPort(): number {
    return this.config.controllerPort || (this.ports.controller as number)
  }

  /** Where the controller listens in KRaft mode. */
  get controllerAddress(): string {
    return address(this.host, this.controllerPort)
  }

  /** The controllers of the cluster in KRaft mode. */
  get controllerQuorumVoters(): string {
    return this.config.controllerQuorumVoters ?? `${this.nodeId}@${this.controllerAddress}`
  }

  /** ZooKeeper's connection string, when the broker keeps its metadata there. */
  get zookeeper(): string | undefined {
    return this.config.zookeeper
  }

  /** Directory of the broker's data. */
  get dataPath(): string {
    return join(this.appPath, 'data')
  }

  /** Path of the configuration, made from the template. */
  get configPath(): string {
    return join(this.etcpath, CONFIGURATION)
  }

  /**
   * Creates topics, but for those that exist; resolves when all of their partitions can be used.
   *
   * @throws KAFKA_TOPIC_REFUSED, KAFKA_TOPICS_TIMEOUT, KAFKA_CONNECTION_ENDED, KAFKA_NOT_STARTED
   */
  async createTopics(
    topics: readonly Topic[],
    { timeout = 10_000 }: CreateTopicsOptions = {},
  ): Promise<void> {
    if (this.pid === undefined) throw notStarted(this.label, this.state)
    const signal = AbortSignal.any([this.signal, AbortSignal.timeout(timeout)])
    await createTopics({ broker: this.#broker, topics, timeout, signal })
  }

  protected override async preStart(): Promise<void> {
    this.#logEnd = logEnd(this.outpath)
    await mkdir(this.dataPath, { recursive: true })
    await super.preStart()
    await addProperties(this.configPath, this.config.properties)
    const properties = readProperties(await readFile(this.configPath, 'utf8'))
    const java = javaFor(this.label, this.config)
    if (needsFormat(properties, this.#workingDir)) await this.#format(java, properties)
    this.#complete(java, properties)
  }

  protected override async diagnose(): Promise<readonly string[]> {
    return [...(await super.diagnose()), ...(await errorLines(this.outpath, this.#logEnd))]
  }

  /** Asks whether it knows of itself: one that uses ZooKeeper does so only after it has said that it is up. */
  protected override async startedCheck(): Promise<Answer> {
    const signal = AbortSignal.any([this.signal, AbortSignal.timeout(ANSWER_LIMIT)])
    const known = await readMetadata(this.#broker, [], signal).catch((error: TestrigError) => error)
    if (known instanceof Error) return known.code === 'KAFKA_CONNECTION_ENDED' || known.message
    return known.brokers > 0 && known.hasController
  }

  protected override async postStart(): Promise<void> {
    await super.postStart()
    const { topics, startTimeout } = this.config
    if (topics.length > 0) await this.createTopics(topics, { timeout: startTimeout })
  }

  /** Formats the storage by a program that ends. */
  async #format(java: readonly string[], properties: ReadonlyMap<string, string>): Promise<void> {
    const { clusterId, uid, gid, inheritEnv, startTimeout, errorLogLines } = this.config
    const format = new App({
      name: `${this.name}-format`,
      runpath: join(this.appPath, 'format'),
      preArgs: java,
      binary: storageProgram(this.label, this.config),
      args: formatArguments(this.configPath, properties, clusterId),
      env: variablesFor(this.config, this.appPath),
      workingDir: this.#workingDir,
      expectedExitCode: 0,
      ...{ uid, gid, inheritEnv, startTimeout, errorLogLines },
    })
    this.onStop(() => format[Symbol.asyncDispose]())
    this.signal.addEventListener('abort', () => format.abort('the broker is not to start'))
    await format.start().catch((error: Error) => {
      throw formatFailed(this.label, error)
    })
  }

  /** Has App run the broker with its configuration, and wait for what it logs; until it stops. */
  #complete(java: readonly string[], properties: ReadonlyMap<string, string>): void {
    const { config } = this
    this.config = {
      ...config,
      preArgs: [...config.preArgs, ...java],
      args: [this.configPath, ...config.args],
      env: variablesFor(config, this.appPath),
      stdoutRegexps: [...config.stdoutRegexps, listening(this, properties), STARTED],
    }
    this.onStop(() => {
      this.config = config
    })
  }

  get #broker(): Broker {
    const { label, host, port } = this
    return { label, host, port }
  }

  get #workingDir(): string {
    return this.config.workingDir ?? this.appPath
  }
}

function templateFor({ zookeeper }: KafkaStandaloneOptions): string {
  const name = zookeeper === undefined ? 'kraft' : 'zookeeper'
  return fileURLToPath(new URL(`../templates/${name}.properties`, import.meta.url))
}

function address(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`
}
