import {
  type BaseConnectionExtractor,
  Direction,
  Driver,
  type DriverDefaults,
  type DriverOptions,
  integer,
  type Late,
  late,
  type OptionSchemas,
  type Resolved,
  text,
} from '@testrig/core'
import * as v from 'valibot'
import { isIPv6Endpoint, tcpEndpoint } from './address.ts'
import { EndpointExtractor } from './endpoint-extractor.ts'
import {
  closedMeanwhile,
  connectFailed,
  hostsWithoutPorts,
  noAddress,
  notForPattern,
  notStarted,
} from './errors.ts'
import type { ClientPattern, Socket } from './patterns.ts'
import { openSocket } from './socket.ts'
import { type ZMQDefaults, ZMQDriver, type ZMQOptions, zmqOptions } from './zmq-driver.ts'

export interface ZMQClientOptions extends DriverOptions<ZMQClient>, ZMQOptions {
  /** The ports of the servers to connect to, each from 1 to 65535. @default [] */
  readonly ports?: readonly Late<number>[] | undefined
  /** The host of each of the ports. @default 127.0.0.1 for all */
  readonly hosts?: readonly Late<string>[] | undefined
  /** Further servers by endpoint, such as `tcp://127.0.0.1:5555` or `ipc:///tmp/orders`. @default [] */
  readonly endpoints?: readonly Late<string>[] | undefined
  /** What the socket is for. @default 'PAIR' */
  readonly messagePattern?: ClientPattern | undefined
  /** What a ROUTER knows a REQ or DEALER socket by, of 1 to 255 bytes. @default chosen by the ROUTER */
  readonly routingId?: Late<string> | undefined
  /** Whether the client connects when it starts; if not, connect() does. @default true */
  readonly connectAtStart?: boolean | undefined
}

type Defaults = DriverDefaults | ZMQDefaults | 'ports' | 'endpoints' | 'messagePattern' | 'connectAtStart'

interface Target {
  readonly hosts: readonly string[]
  readonly ports: readonly number[]
  readonly endpoints: readonly string[]
}

const PATTERNS: readonly ClientPattern[] = ['PAIR', 'REQ', 'PUB', 'SUB', 'PUSH', 'PULL', 'ROUTER', 'DEALER']
const HAVE_ROUTING_ID: readonly ClientPattern[] = ['REQ', 'DEALER']
const id = 'a text of 1 to 255 bytes'
const routingId = v.pipe(
  v.string(id),
  v.check((text) => text !== '' && Buffer.byteLength(text) <= 255, id),
) as unknown as ReturnType<typeof text>

/** A socket of ZeroMQ that connects to one or more servers. */
export class ZMQClient extends ZMQDriver {
  static override readonly options: OptionSchemas<ZMQClientOptions> = {
    ...Driver.options,
    ...zmqOptions,
    ports: v.optional(v.array(late(integer({ min: 1, max: 65_535 })), 'an array of ports'), []),
    hosts: v.optional(v.array(late(text('a host name or an address')), 'an array of hosts')),
    endpoints: v.optional(v.array(late(text('an endpoint')), 'an array of endpoints'), []),
    messagePattern: v.optional(v.picklist(PATTERNS, `one of ${PATTERNS.join(', ')}`), 'PAIR'),
    routingId: v.optional(late(routingId)),
    connectAtStart: v.optional(v.boolean('a boolean'), true),
  }
  static override readonly earlyAttributes: readonly string[] = [...Driver.earlyAttributes, 'messagePattern']
  static override readonly EXTRACTORS: readonly BaseConnectionExtractor[] = [
    new EndpointExtractor<ZMQClient>(Direction.CONNECTING, (client) =>
      client.connected ? client.endpoints : [],
    ),
  ]

  declare readonly options: ZMQClientOptions
  declare protected readonly config: Resolved<ZMQClientOptions, Defaults>
  #target: Target | undefined
  #connecting: Promise<void> | undefined

