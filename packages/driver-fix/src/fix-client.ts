import type { Socket } from 'node:net'
import {
  type BaseConnectionExtractor,
  ConnectionExtractor,
  Direction,
  Driver,
  type OptionSchemas,
  Protocol,
  type TestrigError,
  traced,
} from '@testrig/core'
import { formatAddress, microseconds } from '@testrig/sockets'
import {
  clientCall,
  type LogoffOptions,
  type ReceiveOptions,
  type SendOptions,
  type SentAt,
  type SequenceNumbers,
  type WaitOptions,
} from './call-options.ts'
import { type ClientConfig, clientSchemas, type FixClientOptions, identityOf } from './client-options.ts'
import { dial, type ServerAddress } from './dial.ts'
import { Dialect } from './dialect.ts'
import { loadDictionaries } from './dictionaries.ts'
import { ErrorLog } from './error-log.ts'
import { notConnected, notStarted, onlyForFixt } from './errors.ts'
import type { FixFields } from './fix-fields.ts'
import type { FixMessage } from './fix-message.ts'
import { Initiator } from './initiator.ts'
import type { Link } from './link.ts'
import type { FixMatcher } from './matcher.ts'
import type { Session } from './session.ts'
import { SessionNumbers } from './session-numbers.ts'
import { type Source, takeMatching, takeNext } from './take-message.ts'

/** A FIX client in this process, which logs on to a server and that a test exchanges messages through. */
export class FixClient extends Driver {
  static override readonly options: OptionSchemas<FixClientOptions> = clientSchemas
  static override readonly earlyAttributes: readonly string[] = [
    ...Driver.earlyAttributes,
    'host',
    'port',
    'sender',
    'target',
    'senderSub',
    'version',
  ]
  static override readonly EXTRACTORS: readonly BaseConnectionExtractor[] = [
    new ConnectionExtractor(Protocol.TCP, Direction.CONNECTING),
  ]

  declare readonly options: FixClientOptions
  declare protected readonly config: ClientConfig
  readonly #numbers = new SessionNumbers()
  readonly #problems = new ErrorLog()
  #initiator: Initiator | undefined
  #server: ServerAddress | undefined

  /** @throws OPTION_UNKNOWN, OPTION_INVALID */
  constructor(options: FixClientOptions) {
    super(options)
    const { version = 'FIX.4.2', defaultApplVerID } = this.options
    if (defaultApplVerID !== undefined && version !== 'FIXT.1.1') throw onlyForFixt(this.label, [version])
  }

  /** The host of the server. */
  get host(): string {
    return this.#server?.host ?? this.config.host
  }

  /** The port of the server. */
  get port(): number {
    return this.#server?.port ?? this.config.port
  }

  /** SenderCompID (49). */
  get sender(): string {
    return this.config.sender
  }

  /** TargetCompID (56). */
  get target(): string {
    return this.config.target
  }

  /** SenderSubID (50). */
  get senderSub(): string | undefined {
    return this.config.senderSub
  }

  /** BeginString (8). */
  get version(): string {
    return this.config.version
  }

  /** The local address of the connection. */
  get localHost(): string {
    return this.#connection('localHost').localHost
  }

  /** The local port of the connection. */
  get localPort(): number {
    return this.#connection('localPort').localPort
  }

  /** Whether there is a connection, logged on or not. */
  get connected(): boolean {
    return this.#initiator?.link?.open ?? false
  }

  /** Whether messages can be exchanged. */
  get loggedOn(): boolean {
    return this.#initiator?.loggedOn ?? false
  }

  /** The numbers of the next messages, which last longer than a connection. */
  get sequenceNumbers(): SequenceNumbers {
    const { incoming, outgoing } = this.#numbers
    return { incoming, outgoing }
  }

  /** What the server did wrong since the start, or since `flush()`: the last 100 errors. */
  errors(): readonly TestrigError[] {
    return this.#problems.errors
  }

