import { integer, milliseconds, type Schema, show, strictObject } from '@testrig/core'
import { reasonOf } from '@testrig/sockets'
import * as v from 'valibot'
import { invalidRequest, type Origin, unknownMethod } from './errors.ts'
import { headerProblem, headersSchema, mergeHeaders } from './headers.ts'
import { jsonText } from './json-text.ts'
import { isMethod } from './methods.ts'
import { problemOf } from './problem-of.ts'

type Fields = Readonly<
  Record<string, string | number | boolean | readonly (string | number | boolean)[] | undefined>
>

/** One request of a client; `json`, `body` and `form` exclude each other. */
export interface RequestOptions {
  /** Added to the query of the path; a list gives the name several times. */
  readonly query?: Fields | URLSearchParams | undefined
  /** Win over those of the client; `host` may be given as well. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined
  /** A value sent as JSON. */
  readonly json?: unknown
  /** Text or bytes; methods such as GET may have a body too. */
  readonly body?: string | Uint8Array | undefined
  /** Fields sent as `application/x-www-form-urlencoded`. */
  readonly form?: Fields | URLSearchParams | undefined
  /** Longest time until the answer's end, in milliseconds. @default the client's */
  readonly timeout?: number | undefined
  /** How many redirects to follow; 0 gives the redirect itself. @default the client's */
  readonly maxRedirects?: number | undefined
  /** Cancels the request. */
  readonly signal?: AbortSignal | undefined
}

/** One HTTP message on its way. */
export interface Outgoing {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: Buffer | undefined
}

const scalar = v.union([v.string(), v.number(), v.boolean()])
const fields = v.union(
  [v.instance(URLSearchParams), v.record(v.string(), v.optional(v.union([scalar, v.array(scalar)])))],
  'a URLSearchParams or an object of strings, numbers, booleans and lists of them',
)

const requestOptionsSchema: Schema<RequestOptions> = v.pipe(
  strictObject({
    query: v.optional(fields),
    headers: v.optional(headersSchema),
    json: v.optional(v.unknown()),
    body: v.optional(
      v.union([v.string(), v.instance(Uint8Array)], 'a string or a Uint8Array (values go in `json`)'),
    ),
    form: v.optional(fields),
    timeout: v.optional(milliseconds({ min: 1 })),
    maxRedirects: v.optional(integer()),
    signal: v.optional(v.instance(AbortSignal, 'an AbortSignal')),
  }),
  v.check(
    ({ json, body, form }) => [json, body, form].filter((each) => each !== undefined).length <= 1,
    'given one of `json`, `body` and `form`, not several',
  ),
) as unknown as Schema<RequestOptions>

export interface Target {
  readonly origin: Origin
  /** What paths are added to, without a slash at its end. */
  readonly url: string
  readonly headers: Readonly<Record<string, unknown>>
}

/** Makes the message of a request. @throws HTTP_METHOD_UNKNOWN, HTTP_REQUEST_INVALID */
export function outgoing(target: Target, method: string, path: string, options: RequestOptions): Outgoing {
  const { origin } = target
  if (typeof method !== 'string' || !isMethod(method.toUpperCase())) throw unknownMethod(origin, method)
  const name = method.toUpperCase()
  if (typeof path !== 'string')
    throw invalidRequest(origin, name, `a path must be a string, but is ${show(path)}`)
  const invalid = (problem: string) => invalidRequest(origin, `${name} ${path}`, problem)
  const problem = problemOf(requestOptionsSchema, options)
  if (problem !== undefined) throw invalid(`the options are wrong: a request ${problem}`)
  const { type, body } = encoded(options, invalid)
  const headers = mergeHeaders(
    type === undefined ? {} : { 'content-type': type },
    target.headers,
    options.headers,
    body === undefined ? {} : { 'content-length': String(body.length) },
  )
  const wrong = headerProblem(headers)
  if (wrong !== undefined) throw invalid(`a header cannot be sent: ${reasonOf(wrong)}`)
  return { method: name, url: urlFor(target.url, path, options.query, invalid), headers, body }
}

function urlFor(
  base: string,
  path: string,
  query: RequestOptions['query'],
  invalid: (problem: string) => Error,
): URL {
  const whole = /^https?:\/\//i.test(path) ? path : `${base}/${path.replace(/^\//, '')}`
  if (!URL.canParse(whole)) throw invalid(`${whole} is not a URL`)
  const url = new URL(whole)
  url.hash = ''
  for (const [name, value] of query === undefined ? [] : params(query)) url.searchParams.append(name, value)
  return url
}

function encoded(
  { json, body, form }: RequestOptions,
  invalid: (problem: string) => Error,
): { type?: string; body?: Buffer } {
  if (form !== undefined)
    return { type: 'application/x-www-form-urlencoded', body: Buffer.from(params(form).toString()) }
  if (json !== undefined)
    return {
      type: 'application/json',
      body: Buffer.from(jsonText(json, (problem) => invalid(`\`json\` ${problem}`))),
    }
  if (typeof body === 'string') return { type: 'text/plain; charset=utf-8', body: Buffer.from(body) }
  return body === undefined ? {} : { type: 'application/octet-stream', body: Buffer.from(body) }
}

function params(fields: Fields | URLSearchParams): URLSearchParams {
  if (fields instanceof URLSearchParams) return fields
  const all = new URLSearchParams()
  for (const [name, value] of Object.entries(fields))
    for (const each of Array.isArray(value) ? value : [value])
      if (each !== undefined) all.append(name, String(each))
  return all
}
