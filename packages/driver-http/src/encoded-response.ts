import { invalidResponse, type Origin, reasonOf } from './errors.ts'
import { headerProblem, mergeHeaders } from './headers.ts'
import { type Chunk, type MockResponse, mockResponseSchema } from './mock-response.ts'
import { problemOf } from './strict-object.ts'

/** A response checked and ready to be sent. */
export interface EncodedResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: Buffer | Iterable<Chunk> | AsyncIterable<Chunk>
  readonly delay: number
  readonly hangUp: boolean
}

/** @throws HTTP_RESPONSE_INVALID */
export function encodeResponse(origin: Origin, response: MockResponse): EncodedResponse {
  const problem = problemOf(mockResponseSchema, response)
  if (problem !== undefined) throw invalidResponse(origin, problem)
  const { status = 200, headers, body, chunks, delay = 0, hangUp = false } = response
  const { type, content } = encoded(origin, body)
  const fields = mergeHeaders(type === undefined ? {} : { 'content-type': type }, headers)
  const wrong = headerProblem(fields)
  if (wrong !== undefined)
    throw invalidResponse(origin, `has a header that cannot be sent: ${reasonOf(wrong)}`, wrong)
  return {
    status: status as number,
    headers: fields,
    body: chunks ?? content,
    delay: delay as number,
    hangUp,
  }
}

function encoded(origin: Origin, body: unknown): { type?: string; content: Buffer } {
  if (body === undefined) return { content: Buffer.alloc(0) }
  if (typeof body === 'string') return { type: 'text/plain; charset=utf-8', content: Buffer.from(body) }
  if (body instanceof Uint8Array) return { type: 'application/octet-stream', content: Buffer.from(body) }
  return { type: 'application/json', content: Buffer.from(json(origin, body)) }
}

function json(origin: Origin, body: unknown): string {
  try {
    const text: string | undefined = JSON.stringify(body)
    if (text !== undefined) return text
  } catch (error) {
    throw invalidResponse(origin, `has a \`body\` that JSON cannot hold: ${reasonOf(error)}`, error)
  }
  throw invalidResponse(origin, `has a \`body\` that JSON cannot hold: it is a ${typeof body}`)
}
