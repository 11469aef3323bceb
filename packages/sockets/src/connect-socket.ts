import { once } from 'node:events'
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { poll } from '@testrig/core'
import { formatAddress } from './address.ts'
import { timeLimit } from './deadline.ts'
import { errorCode } from './error-code.ts'

export interface ConnectOptions {
  readonly host: string
  readonly port: number
  /** The local end; the system chooses what is not given. */
  readonly localHost?: string | undefined
  readonly localPort?: number | undefined
  /** Whether this side stays open when the other one has ended. @default false */
  readonly allowHalfOpen?: boolean
  /** What TLS needs, if it is to be spoken. */
  readonly tls: { readonly options: ConnectionOptions } | undefined
  /** Longest time with all attempts, in milliseconds. */
  readonly timeout: number
  /** Whether to try again when the connection is refused. */
  readonly retry: boolean
}

/** How the caller words a connection that does not come about; `address` is `host:port`. */
export interface ConnectFailure {
  failed(address: string, cause: Error): Error
  /** `last` is how the last attempt ended, if one did. */
  timedOut(address: string, milliseconds: number, last: Error | undefined): Error
}

/** Connects, with the TLS handshake if there is one, until the signal fires; then it rejects with the signal's reason. */
export async function connectSocket(
  options: ConnectOptions,
  failure: ConnectFailure,
  signal: AbortSignal,
): Promise<Socket> {
  const { host, port, timeout } = options
  const limit = new AbortController()
  const ended = timeLimit(timeout, () => limit.abort())
  const either = AbortSignal.any([signal, limit.signal])
  let last: Error | undefined
  let socket: Socket | undefined
  const attempt = async () => {
    try {
      socket = await connectOnce(options, either)
    } catch (error) {
      if (either.aborted || !passes(error, options)) throw error
      last = error as Error
    }
    return socket !== undefined
  }
  try {
    await poll(attempt, either)
    return socket as unknown as Socket
  } catch (error) {
    signal.throwIfAborted()
    const address = formatAddress(host, port)
    throw limit.signal.aborted
      ? failure.timedOut(address, timeout, last)
      : failure.failed(address, error as Error)
  } finally {
    ended()
  }
}

/** Whether another attempt may succeed. */
function passes(error: unknown, { retry, localPort = 0 }: ConnectOptions): boolean {
  if (errorCode(error) === 'ECONNREFUSED') return retry
  // The system keeps the two ports of a connection that has ended to themselves for a while (TIME_WAIT).
  const { syscall } = error as { syscall?: string }
  return errorCode(error) === 'EADDRNOTAVAIL' && syscall === 'connect' && localPort !== 0
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

function open({ host, port, localHost, localPort, allowHalfOpen = false, tls }: ConnectOptions): Socket {
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
  return process.getBuiltinModule('node:tls').connect({ ...target, ...named, ...tls.options })
}
