import type { IncomingMessage, ServerResponse } from 'node:http'
import { TestrigError } from '@testrig/core'
import { bodyTooLarge, handlerFailed, type Origin } from './errors.ts'
import type { MockService } from './mock-service.ts'
import { readBody } from './read-body.ts'
import { ReceivedRequest, target } from './received-request.ts'
import { sendResponse } from './send-response.ts'

export interface ServeOptions {
  readonly origin: Origin
  readonly service: MockService
  /** Longest body of a request, in bytes. */
  readonly maxBodySize: number
}

const STATUS: Readonly<Record<string, number>> = { HTTP_BODY_TOO_LARGE: 413 }

/** Takes in one request and answers it; never rejects. */
export async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { origin, service, maxBodySize }: ServeOptions,
): Promise<void> {
  const gone = new AbortController()
  outgoing.once('close', () => gone.abort())
  let request: ReceivedRequest | undefined
  try {
    const at = Date.now()
    const { method = '', url = '' } = incoming
    const route = service.find(method, target(url).path)
    const body = await readBody(incoming, maxBodySize)
    if (body === undefined) throw bodyTooLarge(origin, `${method} ${url}`, maxBodySize)
    const { headers, rawHeaders, httpVersion } = incoming
    const params = route?.params ?? {}
    request = new ReceivedRequest({ method, url, headers, rawHeaders, httpVersion, body, params, at })
    const response = await service.answer(request, route, gone.signal)
    await sendResponse(response, outgoing, gone.signal)
  } catch (error) {
    const ours = error instanceof TestrigError
    if (gone.signal.aborted && !ours) return // The client has gone: nobody is left to be answered.
    const title = request?.title ?? `${incoming.method} ${incoming.url}`
    const worded = ours ? error : handlerFailed(origin, title, error)
    service.note(worded, request)
    sendError(outgoing, worded)
  }
}

function sendError(outgoing: ServerResponse, error: TestrigError): void {
  if (outgoing.headersSent || outgoing.destroyed) {
    outgoing.destroy()
    return
  }
  const status = STATUS[error.code] ?? 500
  outgoing.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
  outgoing.end(error.message)
}
