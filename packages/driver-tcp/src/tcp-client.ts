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
  milliseconds,
  type OptionSchemas,
  Protocol,
  type Resolved,
  text,
  traced,
} from '@testrig/core'
import {
  type ConnectFailure,
  connectSocket,
  formatAddress,
  type LocalInterface,
  localInterfaceSchema,
  microseconds,
} from '@testrig/sockets'
import { type LoadedTLS, loadTLS, type TLSClientConfig, tlsClientSchema } from '@testrig/tls/options'
import * as v from 'valibot'
import { clientCall, type ReceiveOptions, type SendOptions, type TextOptions } from './call-options.ts'
import { Connection, STOPPED } from './connection.ts'
import { connectFailed, connectTimeout, notConnected, notStarted, stoppedMeanwhile } from './errors.ts'

export interface TCPClientOptions extends DriverOptions<TCPClient> {
  /** The name or address of the server. @default '127.0.0.1' */
  readonly host?: Late<string> | undefined
  /** The port of the server, from 1 to 65535. */
  readonly port: Late<number>
  /** The local address and port to connect from. @default chosen by the system */
  readonly interface?: LocalInterface | undefined
  /** Whether the client connects when it starts; if not, connect() does. @default true */
  readonly connectAtStart?: boolean | undefined
  /** Longest time to connect, with the TLS handshake and all attempts, in milliseconds from 1. @default 10000 */
  readonly connectTimeout?: Late<number> | undefined
  /** Whether a refused connection is tried again until the connectTimeout is over. @default false */
  readonly connectRetry?: boolean | undefined
  /** Whether data can still be sent when the peer has ended its side; if not, this side ends too. @default false */
  readonly allowHalfOpen?: boolean | undefined
  /** What TLS needs; `{}` trusts the authorities that Node.js trusts. @default no TLS */
  readonly tls?: Late<TLSClientConfig> | undefined
}

/** A moment and a size, of what was sent. */
export interface SentAt {
  /** Microseconds since the epoch, taken right before sending. */
  readonly timestamp: number
  /** How many bytes were sent. */
  readonly size: number
}

/** A TCP client in this process that a test exchanges data through. */
export class TCPClient extends Driver {
  static override readonly options: OptionSchemas<TCPClientOptions> = {
    ...Driver.options,
    host: v.optional(late(text('a host name or an address')), '127.0.0.1'),
    port: late(integer({ min: 1, max: 65_535 })),
    interface: v.optional(localInterfaceSchema),
    connectAtStart: v.optional(v.boolean('a boolean'), true),
    connectTimeout: v.optional(late(milliseconds({ min: 1 })), 10_000),
    connectRetry: v.optional(v.boolean('a boolean'), false),
    allowHalfOpen: v.optional(v.boolean('a boolean'), false),
    tls: v.optional(late(tlsClientSchema)),
  }
  static override readonly earlyAttributes: readonly string[] = [...Driver.earlyAttributes, 'host', 'port']

  static override readonly EXTRACTORS: readonly BaseConnectionExtractor[] = [
    new ConnectionExtractor(Protocol.TCP, Direction.CONNECTING),
  ]

  declare readonly options: TCPClientOptions
  declare protected readonly config: Resolved<
    TCPClientOptions,
    'host' | 'connectAtStart' | 'connectTimeout' | 'connectRetry' | 'allowHalfOpen' | DriverDefaults
  >
  #life: AbortController | undefined
  #target: { readonly host: string; readonly port: number } | undefined
  #connection: Connection | undefined
  #connecting: Promise<void> | undefined

  /** @throws OPTION_UNKNOWN, OPTION_INVALID */
  constructor(options: TCPClientOptions) {
    super(options)
  }

  /** The host of the server. */
  get host(): string {
    return this.#target?.host ?? this.config.host
  }

  /** The port of the server. */
  get port(): number {
    return this.#target?.port ?? this.config.port
  }

  /** The local address of the connection. */
  get localHost(): string {
    return this.#current('localHost').localHost
  }

  /** The local port of the connection. */
  get localPort(): number {
    return this.#current('localPort').localPort
  }

  /** Whether data can be exchanged now. */
  get connected(): boolean {
    return this.#connection?.open ?? false
  }

