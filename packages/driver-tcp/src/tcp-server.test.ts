import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { attributes } from '@testrig/core'
import { accepts, failure, freePort, running, stablePorts } from '@testrig/sockets/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { connected } from '../test/connected.ts'
import { TCPServer } from './tcp-server.ts'

/** A stop that waited for its time to be over would take longer than a test may. */
const NEVER = 600_000

async function peer(server: TCPServer, options: { allowHalfOpen?: boolean } = {}): Promise<Socket> {
  const socket = connect({ host: server.host, port: server.port, ...options })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

test('it listens on a port that the system chose, and publishes it', async () => {
  const server = await running(new TCPServer({ name: 'server' }))
  expect(server.port).toBeGreaterThan(0)
  expect(attributes(server)).toMatchObject({
    host: '127.0.0.1',
    port: server.port,
    address: `127.0.0.1:${server.port}`,
    connections: 0,
  })
})

test.for([
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '[::1]'],
  ['::', '[::]'],
  ['0.0.0.0', '0.0.0.0'],
  ['localhost', 'localhost'],
])('a client can connect to a server on %s', async ([host, shown]) => {
  const { server, client } = await connected({ host: host as string })
  expect(server.address).toBe(`${shown}:${server.port}`)
  await client.send('ping')
  expect(await server.receiveText({ size: 4 })).toBe('ping')
  await server.send('pong')
  expect(await client.receiveText({ size: 4 })).toBe('pong')
})

test('a server on :: takes IPv4 clients too', async () => {
  const server = await running(new TCPServer({ host: '::' }))
  expect(await accepts(server.port, '127.0.0.1')).toBe(true)
})

test('a fixed port is used as it is', async () => {
  const port = await freePort()
  const server = await running(new TCPServer({ port }))
  expect(server.port).toBe(port)
  await server.restart()
  expect(await accepts(port)).toBe(true)
})

test('a port in use fails the start with its address', async () => {
  const { port } = await running(new TCPServer())
  const server = new TCPServer({ name: 'second', port })
  const error = await failure(server.start())
  expect(error.code).toBe('TCP_PORT_IN_USE')
  expect(error.message).toMatchInlineSnapshot(
    `"TCPServer "second" cannot listen on 127.0.0.1:PORT: the port is in use. Stop the program that uses it, or leave \`port\` out to get a free one."`,
  )
  expect(server.state).toBe('failed')
})

test('a host that is not of this machine fails the start', async () => {
  const error = await failure(new TCPServer({ name: 'server', host: '192.0.2.1' }).start())
  expect(error.code).toBe('TCP_LISTEN_FAILED')
  expect(error.message).toMatchInlineSnapshot(
    `"TCPServer "server" cannot listen on 192.0.2.1:0: listen EADDRNOTAVAIL: address not available 192.0.2.1. \`host\` must be an address of this machine, such as 127.0.0.1 or ::1."`,
  )
})

test('connections are numbered in the order in which they were accepted', async () => {
  const server = await running(new TCPServer())
  const first = await peer(server)
  first.write('from the first')
  await vi.waitFor(() => expect(server.connections).toBe(1))
  const second = await peer(server)
  second.write('from the second')
  expect([await server.acceptConnection(), await server.acceptConnection()]).toEqual([0, 1])
  expect(await server.receiveText({ size: 14, connection: 0 })).toBe('from the first')
  expect(await server.receiveText({ size: 15, connection: 1 })).toBe('from the second')
})

test('the connection accepted last is used unless a number is given', async () => {
  const server = await running(new TCPServer())
  const sockets = [await peer(server), await peer(server)]
  await server.acceptConnection()
  await server.send('a')
  await server.acceptConnection()
  await server.send('b')
  await server.send('c', { connection: 0 })
  await server.closeConnection(0)
  await server.closeConnection(1)
  const received = await Promise.all(
    sockets.map(async (socket) => String(Buffer.concat(await socket.toArray()))),
  )
  expect(received.sort()).toEqual(['ac', 'b'])
})

test('calls that wait for connections at the same time get one each', async () => {
  const server = await running(new TCPServer())
  const accepted = Promise.all([server.acceptConnection(), server.acceptConnection()])
  await peer(server)
  await peer(server)
  expect(await accepted).toEqual([0, 1])
})

