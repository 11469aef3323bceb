import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { running } from '@testrig/sockets/testing'
import { onTestFinished } from 'vitest'
import { TCPClient, type TCPClientOptions } from '../src/tcp-client.ts'
import { TCPServer, type TCPServerOptions } from '../src/tcp-server.ts'

export interface Pair {
  readonly server: TCPServer
  readonly client: TCPClient
}

/** A server with a client whose connection it has accepted. */
export async function connected(
  server: TCPServerOptions = {},
  client: Partial<TCPClientOptions> = {},
): Promise<Pair> {
  const own = await running(new TCPServer({ name: 'server', ...server }))
  const { host, port } = own
  const other = await running(new TCPClient({ name: 'client', host, port, ...client }))
  await own.acceptConnection()
  return { server: own, client: other }
}

/** A server of node:net that does nothing with its connections. */
export async function listening(
  onConnection?: (socket: Socket) => void,
): Promise<{ server: Server; port: number }> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).once('close', () => sockets.delete(socket))
    onConnection?.(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { server, port: (server.address() as { port: number }).port }
}
