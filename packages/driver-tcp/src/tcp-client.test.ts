import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { attributes } from '@testrig/core'
import { failure, freePort, running } from '@testrig/sockets/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { connected, listening } from '../test/connected.ts'
import { TCPClient } from './tcp-client.ts'
import { TCPServer } from './tcp-server.ts'

/** A stop that waited for its time to be over would take longer than a test may. */
const NEVER = 600_000

test('it publishes the address of the server and its own', async () => {
  const { server, client } = await connected()
  expect(attributes(client)).toMatchObject({
    host: '127.0.0.1',
    port: server.port,
    localHost: '127.0.0.1',
    localPort: client.localPort,
    connected: true,
  })
  expect(client.localPort).toBeGreaterThan(0)
  expect(client.localPort).not.toBe(server.port)
})

test('a connection that is refused fails the start with the address and a hint', async () => {
  const client = new TCPClient({ name: 'client', port: await freePort() })
  const error = await failure(client.start())
  expect(error.code).toBe('TCP_CONNECT_FAILED')
  expect(error.message).toMatchInlineSnapshot(
    `"TCPClient "client" cannot connect to 127.0.0.1:PORT: connect ECONNREFUSED 127.0.0.1:PORT. Nothing listens there: start the server first, let this driver depend on it, or set \`connectRetry: true\`."`,
  )
})

test('a host that has no address fails the start', async () => {
  const error = await failure(new TCPClient({ name: 'client', host: 'nowhere.invalid', port: 1 }).start())
  expect(error.message.replace(/EAI_AGAIN|ENOTFOUND/, 'CODE')).toContain(
    'cannot connect to nowhere.invalid:1: getaddrinfo CODE',
  )
})

test('with connectRetry a refused connection is tried again', async () => {
  const port = await freePort()
  const client = new TCPClient({ port, connectRetry: true })
  const started = running(client)
  const refused = connect({ port, host: '127.0.0.1' })
  await once(refused, 'error')
  const server = await running(new TCPServer({ port }))
  await started
  await client.send('x')
  await server.acceptConnection()
  expect(await server.receiveText()).toBe('x')
})

test('connectRetry ends with the connectTimeout', async () => {
  const client = new TCPClient({
    name: 'client',
    port: await freePort(),
    connectRetry: true,
    connectTimeout: 60,
  })
  const error = await failure(client.start())
  expect(error.code).toBe('TCP_TIMEOUT')
  expect(error.message).toMatchInlineSnapshot(
    `"TCPClient "client" did not connect to 127.0.0.1:PORT within its connectTimeout of 60 ms. The last attempt ended with: connect ECONNREFUSED 127.0.0.1:PORT. Check that the server is up and reachable, or raise \`connectTimeout\`."`,
  )
})

test('stop ends a start that tries to connect', async () => {
  const client = new TCPClient({ port: await freePort(), connectRetry: true, stopTimeout: NEVER })
  const started = failure(client.start())
  await vi.waitFor(() => expect(client.state).toBe('starting'))
  await client.stop()
  expect((await started).code).toBe('START_ABORTED')
})

test('stop rejects a connect() that is under way', async () => {
  const client = await running(
    new TCPClient({ name: 'client', port: await freePort(), connectAtStart: false, connectRetry: true }),
  )
  const connecting = failure(client.connect())
  await client.stop()
  expect((await connecting).message).toMatchInlineSnapshot(
    `"TCPClient "client": the driver was stopped while connect() waited. Await the call before stopping."`,
  )
})

test('without connectAtStart it connects when connect() is called', async () => {
  const { port } = await listening()
  const client = await running(new TCPClient({ name: 'client', port, connectAtStart: false }))
  expect(client.connected).toBe(false)
  const early = await failure(client.send('x'))
  expect(early.code).toBe('TCP_NO_CONNECTION')
  expect(early.message).toMatchInlineSnapshot(
    `"TCPClient "client" is not connected to 127.0.0.1:PORT. Call connect() first, or leave \`connectAtStart\` at true."`,
  )
  expect(() => client.localPort).toThrow('is not connected')
  await client.connect()
  expect(client.connected).toBe(true)
})

test('connect() does nothing when connected, and calls at the same time share one connection', async () => {
  const sockets: unknown[] = []
  const { port } = await listening((socket) => sockets.push(socket))
  const client = await running(new TCPClient({ port, connectAtStart: false }))
  await Promise.all([client.connect(), client.connect()])
  const { localPort } = client
  await client.connect()
  expect(client.localPort).toBe(localPort)
  await vi.waitFor(() => expect(sockets).toHaveLength(1))
})

