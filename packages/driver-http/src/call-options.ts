import { milliseconds, type Schema, strictObject } from '@testrig/core'
import * as v from 'valibot'
import type { RequestFilter } from './request-filter.ts'

export interface ReceiveRequestOptions extends RequestFilter {
  /** How long to wait, in milliseconds. @default 5000 */
  readonly timeout?: number | undefined
}

export interface ReceiveResponseOptions {
  /** How long to wait, in milliseconds. @default the client's `timeout` */
  readonly timeout?: number | undefined
}

const filter = { method: v.optional(v.string('a method')), path: v.optional(v.string('a path')) }

export const filterSchema: Schema<RequestFilter> = strictObject<RequestFilter>(filter)

type ReceiveCall = RequestFilter & { readonly timeout: number }

export const receiveRequestSchema: Schema<ReceiveCall> = strictObject<ReceiveCall>({
  ...filter,
  timeout: v.optional(milliseconds(), 5_000),
})

export const receiveResponseSchema: Schema<ReceiveResponseOptions> = strictObject<ReceiveResponseOptions>({
  timeout: v.optional(milliseconds()),
})
