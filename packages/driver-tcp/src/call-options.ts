import { integer, milliseconds, type Schema, strictObject } from '@testrig/core'
import { callSchemas, checkCall, invalidCallOption } from '@testrig/sockets'
import * as v from 'valibot'

export interface SendOptions {
  /** Longest time until the system has taken all bytes, in milliseconds. @default 30000 */
  readonly timeout?: number | undefined
}

export interface ReceiveOptions {
  /** Exactly this many bytes, from 0. @default what is there, at least one byte */
  readonly size?: number | undefined
  /** All bytes up to and including this delimiter; not together with `size`. @default what is there, at least one byte */
  readonly until?: string | Uint8Array | undefined
  /** Longest time to wait, in milliseconds; 0 takes only what has arrived. @default 30000 */
  readonly timeout?: number | undefined
}

export interface TextOptions {
  /** The encoding of the text. @default 'utf8' */
  readonly encoding?: BufferEncoding | undefined
}

export interface ConnectionChoice {
  /** Which connection, by the number that acceptConnection() gave. @default the one accepted last */
  readonly connection?: number | undefined
}

export interface AcceptOptions {
  /** Longest time to wait for a client, in milliseconds; 0 takes only one that is there. @default 10000 */
  readonly timeout?: number | undefined
}

const TIMEOUT = 30_000
const delimiter = 'a non-empty string or Uint8Array'
const encodingName = 'an encoding of Node.js such as `utf8`, `latin1` or `hex`'

const encoding = v.optional(
  v.custom<BufferEncoding>((value) => typeof value === 'string' && Buffer.isEncoding(value), encodingName),
  'utf8',
)
const send = { timeout: v.optional(milliseconds(), TIMEOUT) }
const receive = {
  size: v.optional(integer()),
  until: v.optional(
    v.pipe(
      v.union([v.string(), v.instance(Uint8Array)], delimiter),
      v.check(({ length }) => length > 0, delimiter),
    ),
  ),
  timeout: v.optional(milliseconds(), TIMEOUT),
}

/** What the methods of both drivers take, with defaults filled in. */
interface Calls {
  send: SendCall
  sendTimestamped: SendCall
  sendText: SendCall & EncodingGiven
  receive: ReceiveCall
  receiveText: ReceiveCall & EncodingGiven
}

export type SendCall = Given<SendOptions, 'timeout'>
export type ReceiveCall = Given<ReceiveOptions, 'timeout'>
export type EncodingGiven = Given<TextOptions, 'encoding'>

type Given<O, K extends keyof O> = O & { readonly [P in K]-?: Exclude<O[P], undefined> }

const keys = {
  send,
  sendTimestamped: send,
  sendText: { ...send, encoding },
  receive,
  receiveText: { ...receive, encoding },
}
const CLIENT = callSchemas<Calls>(keys, {})
const SERVER = callSchemas<Calls, ConnectionChoice>(keys, { connection: v.optional(integer()) })
const ACCEPT = strictObject<{ readonly timeout: number }>({ timeout: v.optional(milliseconds(), 10_000) })

/** Checks the options of a method of the client and fills in defaults. @throws OPTION_INVALID */
export function clientCall<M extends keyof Calls>(label: string, method: M, options: unknown): Calls[M] {
  return consistent(label, method, checkCall<Calls[M]>(label, method, CLIENT[method], options))
}

/** Checks the options of a method of the server and fills in defaults. @throws OPTION_INVALID */
export function serverCall<M extends keyof Calls>(
  label: string,
  method: M,
  options: unknown,
): Calls[M] & ConnectionChoice {
  const schema: Schema<Calls[M] & ConnectionChoice> = SERVER[method]
  return consistent(label, method, checkCall(label, method, schema, options))
}

/** Checks the options of acceptConnection() and fills in defaults. @throws OPTION_INVALID */
export function acceptCall(label: string, options: unknown): { readonly timeout: number } {
  return checkCall(label, 'acceptConnection', ACCEPT, options)
}

function consistent<T extends ReceiveOptions>(label: string, method: string, options: T): T {
  const { size, until } = options
  if (size === undefined || until === undefined) return options
  throw invalidCallOption(label, method, {
    option: 'until',
    expected: 'left out when `size` is given',
    value: until,
  })
}