test('waiting for a connection that does not come ends with an error', async () => {
  const server = await running(new TCPServer({ name: 'server' }))
  const error = await failure(server.acceptConnection({ timeout: 5 }))
  expect(error.code).toBe('TCP_TIMEOUT')
  expect(error.message).toMatchInlineSnapshot(
    `"TCPServer "server": no client connected to 127.0.0.1:PORT within 5 ms (0 accepted before). Let the client connect there, or raise \`timeout\`."`,
  )
  await peer(server)
  expect(await server.acceptConnection()).toBe(0)
})

test('a connection that is not there is refused by its number', async () => {
  const server = await running(new TCPServer({ name: 'server' }))
  const none = await failure(server.receive())
  await peer(server)
  await server.acceptConnection()
  await peer(server)
  await vi.waitFor(() => expect(server.connections).toBe(2))
  const later = await failure(server.send('x', { connection: 1 }))
  const negative = await failure(server.closeConnection(-1))
  expect([none.code, later.code, negative.code]).toEqual(Array(3).fill('TCP_NO_CONNECTION'))
  expect([none, later, negative].map(({ message }) => message).join('\n')).toMatchInlineSnapshot(`
    "TCPServer "server": no connection was accepted yet (0 accepted, 0 waiting for acceptConnection()). Call acceptConnection() first; it gives the number of the connection.
    TCPServer "server": there is no connection 1 (1 accepted, 1 waiting for acceptConnection()). Call acceptConnection() first; it gives the number of the connection.
    TCPServer "server": there is no connection -1 (1 accepted, 1 waiting for acceptConnection()). Call acceptConnection() first; it gives the number of the connection."
  `)
})

test('closeConnection closes one connection and leaves the others', async () => {
  const server = await running(new TCPServer())
  const first = await peer(server)
  await server.acceptConnection()
  const second = await peer(server)
  await server.acceptConnection()
  await server.send('bye', { connection: 0 })
  await server.closeConnection(0)
  expect(String(Buffer.concat(await first.toArray()))).toBe('bye')
  expect(server.connections).toBe(1)
  second.write('still here')
  expect(await server.receiveText({ size: 10 })).toBe('still here')
  await expect(server.send('x', { connection: 0 })).rejects.toMatchObject({ code: 'TCP_CONNECTION_CLOSED' })
})

test('it does not count a connection that the client has closed', async () => {
  const { server, client } = await connected()
  expect(server.connections).toBe(1)
  await client.close()
  await vi.waitFor(() => expect(server.connections).toBe(0))
})

test('a connection that the client resets tells so', async () => {
  const server = await running(new TCPServer({ name: 'server' }))
  const socket = await peer(server)
  await server.acceptConnection()
  const error = failure(server.receive())
  socket.resetAndDestroy()
  expect((await error).message).toMatchInlineSnapshot(
    `"TCPServer "server": connection 0 from 127.0.0.1:PORT is closed: it broke (read ECONNRESET). Nothing is left to receive. acceptConnection() gives the next one."`,
  )
  expect((await error).cause).toMatchObject({ code: 'ECONNRESET' })
})

test('a client that ends its side is answered when allowHalfOpen is set', async () => {
  const server = await running(new TCPServer({ allowHalfOpen: true }))
  const socket = await peer(server, { allowHalfOpen: true })
  await server.acceptConnection()
  socket.end('question')
  expect(await server.receiveText({ size: 8 })).toBe('question')
  await expect(server.receive()).rejects.toMatchObject({ code: 'TCP_CONNECTION_CLOSED' })
  await server.send('answer')
  await server.closeConnection()
  expect(String(Buffer.concat(await socket.toArray()))).toBe('answer')
})

test('a client that ends its side sees the end of the other one unless allowHalfOpen is set', async () => {
  const server = await running(new TCPServer())
  const socket = await peer(server, { allowHalfOpen: true })
  await server.acceptConnection()
  socket.end()
  await once(socket.resume(), 'end')
  await expect(server.send('late')).rejects.toMatchObject({ code: 'TCP_CONNECTION_CLOSED' })
})

