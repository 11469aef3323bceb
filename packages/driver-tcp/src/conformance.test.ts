import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'
import { testDriver } from '@testrig/core/testing'
import { accepts } from '@testrig/sockets/testing'
import { afterAll, beforeAll } from 'vitest'
import { TCPClient, type TCPClientOptions } from './tcp-client.ts'
import { TCPServer, type TCPServerOptions } from './tcp-server.ts'

testDriver('TCPServer', {
  create: (options) => new TCPServer(options as TCPServerOptions),
  probe:
    ({ host, port }) =>
    () =>
      accepts(port, host),
  badOptions: [
    { port: 'x' },
    { port: 65_536 },
    { host: '' },
    { backlog: 0 },
    { allowHalfOpen: 1 },
    { tls: {} },
  ],
  createAny: (options) => new TCPServer(options as TCPServerOptions),
})

/** Accepts connections and knows the remote port of each that is open. */
let server: Server
const peers = new Set<number | undefined>()

beforeAll(async () => {
  server = createServer((socket) => {
    const { remotePort } = socket
    peers.add(remotePort)
    socket.resume().on('error', () => {})
    socket.write('welcome')
    socket.once('close', () => peers.delete(remotePort))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterAll(() => void server.close())

testDriver('TCPClient', {
  create: (options) => new TCPClient({ port: port(), ...options } as TCPClientOptions),
  probe:
    ({ localPort }) =>
    async () => {
      await caughtUp()
      return peers.has(localPort)
    },
  badOptions: [
    { port: 0 },
    { host: 1 },
    { interface: 'lo' },
    { connectTimeout: 0 },
    { connectRetry: 1 },
    { tls: 1 },
  ],
  createAny: (options) => new TCPClient({ port: port(), ...options } as TCPClientOptions),
})

/** A server learns of connections after their clients, but in order: when it has greeted one, it knows those before. */
async function caughtUp(): Promise<void> {
  const last = connect(port(), '127.0.0.1')
  await once(last, 'data')
  last.destroy()
}

function port(): number {
  return (server?.address() as { port: number } | undefined)?.port ?? 1
}
