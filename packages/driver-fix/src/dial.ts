import type { Socket } from 'node:net'
import { type ConnectFailure, connectSocket } from '@testrig/sockets'
import { loadTLS } from '@testrig/tls/options'
import type { ClientConfig } from './client-options.ts'
import { connectFailed, connectTimeout } from './errors.ts'
import { socketProblem } from './socket-problem.ts'

/** Where a server listens. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
}

/** Connects a client to a server. @throws FIX_CONNECT_FAILED, FIX_TIMEOUT, TLS_INVALID, and the reason of the signal */
export async function dial(
  label: string,
  server: ServerAddress,
  { connectTimeout: timeout, connectRetry: retry, interface: local, tlsConfig }: ClientConfig,
  signal: AbortSignal,
): Promise<Socket> {
  const tls = tlsConfig && (await loadTLS(label, 'tlsConfig', tlsConfig))
  const options = { ...server, localHost: local?.host, localPort: local?.port, tls, timeout, retry }
  return connectSocket(options, failure(label, tls !== undefined), signal)
}

function failure(label: string, speaksTLS: boolean): ConnectFailure {
  return {
    failed: (address, cause) => connectFailed(label, address, socketProblem(cause), cause),
    timedOut: (address, milliseconds, last) =>
      connectTimeout(label, address, { milliseconds, speaksTLS }, last),
  }
}
