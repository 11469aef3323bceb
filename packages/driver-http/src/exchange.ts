import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Outgoing } from './request-options.ts'

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number
  readonly statusText: string
  readonly httpVersion: string
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
}

/** How far an exchange has come, in words. */
export interface Progress {
  text: string
}

/** Sends one message and gives its answer; the signal ends it with its reason. */
export function exchange(
  message: Outgoing,
  { agent, signal, progress }: { agent: Agent; signal: AbortSignal; progress: Progress },
): Promise<RawAnswer> {
  const { url, method, headers, body } = message
  const module = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http')
  progress.text = 'no connection was made'
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(signal.aborted ? signal.reason : error)
    const request = module.request(url, { method, headers, agent, signal }, (incoming) => {
      collect(incoming, progress).then((bytes) => resolve(answer(incoming, bytes)), fail)
    })
    request.on('error', fail)
    followConnection(request, progress)
    request.end(body)
  })
}

function followConnection(request: ClientRequest, progress: Progress): void {
  request.once('socket', (socket) => {
    const connected = () => {
      progress.text = 'connected, but the server sent nothing'
    }
    if (socket.connecting) socket.once('connect', connected)
    else connected()
  })
}

async function collect(incoming: IncomingMessage, progress: Progress): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  const note = () => {
    progress.text = `status ${incoming.statusCode} and ${length} bytes of the body came, but not its end`
  }
  note()
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    note()
  }
  return Buffer.concat(chunks)
}

function answer(incoming: IncomingMessage, body: Buffer): RawAnswer {
  const { statusCode = 0, statusMessage = '', httpVersion, headers, rawHeaders } = incoming
  return { status: statusCode, statusText: statusMessage, httpVersion, headers, rawHeaders, body }
}
