import {
  type BaseConnectionExtractor,
  Driver,
  type DriverDefaults,
  type OptionSchemas,
  type Resolved,
  traced,
} from '@testrig/core'
import { checkCall } from '@testrig/sockets'
import { type ReceiveResponseOptions, receiveResponseSchema } from './call-options.ts'
import {
  baseUrl,
  checkTarget,
  clientOptions,
  type HTTPClientOptions,
  hasEarlyTarget,
} from './client-options.ts'
import type { ClientSession } from './client-session.ts'
import { notStarted, type Origin } from './errors.ts'
import type { HTTPResponse } from './http-response.ts'
import { forgetRequests, noteRequest, RequestExtractor } from './request-extractor.ts'
import type { RequestOptions } from './request-options.ts'
import type { SentRequest } from './sent-request.ts'

type Defaults = 'headers' | 'timeout' | 'maxRedirects' | 'keepAlive' | DriverDefaults

/** An HTTP client for one server: asks and waits, or sends and receives later. */
export class HTTPClient extends Driver {
  static override readonly options: OptionSchemas<HTTPClientOptions> = clientOptions
  static override readonly earlyAttributes: readonly string[] = [
    ...Driver.earlyAttributes,
    'host',
    'port',
    'url',
  ]
  static override readonly EXTRACTORS: readonly BaseConnectionExtractor[] = [new RequestExtractor()]

  declare readonly options: HTTPClientOptions
  declare protected readonly config: Resolved<HTTPClientOptions, Defaults>
  #session: ClientSession | undefined

  /** @throws OPTION_UNKNOWN, OPTION_INVALID, HTTP_TARGET_INVALID */
  constructor(options: HTTPClientOptions) {
    super(options)
    checkTarget(this.label, this.options)
  }

  /** Host of the server. */
  get host(): string {
    return baseUrl(this.config).hostname.replace(/^\[|\]$/g, '')
  }

  /** Port of the server. */
  get port(): number {
    const { port, protocol } = baseUrl(this.config)
    return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
  }

  /** What the paths of requests are added to, without a slash at its end. */
  get url(): string {
    return baseUrl(this.config).href.replace(/\/$/, '')
  }

  /**
   * Sends a request and gives its answer, whatever its status is.
   *
   * @throws HTTP_REQUEST_FAILED, HTTP_TIMEOUT, HTTP_TOO_MANY_REDIRECTS, HTTP_CANCELLED, HTTP_STOPPED
   * @throws HTTP_METHOD_UNKNOWN, HTTP_REQUEST_INVALID, HTTP_NOT_STARTED
   */
  async request<T = unknown>(
    method: string,
    path: string,
    options: RequestOptions = {},
  ): Promise<HTTPResponse<T>> {
    const sent = this.#started('request()').dispatch(method, path, options)
    noteRequest(this)
    return (await traced(sent.response)) as HTTPResponse<T>
  }

  get<T = unknown>(path: string, options?: RequestOptions): Promise<HTTPResponse<T>> {
    return this.request('GET', path, options)
  }

  head(path: string, options?: RequestOptions): Promise<HTTPResponse> {
    return this.request('HEAD', path, options)
  }

  post<T = unknown>(path: string, options?: RequestOptions): Promise<HTTPResponse<T>> {
    return this.request('POST', path, options)
  }

  put<T = unknown>(path: string, options?: RequestOptions): Promise<HTTPResponse<T>> {
    return this.request('PUT', path, options)
  }

  patch<T = unknown>(path: string, options?: RequestOptions): Promise<HTTPResponse<T>> {
    return this.request('PATCH', path, options)
  }

  delete<T = unknown>(path: string, options?: RequestOptions): Promise<HTTPResponse<T>> {
    return this.request('DELETE', path, options)
  }

  /**
   * Sends a request and does not wait; its answer or error comes by `receive`, and by the `response` of what is given.
   *
   * @throws HTTP_METHOD_UNKNOWN, HTTP_REQUEST_INVALID, HTTP_NOT_STARTED
   */
  send(method: string, path: string, options: RequestOptions = {}): SentRequest {
    const sent = this.#started('send()').send(method, path, options)
    noteRequest(this)
    return sent
  }

  /**
   * Gives the answers of what `send` has sent, each once, in the order in which they end; `answer.request` tells which it is.
   *
   * @throws what ended the request without an answer, HTTP_RECEIVE_TIMEOUT with what is under way, OPTION_INVALID, HTTP_STOPPED, HTTP_NOT_STARTED
   */
  async receive<T = unknown>(options: ReceiveResponseOptions = {}): Promise<HTTPResponse<T>> {
    const { timeout } = checkCall(this.label, 'receive', receiveResponseSchema, options)
    return (await traced(this.#started('receive()').receive(timeout))) as HTTPResponse<T>
  }

  /** Cancels what `send` has sent and drops what `receive` has not given. */
  flush(): void {
    this.#session?.flush()
  }

  protected override async starting(): Promise<void> {
    const { openSession } = await import('./client-session.ts') // Loaded by who starts a client, not by who declares one.
    const { headers, timeout, maxRedirects, keepAlive, tls } = this.config
    const options = { url: this.url, headers, timeout, maxRedirects, keepAlive, tls }
    const session = await openSession(this.#origin, options)
    this.#session = session
    forgetRequests(this)
    this.onStop(() => {
      this.#session = undefined
      session.close()
    })
  }

  protected override knownBeforeStart(path: readonly string[]): boolean {
    const ofTarget = ['host', 'port', 'url'].includes(path[0] ?? '')
    return super.knownBeforeStart(path) && (!ofTarget || hasEarlyTarget(this.options))
  }

  #started(what: string): ClientSession {
    if (this.#session === undefined) throw notStarted(this.#origin, what, this.state)
    return this.#session
  }

  get #origin(): Origin {
    return { label: this.label, name: this.name }
  }
}
