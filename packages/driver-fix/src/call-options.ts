import { integer, milliseconds, type Schema, strictObject, text } from '@testrig/core'
import * as v from 'valibot'
import type { ConnectionName } from './connection-name.ts'
import { invalidCallOption } from './errors.ts'
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

/** What each method takes. */
interface Calls {
  send: SendOptions & ConnectionChoice
  sendRaw: WaitOptions & ConnectionChoice
  receive: ReceiveOptions & ConnectionChoice
  expect: ReceiveOptions & ConnectionChoice
  flush: ConnectionChoice
  testRequest: WaitOptions & ConnectionChoice
  waitForConnection: WaitOptions & ConnectionChoice
  logoff: LogoffOptions & ConnectionChoice
  disconnect: ConnectionChoice
  setSequenceNumbers: Partial<SequenceNumbers> & ConnectionChoice
}

const side = text('the name of a side')
const connection = v.optional(
  v.strictTuple([side, side], 'the names of the server and the client, in an array'),
) as unknown as Schema<ConnectionName | undefined>
const timeout = v.optional(milliseconds())
const flag = v.optional(v.boolean('a boolean'))
const number = v.optional(integer({ min: 1 }))
const receive = { connection, timeout, admin: flag }

const CALLS: { readonly [M in keyof Calls]: Schema<Calls[M]> } = {
  send: strictObject<Calls['send']>({ connection, validate: flag, timeout }),
  sendRaw: strictObject<Calls['sendRaw']>({ connection, timeout }),
  receive: strictObject<Calls['receive']>(receive),
  expect: strictObject<Calls['expect']>(receive),
  flush: strictObject<Calls['flush']>({ connection }),
  testRequest: strictObject<Calls['testRequest']>({ connection, timeout }),
  waitForConnection: strictObject<Calls['waitForConnection']>({ connection, timeout }),
  logoff: strictObject<Calls['logoff']>({ connection, timeout, text: v.optional(text()) }),
  disconnect: strictObject<Calls['disconnect']>({ connection }),
  setSequenceNumbers: strictObject<Calls['setSequenceNumbers']>({
    connection,
    incoming: number,
    outgoing: number,
  }),
}

/** Checks the options of a method. @throws OPTION_INVALID */
export function checkCall<M extends keyof Calls>(label: string, method: M, options: Calls[M]): Calls[M] {
  const result = v.safeParse<Schema<Calls[M]>>(CALLS[method], options)
  if (result.success) return result.output
  const [{ message, path }] = result.issues
  const option = String(path?.[0]?.key ?? 'options')
  throw invalidCallOption(label, method, option, message, path?.[0]?.value ?? options)
}
