import {
  type BaseConnectionExtractor,
  Direction,
  Driver,
  type DriverDefaults,
  type DriverOptions,
  type Late,
  late,
  type OptionSchemas,
  poll,
  portNumber,
  type Resolved,
  text,
} from '@testrig/core'
import { errorCode, listenAgain } from '@testrig/sockets'
import * as v from 'valibot'
import { addressOf, isIPv6Endpoint, isTcp, tcpEndpoint } from './address.ts'
import { EndpointExtractor } from './endpoint-extractor.ts'
import { addressInUse, besideEndpoint, listenFailed, noPort } from './errors.ts'
import { isListening } from './is-listening.ts'
import type { ServerPattern, Socket } from './patterns.ts'
import { openSocket } from './socket.ts'
import { type ZMQDefaults, ZMQDriver, type ZMQOptions, zmqOptions } from './zmq-driver.ts'

export interface ZMQServerOptions extends DriverOptions<ZMQServer>, ZMQOptions {
  /** The address, or the name of a network interface, to listen on; `*` is all. @default '127.0.0.1' */
  readonly host?: Late<string> | undefined
  /** The port, from 0 to 65535; 0 lets the system choose one, which restarts keep while it is free. @default 0 */
  readonly port?: Late<number> | undefined
  /** Where to listen instead of `host` and `port`, such as `ipc:///tmp/orders`. @default over TCP */
  readonly endpoint?: Late<string> | undefined
  /** What the socket is for. @default 'PAIR' */
  readonly messagePattern?: ServerPattern | undefined
}

type Defaults = DriverDefaults | ZMQDefaults | 'host' | 'port' | 'messagePattern'

const PATTERNS: readonly ServerPattern[] = ['PAIR', 'REP', 'PUB', 'SUB', 'PUSH', 'PULL', 'ROUTER', 'DEALER']
/** Longest time in milliseconds that a closed socket may take to let go of its port. */
const CLOSE_LIMIT = 1_000

/** A socket of ZeroMQ that others connect to. */
export class ZMQServer extends ZMQDriver {
  static override readonly options: OptionSchemas<ZMQServerOptions> = {
    ...Driver.options,
    ...zmqOptions,
    host: v.optional(late(text('an address')), '127.0.0.1'),
    port: v.optional(late(portNumber()), 0),
    endpoint: v.optional(late(text('an endpoint'))),
    messagePattern: v.optional(v.picklist(PATTERNS, `one of ${PATTERNS.join(', ')}`), 'PAIR'),
  }
  static override readonly earlyAttributes: readonly string[] = [
    ...Driver.earlyAttributes,
    'host',
    'messagePattern',
  ]
  static override readonly EXTRACTORS: readonly BaseConnectionExtractor[] = [
    new EndpointExtractor<ZMQServer>(Direction.LISTENING, (server) =>
      server.isOpen ? [server.endpoint] : [],
    ),
  ]

  declare readonly options: ZMQServerOptions
  declare protected readonly config: Resolved<ZMQServerOptions, Defaults>
  #chosenPort = 0

  /** @throws OPTION_UNKNOWN, OPTION_INVALID */
  constructor(options: ZMQServerOptions = {}) {
    super(options)
    const beside = ['host', 'port'].find((option) => option in options)
    if (options.endpoint !== undefined && beside !== undefined) throw besideEndpoint(this.label, beside)
  }

  /** The host as configured. */
  get host(): string {
    return this.config.host
  }

  /** The port that the server listens on. @throws ZMQ_NO_PORT when its endpoint is none of TCP */
  get port(): number {
    const endpoint = this.#endpoint('port')
    if (!isTcp(endpoint)) throw noPort(this.label, endpoint)
    return addressOf(endpoint).port
  }

  /** What clients connect to, such as `tcp://127.0.0.1:5555`. */
  get endpoint(): string {
    return this.#endpoint('endpoint')
  }

  protected override async starting(): Promise<void> {
    const socket = await this.#listen()
    const endpoint = socket.lastEndpoint as string
    // It is closed by a thread of zeromq, a little later.
    this.onStop(() => closed(endpoint))
    this.begin(this.config)
    this.open(socket, endpoint)
  }

  async #listen(): Promise<Socket> {
    const { endpoint, host, port } = this.config
    if (endpoint !== undefined) return this.#bound(endpoint)
    const socket = await listenAgain({ port, last: this.#chosenPort }, (asked) =>
      this.#bound(tcpEndpoint(host, asked === 0 ? '*' : asked)),
    )
    this.#chosenPort = port === 0 ? addressOf(socket.lastEndpoint as string).port : 0
    return socket
  }

  #bound(endpoint: string): Socket {
    const { messagePattern, highWaterMark } = this.config
    return openSocket({ messagePattern, highWaterMark, ipv6: isIPv6Endpoint(endpoint) }, (socket) => {
      try {
        socket.bindSync(endpoint)
      } catch (error) {
        throw errorCode(error) === 'EADDRINUSE'
          ? addressInUse(this.label, endpoint, error)
          : listenFailed(this.label, endpoint, error)
      }
    })
  }

  #endpoint(wanted: string): string {
    return this.channel(wanted).socket.lastEndpoint as string
  }
}

async function closed(endpoint: string): Promise<void> {
  const limit = AbortSignal.timeout(CLOSE_LIMIT)
  await poll(async () => !(await isListening(endpoint)), limit).catch(() => {}) // Another program may have the port by now.
}
