import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { attributes } from '@testrig/core'
import { failure, running } from '@testrig/sockets/testing'
import { expect, onTestFinished, test } from 'vitest'
import { connected } from '../test/connected.ts'
import { isListening } from './is-listening.ts'
import { ZMQClient } from './zmq-client.ts'
import { ZMQServer } from './zmq-server.ts'

test('it publishes where it listens and what for', async () => {
  const server = await running(new ZMQServer({ messagePattern: 'PUB' }))
  expect(attributes(server)).toMatchObject({
    host: '127.0.0.1',
    port: expect.any(Number),
    endpoint: `tcp://127.0.0.1:${server.port}`,
    messagePattern: 'PUB',
  })
})

test('each gets a port of its own, which a restart keeps', async () => {
  const [one, two] = await Promise.all([running(new ZMQServer()), running(new ZMQServer())])
  expect(one!.port).not.toBe(two!.port)
  const { port } = one!
  await one!.restart()
  expect(one!.port).toBe(port)
})

test('a restart takes another port when somebody has taken the first', async () => {
  const server = await running(new ZMQServer())
  const { port } = server
  await server.stop()
  await running(new ZMQServer({ port }))
  await server.start()
  expect(server.port).not.toBe(port)
})

test('a port that is in use fails the start', async () => {
  const { port } = await running(new ZMQServer())
  const error = await failure(new ZMQServer({ name: 'server', port }).start())
  expect(error.code).toBe('ZMQ_ADDRESS_IN_USE')
  expect(error.message).toMatchInlineSnapshot(
    `"ZMQServer "server" cannot listen on tcp://127.0.0.1:PORT: it is in use. Stop the program that uses it, or leave \`port\` out to get a free one."`,
  )
})

test('a host that is none of this machine fails the start', async () => {
  const error = await failure(new ZMQServer({ name: 'server', host: '192.0.2.1' }).start())
  expect(error.code).toBe('ZMQ_LISTEN_FAILED')
  expect(error.message).toMatchInlineSnapshot(
    `"ZMQServer "server" cannot listen on tcp://192.0.2.1:*: Cannot assign requested address. The host must be an address of this machine or the name of a network interface; the directory of an ipc endpoint must exist; ports below 1024 need privileges."`,
  )
})

test('it listens on an IPv6 address', async () => {
  const { server, client } = await connected({ host: '::1' }, { hosts: ['::1'] })
  expect(server.endpoint).toBe(`tcp://[::1]:${server.port}`)
  expect(client.endpoints).toEqual([server.endpoint])
  await client.send('over IPv6')
  expect(await server.receiveText()).toBe('over IPv6')
})

test('it listens at a socket file', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'zmq-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const endpoint = `ipc://${join(directory, 'orders')}`
  const server = await running(new ZMQServer({ name: 'server', endpoint }))
  const client = await running(new ZMQClient({ endpoints: [server.endpoint] }))
  await client.send('over a file')
  expect(await server.receiveText()).toBe('over a file')
  expect(attributes(server)).not.toHaveProperty('port')
  expect(
    (await failure(Promise.resolve().then(() => server.port))).message.replace(directory, 'DIR'),
  ).toMatchInlineSnapshot(
    `"ZMQServer "server" listens on ipc://DIR/orders, which has no port. Use its \`endpoint\`, as with \`endpoints: [server.endpoint]\` of a client."`,
  )
  await server.restart()
  await client.send('after a restart')
  expect(await server.receiveText()).toBe('after a restart')
})

test('host and port are refused beside an endpoint', () => {
  expect(() => new ZMQServer({ endpoint: 'ipc:///tmp/x', port: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[TestrigError [OPTION_INVALID]: ZMQServer: option \`port\` must be left out with \`endpoint\`, which says where to listen.]`,
  )
})

test('what needs a running server says so', async () => {
  const server = new ZMQServer({ name: 'server' })
  expect(() => server.port).toThrowErrorMatchingInlineSnapshot(
    `[TestrigError [ZMQ_NOT_STARTED]: ZMQServer "server": port can be used while the driver runs, but it is idle. Start it first. As an option of another driver, pass it as a context value.]`,
  )
  for (const call of [server.send('x'), server.receive(), server.flush()])
    expect((await failure(call)).code).toBe('ZMQ_NOT_STARTED')
})

test('stop ends calls that wait, lets go of the port, and drops what nobody took', async () => {
  const server = await running(new ZMQServer({ name: 'server' }))
  const { endpoint } = server
  const calls = [server.receive(), server.receiveMultipart(), server.send('nobody is there')].map(failure)
  await server.stop()
  for (const error of await Promise.all(calls)) expect(error.code).toBe('ZMQ_CLOSED')
  expect((await calls[0]!).message).toMatchInlineSnapshot(
    `"ZMQServer "server": the driver was stopped while a call waited. Await what is sent and received before that."`,
  )
  expect(await isListening(endpoint)).toBe(false)
})

test('stop ends a wait for subscribers', async () => {
  const server = await running(new ZMQServer({ name: 'server', messagePattern: 'PUB' }))
  const waiting = failure(server.waitForSubscriber('a'))
  await server.stop()
  expect((await waiting).code).toBe('ZMQ_CLOSED')
})

test('clients connect again after a restart', async () => {
  const { server, client } = await connected()
  await client.send('before')
  expect(await server.receiveText()).toBe('before')
  await server.restart()
  await client.send('after')
  expect(await server.receiveText()).toBe('after')
})
