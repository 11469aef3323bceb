import type { IncomingHttpHeaders } from 'node:http'
import type { RawAnswer } from './exchange.ts'
import { bodyJSON, bodyText } from './message-body.ts'
import type { SentRequest } from './sent-request.ts'

/** The answer to a request of a client. */
export class HTTPResponse<T = unknown> {
  readonly status: number
  readonly statusText: string
  /** By name in lower case; fields that came several times are joined as Node.js does. */
  readonly headers: IncomingHttpHeaders
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[]
  readonly httpVersion: string
  /** The bytes of the body as they came. */
  readonly body: Buffer
  /** The URL that gave the answer: the request's, unless redirects were followed. */
  readonly url: string
  /** What was asked. */
  readonly request: SentRequest

  constructor(request: SentRequest, url: string, answer: RawAnswer) {
    this.status = answer.status
    this.statusText = answer.statusText
    this.headers = answer.headers
    this.rawHeaders = answer.rawHeaders
    this.httpVersion = answer.httpVersion
    this.body = answer.body
    this.url = url
    this.request = request
  }

  /** What the message is, for errors. */
  get title(): string {
    return `the answer to ${this.request.title}`
  }

  /** The body as text, unpacked and in its charset. @throws HTTP_BODY_UNREADABLE */
  get text(): string {
    return bodyText(this)
  }

  /** The parsed body when its media type is JSON, otherwise undefined. @throws HTTP_JSON_INVALID */
  get json(): T {
    return bodyJSON(this) as T
  }
}
