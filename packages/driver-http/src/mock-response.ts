import { func, integer, type Late, late, milliseconds, type Schema, strictObject } from '@testrig/core'
import * as v from 'valibot'
import { type HeaderFields, headersSchema } from './headers.ts'
import type { ReceivedRequest } from './received-request.ts'
import { parseRoute } from './route-pattern.ts'

/** A piece of a streamed body. */
export type Chunk = string | Uint8Array

/** What a server answers. Context values stand in the option `routes` only. */
export interface MockResponse {
  /** From 200 to 999. @default 200 */
  readonly status?: Late<number> | undefined
  /** A content-type that fits the body is added unless there is one. @default {} */
  readonly headers?: HeaderFields | undefined
  /** Text, bytes, or any other value: it is sent as JSON. @default an empty body */
  readonly body?: unknown
  /** A body sent piece by piece, each as soon as it is there; instead of `body`. Iterables that run once do for one request. */
  readonly chunks?: Iterable<Chunk> | AsyncIterable<Chunk> | undefined
  /** How long to wait before the answer, in milliseconds. @default 0 */
  readonly delay?: Late<number> | undefined
  /** Closes the connection, after `delay`, instead of an answer. @default false */
  readonly hangUp?: boolean | undefined
}

/** Makes the answer to a request. */
export type MockHandler = (request: ReceivedRequest) => MockResponse | Promise<MockResponse>

export type MockReply = MockResponse | MockHandler

/** Routes such as `GET /orders/:id`, each with its answer. */
export type Routes = Readonly<Record<string, MockReply>> | readonly (readonly [string, MockReply])[]

export const mockResponseSchema: v.GenericSchema = v.pipe(
  strictObject({
    status: v.optional(late(integer({ min: 200, max: 999 }))),
    headers: v.optional(headersSchema),
    body: v.optional(v.unknown()),
    chunks: v.optional(v.custom(isIterable, 'an array or another iterable of strings and Uint8Arrays')),
    delay: v.optional(late(milliseconds())),
    hangUp: v.optional(v.boolean('a boolean')),
  }),
  v.check(
    ({ body, chunks }) => body === undefined || chunks === undefined,
    'one with `body` or `chunks`, not both',
  ),
)

const mockReplySchema: Schema<MockReply> = v.lazy((value) =>
  typeof value === 'function' ? func() : mockResponseSchema,
) as unknown as Schema<MockReply>

const routeName = v.pipe(
  v.string(),
  v.check(
    (route) => parseRoute(route) !== undefined,
    "named for a route such as 'GET /orders/:id' or '/files/*'",
  ),
)

export const routesSchema: Schema<Routes> = v.lazy((value) =>
  Array.isArray(value)
    ? v.array(v.strictTuple([routeName, mockReplySchema], 'a pair of a route and its response'))
    : v.record(routeName, mockReplySchema, 'an object or an array of pairs: routes and their responses'),
) as unknown as Schema<Routes>

function isIterable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false
  return Symbol.iterator in value || Symbol.asyncIterator in value
}
