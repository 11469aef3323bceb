import { Driver, type DriverDefaults, type OptionSchemas, type Resolved } from '@testrig/core'
import {
  baseUrl,
  checkTarget,
  clientOptions,
  type HTTPClientOptions,
  hasEarlyTarget,
} from './client-options.ts'
import { notStarted, type Origin, receiveTimeout, requestCancelled, stopped } from './errors.ts'
import type { HTTPResponse } from './http-response.ts'
import { Mailbox } from './mailbox.ts'
import { outgoing, type RequestOptions } from './request-options.ts'
import type { SentRequest } from './sent-request.ts'
import { loadTLS } from './tls.ts'
import { Transport } from './transport.ts'

export interface ReceiveResponseOptions {
  /** How long to wait, in milliseconds. @default the client's `timeout` */
  readonly timeout?: number | undefined
}

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

  declare readonly options: HTTPClientOptions
  declare protected readonly config: Resolved<HTTPClientOptions, Defaults>
  #transport: Transport | undefined
  readonly #finished = new Mailbox<SentRequest>()
  readonly #sent = new Set<SentRequest>()

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
    return (await this.#dispatch(method, path, options).response) as HTTPResponse<T>
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
    const sent = this.#dispatch(method, path, options)
    this.#sent.add(sent)
    const finish = () => {
      if (this.#sent.delete(sent)) this.#finished.put(sent)
    }
    sent.response.then(finish, finish)
    return sent
  }

  /**
   * Gives the answers of what `send` has sent, each once, in the order in which they end; `answer.request` tells which it is.
   *
   * @throws what ended the request without an answer, HTTP_RECEIVE_TIMEOUT with what is under way, HTTP_STOPPED
   */
  async receive<T = unknown>(options: ReceiveResponseOptions = {}): Promise<HTTPResponse<T>> {
    this.#started('receive()')
    const { timeout = this.config.timeout } = options
    const late = () => receiveTimeout(this.#origin, 'answer', timeout, this.#underWay())
    const sent = await this.#finished.take(() => true, { timeout, late })
    return (await sent.response) as HTTPResponse<T>
  }

  /** Cancels what `send` has sent and drops what `receive` has not given. */
  flush(): void {
    const sent = [...this.#sent]
    this.#sent.clear()
    for (const each of sent) each.cancel(requestCancelled(this.#origin, each.title, 'flush()'))
    this.#finished.clear()
  }

  protected override async starting(): Promise<void> {
    const { keepAlive, tls } = this.config
    const origin = this.#origin
    const transport = new Transport(origin, { keepAlive, tls: await loadTLS(origin, tls) })
    this.#finished.clear()
    this.#transport = transport
    this.onStop(() => {
      this.#transport = undefined
      this.#sent.clear()
      transport.close(stopped(origin, 'the answer came'))
      this.#finished.fail(stopped(origin, 'an answer came'))
    })
  }

  protected override knownBeforeStart(path: readonly string[]): boolean {
    const ofTarget = ['host', 'port', 'url'].includes(path[0] ?? '')
    return super.knownBeforeStart(path) && (!ofTarget || hasEarlyTarget(this.options))
  }

  #dispatch(method: string, path: string, options: RequestOptions): SentRequest {
    const transport = this.#started(`a ${method} request`)
    const { headers, timeout, maxRedirects } = this.config
    const message = outgoing({ origin: this.#origin, url: this.url, headers }, method, path, options)
    return transport.send(message, {
      timeout: options.timeout ?? timeout,
      maxRedirects: options.maxRedirects ?? maxRedirects,
      signal: options.signal,
    })
  }

  #started(what: string): Transport {
    if (this.#transport === undefined) throw notStarted(this.#origin, what, this.state)
    return this.#transport
  }

  #underWay(): string {
    const sent = [...this.#sent]
    return sent.length === 0
      ? 'None is under way: send() comes before receive().'
      : `Under way: ${sent.map(({ title }) => title).join(', ')}.`
  }

  get #origin(): Origin {
    return { label: this.label, name: this.name }
  }
}