  /** @throws OPTION_UNKNOWN, OPTION_INVALID */
  constructor(options: ZMQClientOptions) {
    super(options)
    const { hosts, ports = [], endpoints = [], messagePattern = 'PAIR' } = this.options
    if (ports.length + endpoints.length === 0) throw noAddress(this.label)
    if (hosts !== undefined && hosts.length !== ports.length)
      throw hostsWithoutPorts(this.label, hosts.length, ports.length)
    if (this.options.routingId !== undefined && !HAVE_ROUTING_ID.includes(messagePattern))
      throw notForPattern(this.label, 'routingId', messagePattern, HAVE_ROUTING_ID.join(' and '))
  }

  /** The hosts of the ports. */
  get hosts(): readonly string[] {
    return this.#known('hosts').hosts
  }

  /** The ports of the servers. */
  get ports(): readonly number[] {
    return this.#known('ports').ports
  }

  /** All that it connects to, such as `tcp://127.0.0.1:5555`. */
  get endpoints(): readonly string[] {
    return this.#known('endpoints').endpoints
  }

  /** Whether it has a socket that connects to the servers; ZeroMQ connects again when a server comes later. */
  get connected(): boolean {
    return this.isOpen
  }

  /**
   * Connects, unless the client is connected; context values give what they stand for now.
   *
   * @throws ZMQ_CONNECT_FAILED when an endpoint is none, ZMQ_NOT_STARTED, ZMQ_CLOSED
   */
  async connect(): Promise<void> {
    if (!this.isRunning) throw notStarted(this.label, this.state, 'connect()')
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined
    })
    await this.#connecting
  }

  /** Closes the socket; what was not sent or received is dropped. */
  async disconnect(): Promise<void> {
    await this.#connecting?.catch(() => {})
    this.close('the client was disconnected')
  }

  /** Disconnects, and connects to where the servers are now; subscriptions stay. @throws as connect() */
  async reconnect(): Promise<void> {
    await this.disconnect()
    await this.connect()
  }

  protected override async starting(): Promise<void> {
    this.#target = targetOf(this.config)
    this.onStop(async () => {
      await this.#connecting?.catch(() => {})
      this.#target = undefined
    })
    this.begin(this.config)
    if (this.config.connectAtStart) await this.connect()
  }

  async #connect(): Promise<void> {
    if (this.connected) return
    const target = await this.#resolveTarget()
    if (!this.isRunning) throw closedMeanwhile(this.label, 'the driver was stopped')
    const { messagePattern, highWaterMark, routingId } = this.config
    const ipv6 = target.endpoints.some(isIPv6Endpoint)
    const socket = openSocket({ messagePattern, highWaterMark, routingId, ipv6 }, (opened) => {
      for (const endpoint of target.endpoints) this.#attach(opened, endpoint)
    })
    this.#target = target
    this.open(socket, target.endpoints.join(', '))
  }

  /** A server that was restarted may have another port than the one known when this driver started. */
  async #resolveTarget(): Promise<Target> {
    const { hosts, ports = [], endpoints = [] } = this.options
    return targetOf({
      hosts: hosts && (await Promise.all(hosts.map((host) => this.resolve(host)))),
      ports: (await Promise.all(ports.map((port) => this.resolve(port)))).map(Number),
      endpoints: await Promise.all(endpoints.map((endpoint) => this.resolve(endpoint))),
    })
  }

  #attach(socket: Socket, endpoint: string): void {
    try {
      socket.connect(endpoint)
    } catch (error) {
      throw connectFailed(this.label, endpoint, error)
    }
  }

  #known(wanted: string): Target {
    if (this.#target === undefined) throw notStarted(this.label, this.state, wanted)
    return this.#target
  }
}

function targetOf({
  hosts,
  ports,
  endpoints,
}: {
  readonly hosts?: readonly string[] | undefined
  readonly ports: readonly number[]
  readonly endpoints: readonly string[]
}): Target {
  const all = hosts ?? ports.map(() => '127.0.0.1')
  const tcp = ports.map((port, index) => tcpEndpoint(all[index] as string, port))
  return { hosts: all, ports, endpoints: [...tcp, ...endpoints] }
}
