import { once } from 'node:events'
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { poll } from '@testrig/core'
import type { LoadedTLS } from '@testrig/tls/options'
import { formatAddress } from './address.ts'
import { codeOf, connectFailed, connectTimeout } from './errors.ts'

export interface ConnectOptions {
  readonly host: string
  readonly port: number
  readonly localHost: string | undefined
  readonly localPort: number | undefined
  readonly allowHalfOpen: boolean
  readonly tls: LoadedTLS | undefined
  /** Longest time, in milliseconds, with all attempts. */
  readonly timeout: number
  /** Whether to try again when the connection is refused. */
  readonly retry: boolean
}

/**
 * Connects, with the TLS handshake if there is one, until the signal fires.
 *
 * @throws TCP_CONNECT_FAILED, TCP_TIMEOUT, and the reason of the signal
 */
export async function connect(label: string, options: ConnectOptions, signal: AbortSignal): Promise<Socket> {
  const { host, port, timeout, tls } = options
  const limit = AbortSignal.timeout(timeout)
  const either = AbortSignal.any([signal, limit])
  let last: unknown
  let socket: Socket | undefined
  const attempt = async () => {
    try {
      socket = await connectOnce(options, either)
    } catch (error) {
      if (either.aborted || !passes(error, options)) throw error
      last = error
    }
    return socket !== undefined
  }
  try {
    await poll(attempt, either)
    return socket as unknown as Socket
  } catch (error) {
    signal.throwIfAborted()
    if (limit.aborted) throw connectTimeout(label, formatAddress(host, port), timeout, last)
    throw connectFailed(label, formatAddress(host, port), error, tls?.problemOf(error as Error))
  }
}

/** Whether another attempt may succeed. */
function passes(error: unknown, { retry, localPort }: ConnectOptions): boolean {
  if (codeOf(error) === 'ECONNREFUSED') return retry
  // The system keeps the two ports of a connection that was closed to themselves for a while (TIME-WAIT).
  const { syscall } = error as { syscall?: string }
  return codeOf(error) === 'EADDRNOTAVAIL' && syscall === 'connect' && (localPort ?? 0) !== 0
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

function open({ host, port, localHost, localPort, allowHalfOpen, tls }: ConnectOptions): Socket {
  const target = {
    host,
    port,
    allowHalfOpen,
    noDelay: true,
    ...(localHost !== undefined && { localAddress: localHost }),
    ...(localPort !== undefined && { localPort }),
  }
  if (tls === undefined) return connectPlain(target)
  const named = isIP(host) === 0 ? { servername: host } : {}
  return connectTls({ ...target, ...named, ...tls.options })
}
