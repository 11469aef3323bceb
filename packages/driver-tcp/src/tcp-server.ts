import {
  type BaseConnectionExtractor,
  ConnectionExtractor,
  Direction,
  Driver,
  type DriverDefaults,
  type DriverOptions,
  integer,
  type Late,
  late,
  type OptionSchemas,
  Protocol,
  portNumber,
  type Resolved,
  text,
  traced,
} from '@testrig/core'
import { formatAddress, listenAgain } from '@testrig/sockets'
import { loadTLS, type TLSServerConfig, tlsServerSchema } from '@testrig/tls/options'
import * as v from 'valibot'
import {
  type AcceptOptions,
  acceptCall,
  type ConnectionChoice,
  type ReceiveOptions,
  type SendOptions,
  serverCall,
  type TextOptions,
} from './call-options.ts'
import { notStarted } from './errors.ts'
import { type Listener, listen } from './listener.ts'

export interface TCPServerOptions extends DriverOptions<TCPServer> {
  /** The address, or the name of one, to listen on; `::` and `0.0.0.0` are all. @default '127.0.0.1' */
  readonly host?: Late<string> | undefined
  /** The port, from 0 to 65535; 0 lets the system choose one, which restarts keep while it is free. @default 0 */
  readonly port?: Late<number> | undefined
  /** How many connections may wait to be taken by this process, from 1; the system may allow fewer. @default 511 */
  readonly backlog?: Late<number> | undefined
  /** Whether data can still be sent when the peer has ended its side; if not, this side ends too. @default false */
  readonly allowHalfOpen?: boolean | undefined
  /** Key and certificate for TLS, and whether clients must have a certificate. @default no TLS */
  readonly tls?: Late<TLSServerConfig> | undefined
}

/** A TCP server in this process that a test accepts connections on, and exchanges data with their clients. */
export class TCPServer extends Driver {
  static override readonly options: OptionSchemas<TCPServerOptions> = {
    ...Driver.options,
    host: v.optional(late(text('a host name or an address')), '127.0.0.1'),
    port: v.optional(late(portNumber()), 0),
    backlog: v.optional(late(integer({ min: 1, max: 65_535 })), 511),
    allowHalfOpen: v.optional(v.boolean('a boolean'), false),
    tls: v.optional(late(tlsServerSchema)),
  }
  static override readonly earlyAttributes: readonly string[] = [...Driver.earlyAttributes, 'host']

  static override readonly EXTRACTORS: readonly BaseConnectionExtractor[] = [
    new ConnectionExtractor(Protocol.TCP, Direction.LISTENING),
  ]

  declare readonly options: TCPServerOptions
  declare protected readonly config: Resolved<
    TCPServerOptions,
    'host' | 'port' | 'backlog' | 'allowHalfOpen' | DriverDefaults
  >
  #listener: Listener | undefined
  #chosenPort = 0

  /** @throws OPTION_UNKNOWN, OPTION_INVALID */
  constructor(options: TCPServerOptions = {}) {
    super(options)
  }

  /** The host as configured. */
  get host(): string {
    return this.config.host
  }

  /** The port that the server listens on. */
  get port(): number {
    return this.#listening('port').port
  }

  /** `host:port`, with an IPv6 address in brackets. */
  get address(): string {
    return formatAddress(this.host, this.#listening('address').port)
  }

  /** How many connections are open, accepted by the test or not. */
  get connections(): number {
    return this.#listening('connections').active
  }

  /**
   * Waits for the next client and gives the number of its connection: 0 for the first, then 1, …
   *
   * @throws TCP_TIMEOUT when none came in time, TCP_NOT_STARTED also when the driver stops meanwhile
   */
  async acceptConnection(options: AcceptOptions = {}): Promise<number> {
    const { timeout } = acceptCall(this.label, options)
    return traced(this.#listening('acceptConnection()').accept(timeout))
  }

  /**
   * Closes a connection when what was sent is on its way; the one accepted last unless a number is given.
   *
   * @throws TCP_NO_CONNECTION, TCP_NOT_STARTED
   */
  async closeConnection(connection?: number): Promise<void> {
    await this.#listening('closeConnection()').connection(connection).close('closeConnection() was called')
  }

  /**
   * Sends bytes, or a string as UTF-8; resolves when the system has taken them.
   *
   * @throws TCP_CONNECTION_CLOSED, TCP_TIMEOUT, TCP_NO_CONNECTION, TCP_NOT_STARTED
   */
  async send(data: string | Uint8Array, options: SendOptions & ConnectionChoice = {}): Promise<void> {
    const { connection, ...call } = serverCall(this.label, 'send', options)
    await traced(this.#listening('send()').connection(connection).send(data, call))
  }

  /** Sends text in an encoding. @throws as send() */
  async sendText(text: string, options: SendOptions & TextOptions & ConnectionChoice = {}): Promise<void> {
    const { connection, ...call } = serverCall(this.label, 'sendText', options)
    await traced(this.#listening('sendText()').connection(connection).sendText(text, call))
  }

  /**
   * Receives `size` bytes, or all up to and including `until`, or what is there: at least one byte. Calls made while one
   * waits are served after it. What arrived before the peer closed can still be received.
   *
   * @throws TCP_TIMEOUT, TCP_CONNECTION_CLOSED, TCP_NO_CONNECTION, TCP_NOT_STARTED
   */
  async receive(options: ReceiveOptions & ConnectionChoice = {}): Promise<Buffer> {
    const { connection, ...call } = serverCall(this.label, 'receive', options)
    return traced(this.#listening('receive()').connection(connection).receive(call))
  }

  /** Receives text in an encoding; `size` counts bytes. @throws as receive() */
  async receiveText(options: ReceiveOptions & TextOptions & ConnectionChoice = {}): Promise<string> {
    const { connection, ...call } = serverCall(this.label, 'receiveText', options)
    return traced(this.#listening('receiveText()').connection(connection).receiveText(call))
  }

  protected override async starting(): Promise<void> {
    const listener = await this.#listen()
    this.#listener = listener
    this.onStop(async () => {
      this.#listener = undefined
      await listener.close()
    })
  }

  async #listen(): Promise<Listener> {
    const { host, port, backlog, allowHalfOpen, tls: config } = this.config
    const tls = config && (await loadTLS(this.label, 'tls', config))
    const onFailure = (error: Error) => this.fail(error)
    const listener = await listenAgain({ port, last: this.#chosenPort }, (asked) =>
      listen(this.label, { host, port: asked, backlog, allowHalfOpen, tls, onFailure }),
    )
    this.#chosenPort = port === 0 ? listener.port : 0
    return listener
  }

  #listening(wanted: string): Listener {
    if (this.#listener === undefined) throw notStarted(this.label, this.state, wanted)
    return this.#listener
  }
}
