import { integer, milliseconds, type Schema, text } from '@testrig/core'
import { callSchemas, checkCall } from '@testrig/sockets'
import * as v from 'valibot'
import type { ConnectionName } from './connection-name.ts'
import type { FixMessage } from './fix-message.ts'

export interface ConnectionChoice {
  /** Which connection, by its name. @default the only one that is active */
  readonly connection?: ConnectionName | undefined
}

export interface SendOptions {
  /** Whether the message must fit the dictionary, if there is one. @default true */
  readonly validate?: boolean | undefined
  /** Longest time to wait for a peer that does not read, in milliseconds. @default the driver's `receiveTimeout` */
  readonly timeout?: number | undefined
}

export interface ReceiveOptions {
  /** Longest time to wait, in milliseconds; 0 takes only what has arrived. @default the driver's `receiveTimeout` */
  readonly timeout?: number | undefined
  /** Whether messages between the sessions, such as Heartbeat and Logon, are taken too. @default false */
  readonly admin?: boolean | undefined
}

export interface WaitOptions {
  /** Longest time to wait, in milliseconds. @default the driver's `receiveTimeout` */
  readonly timeout?: number | undefined
}

export interface LogoffOptions {
  /** What the Logout says. @default nothing */
  readonly text?: string | undefined
  /** Longest time to wait for the answer, in milliseconds. @default the driver's `logoffTimeout` */
  readonly timeout?: number | undefined
}

/** The numbers of the next messages. */
export interface SequenceNumbers {
  /** That of the next message to arrive, from 1. */
  readonly incoming: number
  /** That of the next message to send, from 1. */
  readonly outgoing: number
}

/** A message, and when it was sent. */
export interface SentAt {
  /** Microseconds since the epoch, taken right before sending. */
  readonly timestamp: number
  readonly message: FixMessage
}

/** What the methods of both drivers take. */
interface Calls {
  send: SendOptions
  sendTimestamped: SendOptions
  sendRaw: WaitOptions
  receive: ReceiveOptions
  expect: ReceiveOptions
  flush: object
  testRequest: WaitOptions
  waitForConnection: WaitOptions
  logoff: LogoffOptions
  disconnect: object
  sequenceNumbers: object
  setSequenceNumbers: Partial<SequenceNumbers>
}

const side = text('the name of a side')
const pair = v.strictTuple([side, side], 'the names of the server and the client, in an array')
const timeout = v.optional(milliseconds())
const flag = v.optional(v.boolean('a boolean'))
const number = v.optional(integer({ min: 1 }))
const send = { validate: flag, timeout }
const receive = { timeout, admin: flag }

const keys = {
  send,
  sendTimestamped: send,
  sendRaw: { timeout },
  receive,
  expect: receive,
  flush: {},
  testRequest: { timeout },
  waitForConnection: { timeout },
  logoff: { timeout, text: v.optional(text()) },
  disconnect: {},
  sequenceNumbers: {},
  setSequenceNumbers: { incoming: number, outgoing: number },
}
const CLIENT = callSchemas<Calls>(keys, {})
const SERVER = callSchemas<Calls, ConnectionChoice>(keys, { connection: v.optional(pair) })

/** Checks the options of a method of the client. @throws OPTION_INVALID */
export function clientCall<M extends keyof Calls>(label: string, method: M, options: Calls[M]): Calls[M] {
  return checkCall<Calls[M]>(label, method, CLIENT[method], options)
}

/** Checks the options of a method of the server. @throws OPTION_INVALID */
export function serverCall<M extends keyof Calls>(
  label: string,
  method: M,
  options: Calls[M] & ConnectionChoice,
): Calls[M] & ConnectionChoice {
  const schema: Schema<Calls[M] & ConnectionChoice> = SERVER[method]
  return checkCall(label, method, schema, options)
}
