import { once } from 'node:events'
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { poll } from '@testrig/core'
import type { LoadedTLS } from '@testrig/tls'
import { addressText } from './address.ts'
import { codeOf, connectFailed, connectTimeout, socketProblem } from './errors.ts'

export interface ConnectOptions {
  readonly label: string
  readonly host: string
  readonly port: number
  readonly localHost: string | undefined
  readonly localPort: number | undefined
  readonly tls: LoadedTLS | undefined
  /** Longest time with all attempts, in milliseconds. */
  readonly timeout: number
  /** Whether to try again when the connection is refused. */
  readonly retry: boolean
}

/**
 * Connects, with the TLS handshake if there is one, until the signal fires.
 *
 * @throws FIX_CONNECT_FAILED, FIX_TIMEOUT, and the reason of the signal
 */
export async function connect(options: ConnectOptions, signal: AbortSignal): Promise<Socket> {
  const { label, timeout } = options
  const address = addressText(options.host, options.port)
  const limit = AbortSignal.timeout(timeout)
  const either = AbortSignal.any([signal, limit])
  let socket: Socket | undefined
  let last: unknown
  const attempt = async () => {
    try {
      socket = await connectOnce(options, either)
    } catch (error) {
      if (either.aborted || !passes(error, options)) throw error
      last = error
    }
    return socket !== undefined
  }
  await poll(attempt, either).catch((error) => {
    signal.throwIfAborted()
    throw limit.aborted
      ? connectTimeout(label, address, timeout, last)
      : connectFailed(label, address, socketProblem(error), error)
  })
  return socket as unknown as Socket
}

/** Whether another attempt may succeed. */
function passes(error: unknown, { retry, localPort = 0 }: ConnectOptions): boolean {
  if (codeOf(error) === 'ECONNREFUSED') return retry
  // The system keeps the two ports of a connection that has ended to themselves for a while (TIME-WAIT).
  const { syscall } = error as { syscall?: string }
  return codeOf(error) === 'EADDRNOTAVAIL' && syscall === 'connect' && localPort !== 0
}

async function connectOnce(options: ConnectOptions, signal: AbortSignal): Promise<Socket> {
  const socket = open(options)
  // Between the events that are awaited, an error would be nobody's and end the process.
  socket.on('error', () => {})
  try {
    await once(socket, options.tls === undefined ? 'connect' : 'secureConnect', { signal })
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

function open({ host, port, localHost, localPort, tls }: ConnectOptions): Socket {
  const target = {
    host,
    port,
    ...(localHost !== undefined && { localAddress: localHost }),
    ...(localPort !== undefined && { localPort }),
  }
  if (tls === undefined) return connectPlain(target)
  const named = isIP(host) === 0 ? { servername: host } : {}
  return connectTls({ ...target, ...named, ...tls.options })
}
