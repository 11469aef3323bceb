import {
  type BaseConnectionExtractor,
  ConnectionExtractor,
  Direction,
  Driver,
  type DriverDefaults,
  type DriverOptions,
  func,
  integer,
  type Late,
  late,
  milliseconds,
  type OptionSchemas,
  Protocol,
  portNumber,
  type Resolved,
  type TestrigError,
  text,
  traced,
} from '@testrig/core'
import { checkCall } from '@testrig/sockets'
import { type TLSServerConfig, tlsServerSchema } from '@testrig/tls/options'
import * as v from 'valibot'
import { reachableHost, urlOf } from './address.ts'
import { filterSchema, type ReceiveRequestOptions, receiveRequestSchema } from './call-options.ts'
import { notStarted, type Origin, serverFailed, stopped } from './errors.ts'
import type { Listener } from './listener.ts'
import {
  type MockHandler,
  type MockReply,
  type MockResponse,
  type Routes,
  routesSchema,
} from './mock-response.ts'
import type { MockService } from './mock-service.ts'
import type { ReceivedRequest } from './received-request.ts'
import type { RequestFilter } from './request-filter.ts'

export interface HTTPServerOptions extends DriverOptions<HTTPServer> {
  /** Address to listen on. @default '127.0.0.1' */
  readonly host?: Late<string> | undefined
  /** Port to listen on, 0 to 65535; with 0 the system chooses, and a restart takes the same one if it is free. @default 0 */
  readonly port?: Late<number> | undefined
  /** What answers requests for a route such as `GET /orders/:id`; the most specific route wins. @default {} */
  readonly routes?: Routes | undefined
  /** Answers requests that neither a queued response nor a route answers. @default none */
  readonly handler?: MockHandler | undefined
  /** How long a request that nothing answers waits for `respond`, in milliseconds, before it gets a 500. @default 3000 */
  readonly responseTimeout?: Late<number> | undefined
  /** Longest body of a request, in bytes; a longer one gets a 413. @default 67108864 */
  readonly maxBodySize?: Late<number> | undefined
  /** Speaks HTTPS with this key and certificate. @default no TLS */
  readonly tls?: Late<TLSServerConfig> | undefined
}

type Defaults = 'host' | 'port' | 'routes' | 'responseTimeout' | 'maxBodySize' | DriverDefaults

/** An HTTP server that answers what the test says and keeps what it was asked. */
export class HTTPServer extends Driver {
  static override readonly options: OptionSchemas<HTTPServerOptions> = {
    ...Driver.options,
    host: v.optional(late(text('an address')), '127.0.0.1'),
    port: v.optional(late(portNumber()), 0),
    routes: v.optional(routesSchema, {}),
    handler: v.optional(func<MockHandler>('a function that takes a request and gives a response')),
    responseTimeout: v.optional(late(milliseconds()), 3_000),
    maxBodySize: v.optional(late(integer()), 64 * 1024 * 1024),
    tls: v.optional(late(tlsServerSchema)),
  }
  static override readonly earlyAttributes: readonly string[] = [...Driver.earlyAttributes, 'host']

  static override readonly EXTRACTORS: readonly BaseConnectionExtractor[] = [
    new ConnectionExtractor(Protocol.TCP, Direction.LISTENING),
  ]

  declare readonly options: HTTPServerOptions
  declare protected readonly config: Resolved<HTTPServerOptions, Defaults>
  #service: MockService | undefined
  #listener: Listener | undefined
  #port = 0

  /** @throws OPTION_UNKNOWN, OPTION_INVALID */
  constructor(options: HTTPServerOptions = {}) {
    super(options)
  }

  /** The address that the server listens on. */
  get host(): string {
    return this.config.host
  }

  /** The port that the server listens on. @throws HTTP_NOT_STARTED when the system is yet to choose it */
  get port(): number {
    return this.#portFor('port')
  }

