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
  outgoing.writeHead(response.status, response.headers)
  if (Buffer.isBuffer(response.body)) {
    outgoing.end(response.body)
    return
  }
  outgoing.flushHeaders()
  const { Readable } = process.getBuiltinModule('node:stream')
  const { pipeline } = process.getBuiltinModule('node:stream/promises')
  await pipeline(Readable.from(response.body), outgoing, { signal })
}

function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  return process.getBuiltinModule('node:timers/promises').setTimeout(milliseconds, undefined, { signal })
}
