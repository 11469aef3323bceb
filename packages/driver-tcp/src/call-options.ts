import { integer, milliseconds, type Schema, strictObject } from '@testrig/core'
import * as v from 'valibot'
import { invalidCallOption } from './errors.ts'

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

/** What each method takes, with defaults filled in. */
interface Calls {
  acceptConnection: Given<AcceptOptions, 'timeout'>
  send: Given<SendOptions, 'timeout'>
  sendText: Given<SendOptions & TextOptions, 'timeout' | 'encoding'>
  receive: Given<ReceiveOptions, 'timeout'>
  receiveText: Given<ReceiveOptions & TextOptions, 'timeout' | 'encoding'>
}

type Given<O, K extends keyof O> = O & { readonly [P in K]-?: Exclude<O[P], undefined> }

const CALLS: { readonly [M in keyof Calls]: Schema<Calls[M]> } = {
  acceptConnection: strictObject<Calls['acceptConnection']>({ timeout: v.optional(milliseconds(), 10_000) }),
  send: strictObject<Calls['send']>(send),
  sendText: strictObject<Calls['sendText']>({ ...send, encoding }),
  receive: strictObject<Calls['receive']>(receive),
  receiveText: strictObject<Calls['receiveText']>({ ...receive, encoding }),
}

/**
 * Checks the options of a method and fills in defaults.
 *
 * @throws OPTION_INVALID
 */
export function checkCall<M extends keyof Calls>(label: string, method: M, options: unknown): Calls[M] {
  const result = v.safeParse<Schema<Calls[M]>>(CALLS[method], options)
  if (!result.success) {
    const [{ message, path }] = result.issues
    throw invalidCallOption(
      label,
      method,
      String(path?.[0]?.key ?? 'options'),
      message,
      path?.[0]?.value ?? options,
    )
  }
  const { size, until } = result.output as ReceiveOptions
  if (size !== undefined && until !== undefined)
    throw invalidCallOption(label, method, 'until', 'left out when `size` is given', until)
  return result.output
}
