import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { TestrigError } from '@testrig/core'
import { bind, trackSockets } from '@testrig/sockets'
import type { LoadedTLS } from '@testrig/tls'
import { remoteAddress } from './address.ts'
import { handshakeFailed, listenFailed, serverFailed } from './errors.ts'
import { socketProblem } from './socket-problem.ts'

export interface ListenOptions {
  readonly label: string
  readonly host: string
  readonly port: number
  readonly tls: LoadedTLS | undefined
  /** Called with each connection, once TLS is agreed on. */
  connected(socket: Socket): void
  /** Takes note of what went wrong with one connection. */
  note(error: TestrigError): void
  /** Called when no more connections can be accepted. */
  failed(error: TestrigError): void
}

/** A server that accepts connections. */
export interface Listening {
  readonly port: number
  /** Accepts no more connections, and ends those that there are. */
  close(): Promise<void>
}

/** @throws FIX_PORT_IN_USE, FIX_LISTEN_FAILED */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { label, host, port, tls } = options
  const server = tls === undefined ? createServer() : createTlsServer(tls.options)
  const sockets = trackSockets(server)
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) =>
    options.connected(socket),
  )
  server.on('tlsClientError', (error: Error, socket: Socket) =>
    options.note(handshakeFailed(label, remoteAddress(socket), socketProblem(error, socket), error)),
  )
  const bound = await bind(server, { host, port }).catch((error) => {
    throw listenFailed(label, host, port, error)
  })
  server.on('error', (error) => options.failed(serverFailed(label, error)))
  return { port: bound, close: () => closed(server, sockets) }
}

function closed(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const done = Promise.withResolvers<void>()
  server.close(() => done.resolve())
  for (const socket of sockets) socket.destroy()
  return done.promise
}