  /**
   * Connects, unless the client is connected; context values for host and port give what they stand for now.
   *
   * @throws TCP_CONNECT_FAILED, TCP_TIMEOUT, TCP_NOT_STARTED also when the driver stops meanwhile
   */
  async connect(): Promise<void> {
    const life = this.#alive('connect()')
    if (!this.connected) await traced(this.#connectOnce(life.signal))
  }

  /** Closes the connection if there is one, and connects again. @throws as connect() */
  async reconnect(): Promise<void> {
    await this.close()
    await this.connect()
  }

  /** Closes the connection, if there is one, when what was sent is on its way. What has arrived can still be received. */
  async close(): Promise<void> {
    await this.#connecting?.catch(() => {})
    await this.#connection?.close('close() was called')
  }

  /**
   * Sends bytes, or a string as UTF-8; resolves when the system has taken them.
   *
   * @throws TCP_CONNECTION_CLOSED, TCP_TIMEOUT, TCP_NO_CONNECTION, TCP_NOT_STARTED
   */
  async send(data: string | Uint8Array, options: SendOptions = {}): Promise<void> {
    const call = clientCall(this.label, 'send', options)
    await traced(this.#current('send()').send(data, call))
  }

  /** Sends as send() does, and says when and how much. @throws as send() */
  async sendTimestamped(data: string | Uint8Array, options: SendOptions = {}): Promise<SentAt> {
    const call = clientCall(this.label, 'sendTimestamped', options)
    const timestamp = microseconds()
    await traced(this.#current('sendTimestamped()').send(data, call))
    return { timestamp, size: Buffer.byteLength(data) }
  }

  /** Sends text in an encoding. @throws as send() */
  async sendText(text: string, options: SendOptions & TextOptions = {}): Promise<void> {
    const call = clientCall(this.label, 'sendText', options)
    await traced(this.#current('sendText()').sendText(text, call))
  }

  /**
   * Receives `size` bytes, or all up to and including `until`, or what is there: at least one byte. Calls made while one
   * waits are served after it. What arrived before the peer closed can still be received.
   *
   * @throws TCP_TIMEOUT, TCP_CONNECTION_CLOSED, TCP_NO_CONNECTION, TCP_NOT_STARTED
   */
  async receive(options: ReceiveOptions = {}): Promise<Buffer> {
    const call = clientCall(this.label, 'receive', options)
    return traced(this.#current('receive()').receive(call))
  }

  /** Receives text in an encoding; `size` counts bytes. @throws as receive() */
  async receiveText(options: ReceiveOptions & TextOptions = {}): Promise<string> {
    const call = clientCall(this.label, 'receiveText', options)
    return traced(this.#current('receiveText()').receiveText(call))
  }

  protected override async starting(): Promise<void> {
    const life = new AbortController()
    this.#life = life
    this.#target = undefined
    this.onStop(async () => {
      this.#life = undefined
      life.abort(stoppedMeanwhile(this.label, 'connect()'))
      await this.#connecting?.catch(() => {})
      await this.#connection?.close(STOPPED)
      this.#connection = undefined
    })
    if (this.config.connectAtStart) await this.#connectOnce(AbortSignal.any([life.signal, this.signal]))
  }

  #connectOnce(signal: AbortSignal): Promise<void> {
    this.#connecting ??= this.#connect(signal).finally(() => {
      this.#connecting = undefined
    })
    return this.#connecting
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const { connectTimeout, connectRetry, allowHalfOpen, tls, interface: local } = this.config
    const target = await this.#resolveTarget()
    const options = {
      ...target,
      localHost: local?.host,
      localPort: local?.port,
      allowHalfOpen,
      tls: tls && (await loadTLS(this.label, 'tls', tls)),
      timeout: connectTimeout,
      retry: connectRetry,
    }
    const socket = await connectSocket(options, this.#connectFailure(options.tls), signal)
    const label = `${this.label}: the connection to ${formatAddress(target.host, target.port)}`
    this.#target = target
    this.#connection = new Connection(socket, {
      label,
      advice: 'reconnect() makes another one.',
      tls: options.tls,
    })
  }

  #connectFailure(tls: LoadedTLS | undefined): ConnectFailure {
    return {
      failed: (address, cause) => connectFailed(this.label, address, cause, tls?.problemOf(cause)),
      timedOut: (address, milliseconds, last) =>
        connectTimeout(this.label, address, { milliseconds, speaksTLS: tls !== undefined }, last),
    }
  }

  /** A server that was restarted may have another port than the one known when this driver started. */
  async #resolveTarget(): Promise<{ host: string; port: number }> {
    const [host, port] = await Promise.all([
      this.resolve(this.options.host ?? this.config.host),
      this.resolve(this.options.port),
    ])
    return { host, port: Number(port) }
  }

  #alive(wanted: string): AbortController {
    if (this.#life === undefined) throw notStarted(this.label, this.state, wanted)
    return this.#life
  }

  #current(wanted: string): Connection {
    this.#alive(wanted)
    if (this.#connection === undefined) throw notConnected(this.label, formatAddress(this.host, this.port))
    return this.#connection
  }
}
