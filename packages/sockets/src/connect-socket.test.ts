import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../test/index.ts'
import { bind, type ConnectFailure, type ConnectOptions, connectSocket, trackSockets } from './index.ts'

const plain = { host: '127.0.0.1', tls: undefined, timeout: 10_000, retry: false } as const

const failure: ConnectFailure = {
  failed: (address, cause) => new Error(`failed: ${address}`, { cause }),
  timedOut: (address, milliseconds, last) =>
    new Error(`timed out: ${address}, ${milliseconds}`, { cause: last }),
}

function connect(
  options: Partial<ConnectOptions> & { readonly port: number },
  signal = new AbortController().signal,
) {
  return connectSocket({ ...plain, ...options }, failure, signal)
}

async function listening(host = '127.0.0.1', port = 0): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => void socket.on('error', () => {}).end('hello'))
  onTestFinished(() => void server.close())
  return { server, port: await bind(server, { host, port }) }
}

test('a connection is made over IPv4 and IPv6', async () => {
  for (const host of ['127.0.0.1', '::1']) {
    const { port } = await listening(host)
    const socket = await connect({ host, port })
    expect(String((await once(socket, 'data'))[0])).toBe('hello')
    socket.destroy()
  }
})

test('a refused connection fails at once, with the address and the system error', async () => {
  const port = await freePort()
  await expect(connect({ port })).rejects.toMatchObject({
    message: `failed: 127.0.0.1:${port}`,
    cause: { code: 'ECONNREFUSED' },
  })
  await expect(connect({ host: '::1', port })).rejects.toThrow(`failed: [::1]:${port}`)
})

test('with retry, a server that comes later is reached', async () => {
  const port = await freePort()
  const connecting = connect({ port, retry: true })
  await listening('127.0.0.1', port)
  const socket = await connecting
  expect(socket.remotePort).toBe(port)
  socket.destroy()
})

test('with retry, the time is limited, and the last attempt told', async () => {
  const port = await freePort()
  await expect(connect({ port, retry: true, timeout: 50 })).rejects.toMatchObject({
    message: `timed out: 127.0.0.1:${port}, 50`,
    cause: { code: 'ECONNREFUSED' },
  })
})

test('a connection that was made in time counts, though this thread was busy until after it', async () => {
  const { port } = await listening()
  const connecting = connect({ port, timeout: 20 })
  const end = performance.now() + 60
  while (performance.now() < end);
  const socket = await connecting
  expect(socket.remotePort).toBe(port)
  socket.destroy()
})

test('the signal ends the attempts with its reason', async () => {
  const controller = new AbortController()
  const connecting = connect({ port: await freePort(), retry: true }, controller.signal)
  controller.abort(new Error('given up'))
  await expect(connecting).rejects.toThrow('given up')
})

test('a port in use rejects with the system error, and leaves no listener', async () => {
  const { port } = await listening()
  const server = createServer()
  await expect(bind(server, { host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  expect(server.listening).toBe(false)
})

test('the open connections of a server are known', async () => {
  const { server, port } = await listening()
  const sockets = trackSockets(server)
  const socket = await connect({ port })
  await expect.poll(() => sockets.size).toBe(1)
  socket.destroy()
  await expect.poll(() => sockets.size).toBe(0)
})
