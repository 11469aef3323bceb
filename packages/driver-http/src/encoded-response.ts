import { reasonOf } from '@testrig/sockets'
import { invalidResponse, type Origin } from './errors.ts'
import { headerProblem, mergeHeaders } from './headers.ts'
import { type Invalid, jsonText } from './json-text.ts'
import { type Chunk, type MockResponse, mockResponseSchema } from './mock-response.ts'
import { problemOf } from './problem-of.ts'

/** A response checked and ready to be sent. */
export interface EncodedResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: Buffer | Iterable<Chunk> | AsyncIterable<Chunk>
  readonly delay: number
  readonly hangUp: boolean
}

/** @throws HTTP_RESPONSE_INVALID, with `what` for what the response is */
export function encodeResponse(
  origin: Origin,
  response: MockResponse,
  what: string = 'a response',
): EncodedResponse {
  const invalid = (problem: string, cause?: unknown) => invalidResponse(origin, { what, problem }, cause)
  const problem = problemOf(mockResponseSchema, response)
  if (problem !== undefined) throw invalid(problem)
  const { status = 200, headers, body, chunks, delay = 0, hangUp = false } = response
  const { type, content } = encoded(body, invalid)
  const fields = mergeHeaders(type === undefined ? {} : { 'content-type': type }, headers)
  const wrong = headerProblem(fields)
  if (wrong !== undefined) throw invalid(`has a header that cannot be sent: ${reasonOf(wrong)}`, wrong)
  return {
    status: status as number,
    headers: fields,
    body: chunks ?? content,
    delay: delay as number,
    hangUp,
  }
}

function encoded(body: unknown, invalid: Invalid): { type?: string; content: Buffer } {
  if (body === undefined) return { content: Buffer.alloc(0) }
  if (typeof body === 'string') return { type: 'text/plain; charset=utf-8', content: Buffer.from(body) }
  if (body instanceof Uint8Array) return { type: 'application/octet-stream', content: Buffer.from(body) }
  return { type: 'application/json', content: Buffer.from(jsonText(body, invalid)) }
}
