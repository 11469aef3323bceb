import type { IncomingHttpHeaders } from 'node:http'
import { bodyJSON, bodyText } from './message-body.ts'

interface Parts {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly httpVersion: string
  readonly body: Buffer
  readonly params: Readonly<Record<string, string>>
  readonly at: number
}

/** A request that a server got. */
export class ReceivedRequest<T = unknown> {
  readonly method: string
  /** The request's target as it came, such as `/orders?from=3`. */
  readonly url: string
  /** The target's path as it came, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** By name in lower case; fields that came several times are joined as Node.js does. */
  readonly headers: IncomingHttpHeaders
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[]
  readonly httpVersion: string
  /** The bytes of the body as they came. */
  readonly body: Buffer
  /** The parameters of the route that answers, decoded; `*` holds the rest. */
  readonly params: Readonly<Record<string, string>>
  /** When the request arrived, in milliseconds since the epoch. */
  readonly at: number

  constructor(parts: Parts) {
    const { path, query } = target(parts.url)
    this.method = parts.method
    this.url = parts.url
    this.path = path
    this.query = new URLSearchParams(query)
    this.headers = parts.headers
    this.rawHeaders = parts.rawHeaders
    this.httpVersion = parts.httpVersion
    this.body = parts.body
    this.params = parts.params
    this.at = parts.at
  }

  /** Method and target, for messages. */
  get title(): string {
    return `${this.method} ${this.url}`
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

/** Takes a request's target apart; proxies are asked with a whole URL. */
export function target(url: string): { path: string; query: string } {
  const local = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
  const mark = local.indexOf('?')
  const path = mark === -1 ? local : local.slice(0, mark)
  return { path: path === '' ? '/' : path, query: mark === -1 ? '' : local.slice(mark + 1) }
}