  /**
   * Connects without logging on, unless the client is connected; context values for host and port give what they stand
   * for now.
   *
   * @throws FIX_CONNECT_FAILED, FIX_TIMEOUT, FIX_NOT_STARTED also when the driver stops meanwhile
   */
  async connect(): Promise<void> {
    await traced(this.#started('connect()').connect())
  }

  /**
   * Connects if need be and logs on, unless the client is logged on.
   *
   * @throws FIX_LOGON_REFUSED with the reason, FIX_TIMEOUT, and as connect()
   */
  async logon(): Promise<void> {
    await traced(this.#started('logon()').logon())
  }

  /** Ends the session by a Logout, and the connection. @throws FIX_TIMEOUT when the server does not answer, FIX_NOT_LOGGED_ON, FIX_NOT_STARTED */
  async logoff(options: LogoffOptions = {}): Promise<void> {
    const { timeout = this.config.logoffTimeout, text } = clientCall(this.label, 'logoff', options)
    await traced(this.#session('logoff()').logoff(timeout, text))
  }

  /** Closes the connection, if there is one, without a Logout. What has arrived can still be received. @throws FIX_NOT_STARTED */
  async disconnect(): Promise<void> {
    await this.#started('disconnect()').close()
  }

  /** Closes the connection if there is one, after a Logout, connects again, and logs on unless `logonAtStart` is false. @throws as logon() */
  async reconnect(): Promise<void> {
    const initiator = this.#started('reconnect()')
    await initiator.close(this.config.logoffTimeout)
    if (this.config.logonAtStart) await initiator.logon()
    else await initiator.connect()
  }

  /**
   * Sends a message and gives it as it was sent. The session sets tags 8, 9, 10, 34, 49, 52 and 56.
   *
   * @throws FIX_MESSAGE_INVALID, FIX_TAG_UNKNOWN, FIX_NOT_LOGGED_ON, FIX_CONNECTION_CLOSED, FIX_NOT_STARTED,
   * FIX_TIMEOUT when the server does not read
   */
  async send(message: FixFields, options: SendOptions = {}): Promise<FixMessage> {
    return this.#send(message, clientCall(this.label, 'send', options), 'send()')
  }

  /** Sends as send() does, and says when. @throws as send() */
  async sendTimestamped(message: FixFields, options: SendOptions = {}): Promise<SentAt> {
    const call = clientCall(this.label, 'sendTimestamped', options)
    const timestamp = microseconds()
    return { timestamp, message: await this.#send(message, call, 'sendTimestamped()') }
  }

  /** Sends bytes as they are, to see what the server makes of them. @throws as send() */
  async sendRaw(bytes: Uint8Array, options: WaitOptions = {}): Promise<void> {
    const { timeout = this.config.receiveTimeout } = clientCall(this.label, 'sendRaw', options)
    await traced(this.#session('sendRaw()').sendRaw(bytes, timeout))
  }

  /**
   * Gives the next message of an application; with `admin`, of the session too. What arrived before the connection ended
   * can still be received.
   *
   * @throws FIX_TIMEOUT with what did arrive, FIX_CONNECTION_CLOSED, FIX_NOT_STARTED
   */
  async receive(options: ReceiveOptions = {}): Promise<FixMessage> {
    const { timeout = this.config.receiveTimeout, admin } = clientCall(this.label, 'receive', options)
    return traced(takeNext(this.#source('receive()'), { timeout, admin }))
  }

  /**
   * Gives the first message that matches and leaves the others to be received; a matcher for a type of the session, such
   * as Reject (3), finds those too.
   *
   * @throws as receive()
   */
  async expect(matcher: FixMatcher, options: ReceiveOptions = {}): Promise<FixMessage> {
    const { timeout = this.config.receiveTimeout, admin } = clientCall(this.label, 'expect', options)
    return traced(takeMatching(this.#source('expect()'), matcher, { timeout, admin }))
  }

  /** Forgets the messages that nobody has received, and the errors. @throws FIX_NOT_STARTED */
  flush(): void {
    this.#started('flush()').inbox.flush()
    this.#problems.clear()
  }

  /** Waits until the server has answered a TestRequest, and so has got all that was sent before. @throws FIX_TIMEOUT, and as send() */
  async testRequest(options: WaitOptions = {}): Promise<void> {
    const { timeout = this.config.receiveTimeout } = clientCall(this.label, 'testRequest', options)
    await traced(this.#session('testRequest()').test(timeout))
  }

  /** Sets the numbers of the next messages, for example to have the server find a gap. */
  setSequenceNumbers(numbers: Partial<SequenceNumbers>): void {
    const { incoming, outgoing } = clientCall(this.label, 'setSequenceNumbers', numbers)
    this.#numbers.set({ incoming, outgoing })
  }

  protected override async starting(): Promise<void> {
    const { connectAtStart, logonAtStart, logoffAtStop, logoffTimeout } = this.config
    this.#problems.clear()
    this.#server = undefined
    const initiator = await this.#makeInitiator()
    this.#initiator = initiator
    this.onStop(async () => {
      this.#initiator = undefined
      await initiator.stop(logoffAtStop ? logoffTimeout : undefined)
    })
    if (connectAtStart && logonAtStart) await initiator.logon(this.signal)
    else if (connectAtStart) await initiator.connect(this.signal)
  }

  async #makeInitiator(): Promise<Initiator> {
    const { dictionary, customLogonTags, heartbeatInterval, resetOnLogon, ...config } = this.config
    const identity = identityOf(this.config)
    const dictionaries = await loadDictionaries(this.label, dictionary)
    return new Initiator({
      ...config,
      label: this.label,
      identity,
      numbers: this.#numbers,
      dialect: new Dialect({ ...identity, dictionaries, validate: config.validate }),
      terms: { ...identity, heartbeat: heartbeatInterval / 1_000, reset: resetOnLogon },
      customLogonTags: customLogonTags as FixFields,
      dial: (signal) => this.#dial(signal),
      note: (error) => this.#problems.add(error),
      problem: () => this.#problems.last,
    })
  }

  async #dial(signal: AbortSignal): Promise<Socket> {
    const server = await this.#resolveServer()
    const socket = await dial(this.label, server, this.config, signal)
    this.#server = server
    return socket
  }

  /** A server that was restarted may have another port than the one known when this driver started. */
  async #resolveServer(): Promise<ServerAddress> {
    const host = await this.resolve(this.options.host ?? this.config.host)
    return { host, port: Number(await this.resolve(this.options.port)) }
  }

  #started(wanted: string): Initiator {
    if (this.#initiator === undefined) throw notStarted(this.label, this.state, wanted)
    return this.#initiator
  }

  #send(message: FixFields, { validate = true, timeout }: SendOptions, wanted: string): Promise<FixMessage> {
    const limits = { checked: validate, timeout: timeout ?? this.config.receiveTimeout }
    return traced(this.#session(wanted).send(message, limits))
  }

  #connection(wanted: string): Link {
    const { link } = this.#started(wanted)
    if (link === undefined) throw notConnected(this.label, formatAddress(this.host, this.port))
    return link
  }

  #session(wanted: string): Session {
    return this.#started(wanted).session(wanted)
  }

  #source(wanted: string): Source {
    return { label: this.label, inbox: this.#started(wanted).inbox, problems: this.#problems }
  }
}
