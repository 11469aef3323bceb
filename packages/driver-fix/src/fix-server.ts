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
import { formatAddress, listenAgain } from '@testrig/sockets'
import { loadTLS } from '@testrig/tls/options'
import { Acceptor } from './acceptor.ts'
import {
  type ConnectionChoice,
  type LogoffOptions,
  type ReceiveOptions,
  type SendOptions,
  type SequenceNumbers,
  serverCall,
  type WaitOptions,
} from './call-options.ts'
import { type ConnectionName, nameKey } from './connection-name.ts'
import { loadDictionaries } from './dictionaries.ts'
import { ErrorLog } from './error-log.ts'
import { connectionTimeout, notStarted, onlyForFixt } from './errors.ts'
import type { FixFields } from './fix-fields.ts'
import type { FixMessage } from './fix-message.ts'
import { FIX_VERSIONS } from './identity.ts'
import { type Listening, listen } from './listen.ts'
import type { FixMatcher } from './matcher.ts'
import { type FixServerOptions, type ServerConfig, serverSchemas } from './server-options.ts'
import { SessionNumbers } from './session-numbers.ts'
import { type Source, takeMatching, takeNext } from './take-message.ts'

/** A FIX server in this process: clients log on to it, and a test exchanges messages with them. */
export class FixServer extends Driver {
  static override readonly options: OptionSchemas<FixServerOptions> = serverSchemas
  static override readonly earlyAttributes: readonly string[] = [...Driver.earlyAttributes, 'host']
  static override readonly EXTRACTORS: readonly BaseConnectionExtractor[] = [
    new ConnectionExtractor(Protocol.TCP, Direction.LISTENING),
  ]

  declare readonly options: FixServerOptions
  declare protected readonly config: ServerConfig
  /** Sequence numbers outlive restarts, as they do in real servers. */
  readonly #numbers = new Map<string, SessionNumbers>()
  readonly #problems = new ErrorLog()
  #running: { readonly acceptor: Acceptor; readonly listening: Listening } | undefined
  #chosenPort = 0

  /** @throws OPTION_UNKNOWN, OPTION_INVALID */
  constructor(options: FixServerOptions = {}) {
    super(options)
    const versions = [this.options.version ?? FIX_VERSIONS].flat()
    if (this.options.defaultApplVerID !== undefined && !versions.includes('FIXT.1.1'))
      throw onlyForFixt(this.label, versions)
  }

  /** The host as configured. */
  get host(): string {
    return this.config.host
  }

  /** The port that the server listens on. */
  get port(): number {
    return this.#started('port').listening.port
  }

