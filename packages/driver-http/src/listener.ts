import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { bind, errorCode, trackSockets } from '@testrig/sockets'
import type { LoadedTLS } from '@testrig/tls/options'
import { listenFailed, type Origin, portInUse } from './errors.ts'

/** A server that listens. */
export interface Listener {
  readonly server: Server
  readonly port: number
  /** What knows why TLS fails, if it is spoken. */
  readonly tls: LoadedTLS | undefined
  /** How many connections are open now. */
  readonly connections: number
  /** Stops listening and closes all connections. */
  close(): Promise<void>
}

export interface ListenOptions {
  readonly host: string
  readonly port: number
  readonly tls: LoadedTLS | undefined
  serve(incoming: IncomingMessage, outgoing: ServerResponse): void
}

/** @throws HTTP_PORT_IN_USE, HTTP_LISTEN_FAILED */
export async function listen(origin: Origin, options: ListenOptions): Promise<Listener> {
  const server = createServer(options)
  // Idle connections stay: closing them while a client sends its next request would fail that request.
  server.keepAliveTimeout = 0
  const sockets = trackSockets(server)
  const { host } = options
  const port = await bind(server, { host, port: options.port }).catch((error) => {
    const make = errorCode(error) === 'EADDRINUSE' ? portInUse : listenFailed
    throw make(origin, host, options.port, error)
  })
  return {
    server,
    port,
    tls: options.tls,
    get connections() {
      return sockets.size
    },
    close: () => close(server, sockets),
  }
}

function createServer({ tls, serve }: ListenOptions): Server {
  if (tls === undefined) return process.getBuiltinModule('node:http').createServer(serve)
  return process.getBuiltinModule('node:https').createServer(tls.options, serve)
}

function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)))
    server.closeAllConnections()
    for (const socket of sockets) socket.destroy() // Those in a TLS handshake are no HTTP connections yet.
  })
}