test('send ends with an error when the peer does not read', async () => {
  const server = await running(new TCPServer({ name: 'server' }))
  const socket = await peer(server)
  socket.pause()
  await server.acceptConnection()
  const error = await failure(server.send(Buffer.alloc(32_000_000), { timeout: 50 }))
  expect(error.code).toBe('TCP_TIMEOUT')
  expect(error.message.replace(/; \d+ bytes/, '; N bytes')).toMatchInlineSnapshot(
    `"TCPServer "server": connection 0 from 127.0.0.1:PORT: 32000000 bytes were not sent within 50 ms; N bytes are still queued. The peer does not read: let it, or raise \`timeout\`."`,
  )
})

test('the port is free and all connections are closed when stop resolves', async () => {
  const server = await running(new TCPServer())
  const { port } = server
  const sockets = [await peer(server), await peer(server)]
  await server.acceptConnection()
  const ends = sockets.map((socket) => once(socket.resume(), 'end'))
  await server.stop()
  expect(await accepts(port)).toBe(false)
  await Promise.all(ends)
  const again = createServer().listen(port, '127.0.0.1')
  await once(again, 'listening')
  again.close()
})

test('stop does not wait for idle and half-open peers', async () => {
  const server = await running(new TCPServer({ allowHalfOpen: true, stopTimeout: NEVER }))
  await peer(server)
  const halfOpen = await peer(server, { allowHalfOpen: true })
  halfOpen.end()
  await server.acceptConnection()
  await server.acceptConnection()
  await server.stop()
})

test('stop ends a connection whose peer does not read what was sent', async () => {
  const server = await running(new TCPServer({ stopTimeout: NEVER }))
  const socket = await peer(server)
  socket.pause()
  await server.acceptConnection()
  const sent = failure(server.send(Buffer.alloc(32_000_000)))
  await server.stop()
  expect((await sent).code).toBe('TCP_CONNECTION_CLOSED')
})

test('what waits when the driver stops is rejected', async () => {
  const { server } = await connected()
  const waiting = [
    failure(server.receive()),
    failure(server.receive({ size: 3 })),
    failure(server.acceptConnection()),
  ]
  await server.stop()
  const errors = await Promise.all(waiting)
  expect(errors.map(({ message }) => message).join('\n')).toMatchInlineSnapshot(`
    "TCPServer "server": connection 0 from 127.0.0.1:PORT is closed: the driver stopped. Nothing is left to receive. Await the call before stopping.
    TCPServer "server": connection 0 from 127.0.0.1:PORT is closed: the driver stopped. Nothing is left to receive. Await the call before stopping.
    TCPServer "server": the driver was stopped while acceptConnection() waited. Await the call before stopping."
  `)
})

test('a server that does not run says so', async () => {
  const server = new TCPServer({ name: 'server' })
  expect(() => server.port).toThrowErrorMatchingInlineSnapshot(
    `[TestrigError [TCP_NOT_STARTED]: TCPServer "server": port can be used while the driver runs, but it is idle. Start it first. As an option of another driver, pass it as a context value.]`,
  )
  expect(server.host).toBe('127.0.0.1')
  expect((await failure(server.receive())).message).toMatchInlineSnapshot(
    `"TCPServer "server": receive() can be used while the driver runs, but it is idle. Start it first."`,
  )
  await server.start()
  await server.stop()
  expect((await failure(server.acceptConnection())).code).toBe('TCP_NOT_STARTED')
})

test('a restart keeps the port that the system chose, and forgets the connections', async () => {
  const { server } = await connected()
  const { port } = server
  await server.restart()
  expect(server.port).toBe(port)
  expect(server.connections).toBe(0)
  await peer(server)
  expect(await server.acceptConnection()).toBe(0)
})

test('a restart takes another port when somebody has taken the one that the system chose', async () => {
  const server = await running(new TCPServer())
  const { port } = server
  await server.stop()
  const thief = await running(new TCPServer({ port }))
  await server.start()
  expect(server.port).not.toBe(port)
  expect(await accepts(server.port)).toBe(true)
  expect(await accepts(thief.port)).toBe(true)
})

test('the driver can be used in its hooks', async () => {
  const heard: string[] = []
  const server = new TCPServer({
    postStart: (driver) => heard.push(stablePorts(driver.address)),
    preStop: (driver) => heard.push(`${driver.connections} open`),
  })
  await server.start()
  await server.stop()
  expect(heard).toEqual(['127.0.0.1:PORT', '0 open'])
})