  /** `host:port`, with an IPv6 address in brackets. */
  get address(): string {
    return formatAddress(this.host, this.#started('address').listening.port)
  }

  /** The names of the connections that are logged on: what the client calls the server, and what it calls itself. */
  get activeConnections(): readonly ConnectionName[] {
    return this.#started('activeConnections').acceptor.active
  }

  /** Whether the connection is logged on. */
  isConnectionActive(connection: ConnectionName): boolean {
    return this.activeConnections.some((each) => nameKey(each) === nameKey(connection))
  }

  /** What peers did wrong since the start, or since `flush()`: the last 100 errors. */
  errors(): readonly TestrigError[] {
    return this.#problems.errors
  }

  /**
   * Waits until a client is logged on, that one or any, and gives the name of its connection.
   *
   * @throws FIX_TIMEOUT, FIX_NOT_STARTED also when the driver stops meanwhile
   */
  async waitForConnection(options: WaitOptions & ConnectionChoice = {}): Promise<ConnectionName> {
    const { connection, timeout = this.config.receiveTimeout } = serverCall(
      this.label,
      'waitForConnection',
      options,
    )
    const { acceptor } = this.#started('waitForConnection()')
    const late = () => connectionTimeout(this.label, this.address, timeout, this.#problems.last)
    return traced(acceptor.waitFor(connection, timeout, late))
  }

  /**
   * Sends a message and gives it as it was sent. The session sets tags 8, 9, 10, 34, 49, 52 and 56.
   *
   * @throws FIX_MESSAGE_INVALID, FIX_TAG_UNKNOWN, FIX_NO_CONNECTION, FIX_NOT_LOGGED_ON, FIX_CONNECTION_CLOSED,
   * FIX_NOT_STARTED, FIX_TIMEOUT when the client does not read
   */
  async send(message: FixFields, options: SendOptions & ConnectionChoice = {}): Promise<FixMessage> {
    const {
      connection,
      validate = true,
      timeout = this.config.receiveTimeout,
    } = serverCall(this.label, 'send', options)
    const session = this.#started('send()').acceptor.session(connection)
    return traced(session.send(message, { checked: validate, timeout }))
  }

  /** Sends bytes as they are, to see what the client makes of them. @throws as send() */
  async sendRaw(bytes: Uint8Array, options: WaitOptions & ConnectionChoice = {}): Promise<void> {
    const { connection, timeout = this.config.receiveTimeout } = serverCall(this.label, 'sendRaw', options)
    await traced(this.#started('sendRaw()').acceptor.session(connection).sendRaw(bytes, timeout))
  }

  /**
   * Gives the next message of an application; with `admin`, of a session too. What arrived before a connection ended can
   * still be received by its name.
   *
   * @throws FIX_TIMEOUT with what did arrive, FIX_CONNECTION_CLOSED, FIX_NO_CONNECTION, FIX_NOT_STARTED
   */
  async receive(options: ReceiveOptions & ConnectionChoice = {}): Promise<FixMessage> {
    const {
      connection,
      timeout = this.config.receiveTimeout,
      ...rest
    } = serverCall(this.label, 'receive', options)
    return traced(takeNext(this.#source('receive()', connection), { ...rest, timeout }))
  }

  /**
   * Gives the first message that matches and leaves the others to be received; a matcher for a type of the session, such
   * as Reject (3), finds those too.
   *
   * @throws as receive()
   */
  async expect(matcher: FixMatcher, options: ReceiveOptions & ConnectionChoice = {}): Promise<FixMessage> {
    const {
      connection,
      timeout = this.config.receiveTimeout,
      ...rest
    } = serverCall(this.label, 'expect', options)
    return traced(takeMatching(this.#source('expect()', connection), matcher, { ...rest, timeout }))
  }

  /** Forgets the messages that nobody has received, of one connection or of all, and then also the errors. */
  flush(options: ConnectionChoice = {}): void {
    const { connection } = serverCall(this.label, 'flush', options)
    const { acceptor } = this.#started('flush()')
    if (connection === undefined) this.#problems.clear()
    const peers = connection === undefined ? acceptor.peers : [acceptor.peer(connection)]
    for (const { inbox } of peers) inbox.flush()
  }

  /** Waits until the client has answered a TestRequest, and so has got all that was sent before. @throws FIX_TIMEOUT, and as send() */
  async testRequest(options: WaitOptions & ConnectionChoice = {}): Promise<void> {
    const { connection, timeout = this.config.receiveTimeout } = serverCall(
      this.label,
      'testRequest',
      options,
    )
    await traced(this.#started('testRequest()').acceptor.session(connection).test(timeout))
  }

  /** Ends a session by a Logout, and its connection. @throws FIX_TIMEOUT when the client does not answer, and as send() */
  async logoff(options: LogoffOptions & ConnectionChoice = {}): Promise<void> {
    const {
      connection,
      timeout = this.config.logoffTimeout,
      text: reason,
    } = serverCall(this.label, 'logoff', options)
    await traced(this.#started('logoff()').acceptor.session(connection).logoff(timeout, reason))
  }

  /** Closes a connection without a Logout. @throws as send() */
  disconnect(options: ConnectionChoice = {}): void {
    const { connection } = serverCall(this.label, 'disconnect', options)
    this.#started('disconnect()').acceptor.session(connection).disconnect()
  }

  /** The numbers of the next messages of a connection, which last longer than it. @throws FIX_NO_CONNECTION, FIX_NOT_STARTED */
  sequenceNumbers(options: ConnectionChoice = {}): SequenceNumbers {
    const { connection } = serverCall(this.label, 'sequenceNumbers', options)
    const { incoming, outgoing } = this.#numbersOf(connection)
    return { incoming, outgoing }
  }

  /** Sets them, also for a client that has yet to log on, for example to have it find a gap. @throws as sequenceNumbers() */
  setSequenceNumbers(numbers: Partial<SequenceNumbers> & ConnectionChoice): void {
    const { connection, incoming, outgoing } = serverCall(this.label, 'setSequenceNumbers', numbers)
    this.#numbersOf(connection).set({ incoming, outgoing })
  }

  protected override async starting(): Promise<void> {
    const { logoffAtStop, logoffTimeout } = this.config
    this.#problems.clear()
    const acceptor = await this.#makeAcceptor()
    const listening = await this.#listen(acceptor)
    this.#running = { acceptor, listening }
    this.onStop(async () => {
      this.#running = undefined
      acceptor.close()
      if (logoffAtStop) await acceptor.logoff(logoffTimeout)
      await listening.close()
    })
  }

  async #makeAcceptor(): Promise<Acceptor> {
    const {
      version = FIX_VERSIONS,
      dictionary,
      authenticate = () => undefined,
      sender,
      defaultApplVerID,
      ...config
    } = this.config
    return new Acceptor({
      ...config,
      label: this.label,
      versions: [version].flat(),
      sender,
      defaultApplVerID,
      dictionaries: await loadDictionaries(this.label, dictionary),
      numbers: this.#numbers,
      authenticate,
      note: (error) => this.#problems.add(error),
    })
  }

  async #listen(acceptor: Acceptor): Promise<Listening> {
    const { host, port, tlsConfig } = this.config
    const tls = tlsConfig && (await loadTLS(this.label, 'tlsConfig', tlsConfig))
    const listening = await listenAgain({ port, last: this.#chosenPort }, (asked) =>
      listen({
        label: this.label,
        host,
        port: asked,
        tls,
        connected: (socket) => acceptor.take(socket),
        note: (error) => this.#problems.add(error),
        failed: (error) => this.fail(error),
      }),
    )
    this.#chosenPort = port === 0 ? listening.port : 0
    return listening
  }

  #started(wanted: string): { readonly acceptor: Acceptor; readonly listening: Listening } {
    if (this.#running === undefined) throw notStarted(this.label, this.state, wanted)
    return this.#running
  }

  #source(wanted: string, connection: ConnectionName | undefined): Source {
    const { label, inbox } = this.#started(wanted).acceptor.peer(connection)
    return { label, inbox, problems: this.#problems }
  }

  #numbersOf(connection: ConnectionName | undefined): SessionNumbers {
    const key = nameKey(connection ?? this.#started('sequenceNumbers()').acceptor.peer().name)
    const numbers = this.#numbers.get(key) ?? new SessionNumbers()
    this.#numbers.set(key, numbers)
    return numbers
  }
}
