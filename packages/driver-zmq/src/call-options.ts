import { integer, milliseconds, strictObject } from '@testrig/core'
import { checkCall } from '@testrig/sockets'
import * as v from 'valibot'

export interface SendOptions {
  /** Longest time until a peer, or the queue for it, takes the message, in milliseconds. @default 30000 */
  readonly timeout?: number | undefined
}

export interface ReceiveOptions {
  /** Longest time to wait, in milliseconds; 0 takes only what has arrived. @default 30000 */
  readonly timeout?: number | undefined
}

export interface SubscriberOptions {
  /** How many subscriptions there must be, from 1. @default 1 */
  readonly count?: number | undefined
  /** Longest time to wait, in milliseconds. @default 30000 */
  readonly timeout?: number | undefined
}

const timeout = v.optional(milliseconds(), 30_000)
const timed = strictObject<{ readonly timeout: number }>({ timeout })
const counted = strictObject<{ readonly timeout: number; readonly count: number }>({
  timeout,
  count: v.optional(integer({ min: 1 }), 1),
})

/** The timeout of a method, by default 30 s. @throws OPTION_INVALID */
export function timeoutOf(label: string, method: string, options: unknown): number {
  return checkCall(label, method, timed, options).timeout
}

/** What waitForSubscriber() takes, with defaults. @throws OPTION_INVALID */
export function subscriberOptions(label: string, options: unknown): { timeout: number; count: number } {
  return checkCall(label, 'waitForSubscriber', counted, options)
}
