import type { Socket } from 'node:net'
import { listenAgain } from '@testrig/sockets'
import { loadTLS, type ResolvedTLS } from '@testrig/tls/options'
import { handshakeFailed, malformedRequest, type Origin } from './errors.ts'
import { type Listener, listen } from './listener.ts'
import { MockService, type MockServiceOptions } from './mock-service.ts'
import { serve } from './serve.ts'

export interface MockServerOptions extends MockServiceOptions {
  readonly host: string
  readonly port: number
  /** A port to take, if it is free, when `port` is 0; 0 for none. */
  readonly lastPort: number
  readonly maxBodySize: number
  readonly tls: ResolvedTLS | undefined
}

/** A server that runs: what listens, and what answers. */
export interface MockServer {
  readonly listener: Listener
  readonly service: MockService
}

/** @throws HTTP_PORT_IN_USE, HTTP_LISTEN_FAILED, TLS_INVALID, HTTP_RESPONSE_INVALID */
export async function startMockServer(origin: Origin, options: MockServerOptions): Promise<MockServer> {
  const service = new MockService(origin, options)
  const listener = await listenFor(origin, service, options)
  keepFailures(origin, service, listener)
  return { listener, service }
}

async function listenFor(
  origin: Origin,
  service: MockService,
  { host, port, lastPort, maxBodySize, ...options }: MockServerOptions,
): Promise<Listener> {
  const tls = options.tls && (await loadTLS(origin.label, 'tls', options.tls))
  return listenAgain({ port, last: lastPort }, (asked) =>
    listen(origin, {
      host,
      port: asked,
      tls,
      serve: (incoming, outgoing) => serve(incoming, outgoing, { origin, service, maxBodySize }),
    }),
  )
}

/** Keeps what goes wrong outside of requests. */
function keepFailures(origin: Origin, service: MockService, { server, tls }: Listener): void {
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET') return
    service.note(handshakeFailed(origin, peerOf(socket), error, tls?.problemOf(error, socket)))
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code?.startsWith('HPE_') !== true || !socket.writable) return void socket.destroy()
    service.note(malformedRequest(origin, peerOf(socket as Socket), error))
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
  })
}

function peerOf({ remoteAddress = 'a client', remotePort }: Socket): string {
  return remotePort === undefined ? remoteAddress : `${remoteAddress}, port ${remotePort}`
}
