import type { TestrigError } from '@testrig/core'
import { type EncodedResponse, encodeResponse } from './encoded-response.ts'
import { handlerFailed, type Origin, receiveTimeout, unanswered } from './errors.ts'
import { Mailbox } from './mailbox.ts'
import type { MockHandler, MockReply, MockResponse, Routes } from './mock-response.ts'
import type { ReceivedRequest } from './received-request.ts'
import { filterText, type RequestFilter, requestFilter } from './request-filter.ts'
import { type Found, RouteTable } from './route-table.ts'

export interface MockServiceOptions {
  readonly routes: Routes
  readonly handler: MockHandler | undefined
  /** How long a request that nothing answers waits for a response, in milliseconds. */
  readonly responseTimeout: number
}

interface QueuedResponse {
  readonly response: EncodedResponse
  /** Whether it was queued for some requests only: then it comes before the routes. */
  readonly filtered: boolean
  wanted(request: ReceivedRequest): boolean
}

/** What `receive` gives: a request, or the error of its handler. */
interface Arrival {
  readonly request: ReceivedRequest
  readonly error?: TestrigError
}

/** Records requests and decides what answers them; knows no sockets. */
export class MockService {
  readonly #origin: Origin
  readonly #options: MockServiceOptions
  readonly #routes: RouteTable
  readonly #queue = new Mailbox<QueuedResponse>()
  readonly #inbox = new Mailbox<Arrival>()
  #requests: ReceivedRequest[] = []
  #errors: TestrigError[] = []

  /** @throws HTTP_ROUTE_INVALID, HTTP_RESPONSE_INVALID */
  constructor(origin: Origin, options: MockServiceOptions) {
    this.#origin = origin
    this.#options = options
    this.#routes = new RouteTable(origin)
    const { routes } = options
    const all = (Array.isArray(routes) ? routes : Object.entries(routes)) as [string, MockReply][]
    for (const [route, reply] of all) this.route(route, reply)
  }

  get requests(): readonly ReceivedRequest[] {
    return [...this.#requests]
  }

  get errors(): readonly TestrigError[] {
    return [...this.#errors]
  }

  find(method: string, path: string): Found | undefined {
    return this.#routes.find(method, path)
  }

  route(route: string, reply: MockReply): void {
    if (typeof reply !== 'function') encodeResponse(this.#origin, reply, `the response of ${route}`)
    this.#routes.add(route, reply)
  }

  removeRoute(route: string): void {
    this.#routes.remove(route)
  }

  respond(response: MockResponse, filter: RequestFilter): void {
    this.#queue.put({
      response: encodeResponse(this.#origin, response),
      filtered: filter.method !== undefined || filter.path !== undefined,
      wanted: requestFilter(this.#origin, filter),
    })
  }

  /** Records a request and gives its answer. @throws HTTP_UNANSWERED, HTTP_HANDLER_FAILED */
  async answer(
    request: ReceivedRequest,
    route: Found | undefined,
    signal: AbortSignal,
  ): Promise<EncodedResponse> {
    this.#requests.push(request)
    this.#inbox.put({ request })
    const queued = this.#queue.poll(
      ({ filtered, wanted }) => (filtered || route === undefined) && wanted(request),
    )
    if (queued !== undefined) return queued.response
    const reply = route?.reply ?? this.#options.handler
    if (typeof reply === 'function') return this.#handle(reply, request)
    if (reply !== undefined) return encodeResponse(this.#origin, reply)
    const timeout = this.#options.responseTimeout
    const late = () => unanswered(this.#origin, request.title, timeout)
    const later = await this.#queue.take(({ wanted }) => wanted(request), { timeout, signal, late })
    return later.response
  }

  async receive(filter: RequestFilter, timeout: number): Promise<ReceivedRequest> {
    const wanted = requestFilter(this.#origin, filter)
    const late = () => receiveTimeout(this.#origin, filterText(filter), timeout, this.#seen())
    const arrival = await this.#inbox.take(({ request }) => wanted(request), { timeout, late })
    if (arrival.error !== undefined) throw arrival.error
    return arrival.request
  }

  /** Keeps what went wrong with a request; `receive` reports the failure of a handler. */
  note(error: TestrigError, request?: ReceivedRequest): void {
    this.#errors.push(error)
    if (request !== undefined && error.code === 'HTTP_HANDLER_FAILED') this.#inbox.put({ request, error })
  }

  /** Forgets requests, queued responses and errors. */
  flush(): void {
    this.#requests = []
    this.#errors = []
    this.#inbox.clear()
    this.#queue.clear()
  }

  /** Fails all that wait for a request. */
  close(error: Error): void {
    this.#inbox.fail(error)
  }

  async #handle(handler: MockHandler, request: ReceivedRequest): Promise<EncodedResponse> {
    try {
      return encodeResponse(this.#origin, await handler(request), 'its response')
    } catch (error) {
      throw handlerFailed(this.#origin, request.title, error)
    }
  }

  #seen(): string {
    if (this.#requests.length === 0) return 'None arrived at all.'
    const titles = this.#requests.slice(-10).map(({ title }) => title)
    const more = this.#requests.length - titles.length
    return `Arrived so far: ${more > 0 ? `${more} more, ` : ''}${titles.join(', ')}.`
  }
}
