import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { type Driver, leasePort } from '@testrig/core'
import { onTestFinished } from 'vitest'
import { TCPClient, type TCPClientOptions } from '../src/tcp-client.ts'
import { TCPServer, type TCPServerOptions } from '../src/tcp-server.ts'

/** Starts a driver that stops when the test ends. */
export async function running<D extends Driver>(driver: D): Promise<D> {
  onTestFinished(() => driver.stop())
  return driver.start()
}

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

/** A port that nothing listens on, and that no other test gets. */
export async function freePort(): Promise<number> {
  const { port, release } = await leasePort()
  onTestFinished(release)
  return port
}

/** The error that a promise rejects with, or the cause of a failed start; ports in its message are replaced. */
export async function failure(promise: Promise<unknown>): Promise<Error & { code?: string }> {
  const thrown = await promise.then(
    () => new Error('nothing was thrown'),
    (error: Error & { code?: string }) => error,
  )
  const error = 'code' in thrown && thrown.code === 'START_FAILED' ? (thrown.cause as Error) : thrown
  error.message = stablePorts(error.message)
  return error
}

/** The text with `PORT` for every port after an address. */
export function stablePorts(text: string): string {
  return text.replace(/(127\.0\.0\.1|\[::1\]|localhost):\d+/g, '$1:PORT')
}