  /** Where clients on this machine reach the server, such as `http://127.0.0.1:1234`. @throws HTTP_NOT_STARTED */
  get url(): string {
    return urlOf(
      this.options.tls === undefined ? 'http' : 'https',
      reachableHost(this.host),
      this.#portFor('url'),
    )
  }

  /** How many connections are open now. */
  get connections(): number {
    return this.#listener?.connections ?? 0
  }

  /**
   * Queues a response: it answers, once, the next request that the filter means, routes notwithstanding; without a
   * filter, the next request that has no route. Requests that wait are answered in the order of their arrival.
   *
   * @throws HTTP_RESPONSE_INVALID, HTTP_ROUTE_INVALID, OPTION_INVALID, HTTP_NOT_STARTED
   */
  respond(response: MockResponse, filter: RequestFilter = {}): void {
    const wanted = checkCall(this.label, 'respond', filterSchema, filter)
    this.#started('respond()').respond(response, wanted)
  }

  /** Adds a route until the server stops, in the place of the same one. @throws HTTP_ROUTE_INVALID, HTTP_RESPONSE_INVALID, HTTP_NOT_STARTED */
  route(route: string, reply: MockReply): void {
    this.#started('route()').route(route, reply)
  }

  /** Removes a route until the server stops. @throws HTTP_ROUTE_UNKNOWN, HTTP_NOT_STARTED */
  removeRoute(route: string): void {
    this.#started('removeRoute()').removeRoute(route)
  }

  /**
   * Gives each request once, in the order of arrival, and waits for it; it may not have been answered yet.
   *
   * @throws HTTP_RECEIVE_TIMEOUT with what did arrive
   * @throws HTTP_HANDLER_FAILED, once for each failure of a handler, after its request was given
   * @throws OPTION_INVALID, HTTP_STOPPED, HTTP_NOT_STARTED
   */
  async receive<T = unknown>(options: ReceiveRequestOptions = {}): Promise<ReceivedRequest<T>> {
    const { timeout, ...filter } = checkCall(this.label, 'receive', receiveRequestSchema, options)
    return (await traced(this.#started('receive()').receive(filter, timeout))) as ReceivedRequest<T>
  }

  /** All requests since the start, or since `flush()`. */
  requests(): readonly ReceivedRequest[] {
    return this.#service?.requests ?? []
  }

  /** What went wrong with requests since the start, or since `flush()`: handlers that threw, requests that nothing answered. */
  errors(): readonly TestrigError[] {
    return this.#service?.errors ?? []
  }

  /** Forgets requests, errors and queued responses; routes stay. */
  flush(): void {
    this.#service?.flush()
  }

  protected override async starting(): Promise<void> {
    const { startMockServer } = await import('./mock-server.ts') // Loaded by who starts a server, not by who declares one.
    const { host, port, routes, handler, responseTimeout, maxBodySize, tls } = this.config
    const origin = this.#origin
    const server = await startMockServer(origin, {
      host,
      port,
      lastPort: this.#port,
      routes: routes as Routes,
      handler,
      responseTimeout,
      maxBodySize,
      tls,
    })
    this.onStop(() => server.listener.close())
    server.listener.server.on('error', (error) => this.fail(serverFailed(origin, error)))
    this.#listener = server.listener
    this.#service = server.service
    this.#port = server.listener.port
    this.onStop(() => {
      this.#listener = undefined
      server.service.close(stopped(origin, 'receive()'))
    })
  }

  #portFor(attribute: string): number {
    if (this.#port !== 0) return this.#port
    if (this.config.port !== 0) return this.config.port
    throw notStarted(this.#origin, attribute, this.state)
  }

  #started(what: string): MockService {
    if (this.#listener === undefined || this.#service === undefined)
      throw notStarted(this.#origin, what, this.state)
    return this.#service
  }

  get #origin(): Origin {
    return { label: this.label, name: this.name }
  }
}
