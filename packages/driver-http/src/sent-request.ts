import { type Origin, requestCancelled } from './errors.ts'
import type { HTTPResponse } from './http-response.ts'
import type { Outgoing } from './request-options.ts'

/** A request that a client has sent; `response` gives its answer. */
export class SentRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: Buffer | undefined
  /** When it was sent, in milliseconds since the epoch. */
  readonly at: number = Date.now()
  readonly #origin: Origin
  readonly #controller = new AbortController()
  readonly #response: Promise<HTTPResponse>

  constructor(
    origin: Origin,
    { method, url, headers, body }: Outgoing,
    perform: (request: SentRequest, signal: AbortSignal) => Promise<HTTPResponse>,
  ) {
    this.method = method
    this.url = url.href
    this.headers = headers
    this.body = body
    this.#origin = origin
    this.#response = perform(this, this.#controller.signal)
    this.#response.catch(() => {}) // Whoever reads `response` gets the error.
  }

  /** Method and URL, for messages. */
  get title(): string {
    return `${this.method} ${this.url}`
  }

  /** The answer. @throws HTTP_REQUEST_FAILED, HTTP_TIMEOUT, HTTP_CANCELLED, HTTP_TOO_MANY_REDIRECTS, HTTP_STOPPED */
  get response(): Promise<HTTPResponse> {
    return this.#response
  }

  /** Ends the request unless it has been answered, with an error for who waits. */
  cancel(reason: Error = requestCancelled(this.#origin, this.title, 'cancel()')): void {
    this.#controller.abort(reason)
  }
}
