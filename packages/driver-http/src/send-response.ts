import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { EncodedResponse } from './encoded-response.ts'

/** Sends a response; the signal ends its delay and its body. */
export async function sendResponse(
  response: EncodedResponse,
  outgoing: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  if (response.delay > 0) await delay(response.delay, signal)
  signal.throwIfAborted()
  if (response.hangUp) {
    outgoing.destroy()
    return
  }
  if (Buffer.isBuffer(response.body)) {
    outgoing.writeHead(response.status, withLength(response, response.body))
    outgoing.end(response.body)
    return
  }
  outgoing.writeHead(response.status, response.headers)
  outgoing.flushHeaders()
  for await (const chunk of response.body) {
    signal.throwIfAborted()
    if (!outgoing.write(chunk)) await once(outgoing, 'drain', { signal })
  }
  outgoing.end()
}

/** Node.js adds no length to the answer to HEAD. */
function withLength({ status, headers }: EncodedResponse, body: Buffer): EncodedResponse['headers'] {
  const given = Object.keys(headers).some((name) => /^(content-length|transfer-encoding)$/i.test(name))
  const bodiless = status === 204 || status === 304
  return given || bodiless ? headers : { ...headers, 'content-length': String(body.length) }
}

function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  return process.getBuiltinModule('node:timers/promises').setTimeout(milliseconds, undefined, { signal })
}
