import {
  Driver,
  type DriverOptions,
  integer,
  isContextValue,
  type Late,
  late,
  milliseconds,
  type OptionSchemas,
  type Schema,
} from '@testrig/core'
import { type TLSClientConfig, tlsClientSchema } from '@testrig/tls/options'
import * as v from 'valibot'
import { urlOf } from './address.ts'
import { clientTarget } from './errors.ts'
import { type HeaderFields, headersSchema } from './headers.ts'
import type { HTTPClient } from './http-client.ts'

/** The server is named by `baseUrl`, or by `host`, `port` and `protocol`. */
export interface HTTPClientOptions extends DriverOptions<HTTPClient> {
  /** Name or address of the server. @default '127.0.0.1' when `port` is given */
  readonly host?: Late<string> | undefined
  /** Port of the server, 1 to 65535. @default 80, with https 443 */
  readonly port?: Late<number> | undefined
  /** `http` or `https`. @default 'http' */
  readonly protocol?: Late<string> | undefined
  /** URL that the paths of requests are added to, such as `https://127.0.0.1:8443/api`. */
  readonly baseUrl?: Late<string> | undefined
  /** Fields that every request has. @default {} */
  readonly headers?: HeaderFields | undefined
  /** Longest time from sending a request to its answer's end, in milliseconds. @default 5000 */
  readonly timeout?: Late<number> | undefined
  /** How many redirects to follow; 0 gives the redirect itself. @default 0 */
  readonly maxRedirects?: Late<number> | undefined
  /** Whether connections are used again. Without it a server that restarts or closes never meets an old one. @default false */
  readonly keepAlive?: boolean | undefined
  /** Certificates for https. @default {}, which trusts what Node.js trusts */
  readonly tls?: Late<TLSClientConfig> | undefined
}

const hostText = 'a host name or an address, without protocol and port'
const urlText = 'a URL that begins with http:// or https://, without query'

export const clientOptions: OptionSchemas<HTTPClientOptions> = {
  ...Driver.options,
  host: v.optional(late(text(isHost, hostText))),
  port: v.optional(late(integer({ min: 1, max: 65_535 }))),
  protocol: v.optional(late(text((value) => value === 'http' || value === 'https', "'http' or 'https'"))),
  baseUrl: v.optional(late(text(isBaseUrl, urlText))),
  headers: v.optional(headersSchema, {}),
  timeout: v.optional(late(milliseconds({ min: 1 })), 5_000),
  maxRedirects: v.optional(late(integer()), 0),
  keepAlive: v.optional(v.boolean('a boolean'), false),
  tls: v.optional(late(tlsClientSchema)),
}

/** Options that name the server. */
const TARGET_OPTIONS = ['host', 'port', 'protocol', 'baseUrl'] as const

/** @throws HTTP_TARGET_INVALID when the server is named in both ways or in none */
export function checkTarget(label: string, options: HTTPClientOptions): void {
  const { host, port, baseUrl } = options
  if (host === undefined && port === undefined && baseUrl === undefined)
    throw clientTarget(label, 'neither `baseUrl` nor `host` nor `port` is given')
  const others = TARGET_OPTIONS.slice(0, 3).filter((name) => options[name] !== undefined)
  if (baseUrl !== undefined && others.length > 0)
    throw clientTarget(label, `\`baseUrl\` is given together with \`${others.join('`, `')}\``)
}

/** Whether it is known before the start which server is meant. */
export function hasEarlyTarget(options: HTTPClientOptions): boolean {
  return !TARGET_OPTIONS.some((name) => isContextValue(options[name]))
}

/** The server's URL, from either form; without a slash at its end. */
export function baseUrl(config: {
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly protocol?: string | undefined
  readonly baseUrl?: string | undefined
}): URL {
  if (config.baseUrl !== undefined) return new URL(config.baseUrl)
  const { protocol = 'http', host = '127.0.0.1' } = config
  return new URL(urlOf(protocol, host, config.port ?? (protocol === 'https' ? 443 : 80)))
}

function text(accepts: (value: string) => boolean, expected: string): Schema<string> {
  return v.pipe(v.string(expected), v.check(accepts, expected)) as unknown as Schema<string>
}

function isHost(value: string): boolean {
  if (value === '' || /[\s/?#@]/.test(value)) return false
  return URL.canParse(urlOf('http', value, 80)) && (!/:/.test(value) || value.split(':').length > 2)
}

function isBaseUrl(value: string): boolean {
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return false
  const { search, hash } = new URL(value)
  return search === '' && hash === ''
}