test('close() lets what arrived be received, and reconnect() makes another connection', async () => {
  const { server, client } = await connected({}, {})
  await server.send('unread')
  await vi.waitFor(async () => expect(await client.receiveText({ size: 1, timeout: 0 })).toBe('u'))
  await client.close()
  expect(client.connected).toBe(false)
  expect(await client.receiveText()).toBe('nread')
  expect((await failure(client.send('x'))).message).toMatchInlineSnapshot(
    `"TCPClient "client": the connection to 127.0.0.1:PORT is closed: close() was called. reconnect() makes another one."`,
  )
  await client.reconnect()
  expect(await server.acceptConnection()).toBe(1)
  await client.send('again')
  expect(await server.receiveText({ size: 5 })).toBe('again')
})

test('reconnect() closes the connection that is open', async () => {
  const { server, client } = await connected()
  const { localPort } = client
  await client.reconnect()
  await server.acceptConnection()
  expect(client.localPort).not.toBe(localPort)
  await expect(server.receive({ connection: 0 })).rejects.toMatchObject({ code: 'TCP_CONNECTION_CLOSED' })
  await vi.waitFor(() => expect(server.connections).toBe(1))
})

test('a client outlives the connection that its server closes', async () => {
  const { server, client } = await connected()
  await server.closeConnection()
  await expect(client.receive()).rejects.toMatchObject({ code: 'TCP_CONNECTION_CLOSED' })
  expect(client.state).toBe('started')
  await client.connect()
  expect(await server.acceptConnection()).toBe(1)
})

test('interface binds the local end', async () => {
  const port = await freePort()
  const { server, client } = await connected(
    { host: '0.0.0.0' },
    { host: '127.0.0.1', interface: { host: '127.0.0.2', port } },
  )
  expect([client.localHost, client.localPort]).toEqual(['127.0.0.2', port])
  await client.send('x')
  expect(await server.receiveText()).toBe('x')
})

test('reconnect() waits until a fixed local port can be used for the same server again', async () => {
  const port = await freePort()
  const { client, server } = await connected({}, { interface: { port } })
  await client.reconnect()
  expect(client.localPort).toBe(port)
  await client.reconnect()
  await server.acceptConnection()
  await server.acceptConnection()
  await client.send('x')
  expect(await server.receiveText()).toBe('x')
})

test('an interface that is not of this machine fails the start at once', async () => {
  const { port } = await listening()
  const client = new TCPClient({
    name: 'client',
    port,
    interface: { host: '192.0.2.1', port: await freePort() },
  })
  expect((await failure(client.start())).code).toBe('TCP_CONNECT_FAILED')
})

test('an interface that is in use fails the start', async () => {
  const { port } = await listening()
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  onTestFinished(() => void taken.close())
  const local = (taken.address() as { port: number }).port
  const error = await failure(
    new TCPClient({ name: 'client', port, interface: { host: '127.0.0.1', port: local } }).start(),
  )
  expect(error.message).toMatchInlineSnapshot(
    `"TCPClient "client" cannot connect to 127.0.0.1:PORT: bind EADDRINUSE 127.0.0.1:PORT. The local address cannot be used: check \`interface\`."`,
  )
})

test('sendTimestamped() tells the moment in microseconds and the size', async () => {
  const { server, client } = await connected()
  const before = Date.now() * 1_000
  const sent = await client.sendTimestamped('Grüße')
  const after = (Date.now() + 1) * 1_000
  expect(sent.size).toBe(7)
  expect(sent.timestamp).toBeGreaterThanOrEqual(before - 5_000)
  expect(sent.timestamp).toBeLessThanOrEqual(after + 5_000)
  expect(Number.isInteger(sent.timestamp)).toBe(true)
  expect(await server.receiveText({ size: 7 })).toBe('Grüße')
})

test('stop closes the connection', async () => {
  const ended = Promise.withResolvers<void>()
  const { port } = await listening((socket) => socket.resume().once('end', ended.resolve))
  const client = await running(new TCPClient({ port }))
  await client.stop()
  await ended.promise
  expect(client.connected).toBe(false)
})

test('stop does not wait for a server that never closes', async () => {
  const { port } = await listening()
  const client = await running(new TCPClient({ port, stopTimeout: NEVER }))
  const waiting = failure(client.receive())
  await client.stop()
  expect((await waiting).code).toBe('TCP_CONNECTION_CLOSED')
})

test('a client that does not run says so', async () => {
  const client = new TCPClient({ name: 'client', port: 1 })
  expect((await failure(client.connect())).message).toMatchInlineSnapshot(
    `"TCPClient "client": connect() can be used while the driver runs, but it is idle. Start it first."`,
  )
  expect((await failure(client.receive())).code).toBe('TCP_NOT_STARTED')
  expect([client.host, client.port, client.connected]).toEqual(['127.0.0.1', 1, false])
})

test('it can be restarted', async () => {
  const { server, client } = await connected()
  await client.restart()
  await server.acceptConnection()
  await client.send('x')
  expect(await server.receiveText()).toBe('x')
})
