import { attributes, leasePort } from '@testrig/core'
import { failure, running } from '@testrig/sockets/testing'
import { expect, onTestFinished, test } from 'vitest'
import { connected } from '../test/connected.ts'
import { ZMQClient } from './zmq-client.ts'
import { ZMQServer } from './zmq-server.ts'

test('it publishes all that it connects to', async () => {
  const { server, client } = await connected()
  expect(attributes(client)).toMatchObject({
    hosts: ['127.0.0.1'],
    ports: [server.port],
    endpoints: [server.endpoint],
    messagePattern: 'PAIR',
    connected: true,
  })
})

test('it can start before its server', async () => {
  const { port, release } = await leasePort()
  onTestFinished(release)
  const client = await running(new ZMQClient({ ports: [port] }))
  const sent = client.send('early')
  const server = await running(new ZMQServer({ port }))
  await sent
  expect(await server.receiveText()).toBe('early')
})

test('without connectAtStart it connects when connect() is called', async () => {
  const { server, client } = await connected({}, { connectAtStart: false })
  expect(client.connected).toBe(false)
  expect(client.ports).toEqual([server.port])
  expect((await failure(client.send('x'))).message).toMatchInlineSnapshot(
    `"ZMQClient "client": send() needs a socket, but the client is disconnected. Call connect() first, or leave \`connectAtStart\` at true."`,
  )
  await Promise.all([client.connect(), client.connect()])
  await client.send('x')
  expect(await server.receiveText()).toBe('x')
})

test('disconnect() ends calls that wait, and connect() begins anew', async () => {
  const { server, client } = await connected({ messagePattern: 'ROUTER' }, { messagePattern: 'DEALER' })
  const waiting = failure(client.receive())
  await client.disconnect()
  expect(client.connected).toBe(false)
  expect((await waiting).message).toMatchInlineSnapshot(
    `"ZMQClient "client": the client was disconnected while a call waited. Await what is sent and received before that."`,
  )
  await client.connect()
  await client.send('again')
  const [id] = await server.receiveMultipart()
  await server.sendMultipart([id!, 'welcome'])
  expect(await client.receiveText()).toBe('welcome')
})

test('a REQ whose reply never comes can ask again after reconnect()', async () => {
  const { server, client } = await connected({ messagePattern: 'REP' }, { messagePattern: 'REQ' })
  await client.send('lost')
  expect((await failure(client.receive({ timeout: 20 }))).code).toBe('ZMQ_TIMEOUT')
  expect((await failure(client.send('too early'))).code).toBe('ZMQ_OUT_OF_TURN')
  expect(await server.receiveText()).toBe('lost')
  await server.send('late')
  await client.reconnect()
  await client.send('again')
  expect(await server.receiveText()).toBe('again')
  await server.send('reply')
  expect(await client.receiveText()).toBe('reply')
})

test('subscriptions stay over disconnect() and connect(), and begin anew with a start', async () => {
  const { server, client } = await connected(
    { messagePattern: 'PUB' },
    { messagePattern: 'SUB', topics: ['a'] },
  )
  client.subscribe('b')
  client.unsubscribe('a')
  await client.disconnect()
  await server.restart()
  await client.connect()
  await server.waitForSubscriber('b')
  for (const text of ['a1', 'b1']) await server.send(text)
  expect(await client.receiveText()).toBe('b1')
  await client.stop()
  await server.restart()
  await client.start()
  await server.waitForSubscriber('a')
  for (const text of ['b2', 'a2']) await server.send(text)
  expect(await client.receiveText()).toBe('a2')
})

test('after any number of reconnects and restarts it has as many servers as were given', async () => {
  const { server, client } = await connected()
  await client.reconnect()
  await server.restart()
  await client.reconnect()
  await client.restart()
  expect(client.ports).toEqual([server.port])
  expect(client.endpoints).toEqual([server.endpoint])
})

test('an endpoint that is none fails the start, and the client can be used for none', async () => {
  const client = new ZMQClient({ name: 'client', endpoints: ['127.0.0.1:5555'] })
  const error = await failure(client.start())
  expect(error.code).toBe('ZMQ_CONNECT_FAILED')
  expect(error.message).toMatchInlineSnapshot(
    `"ZMQClient "client" cannot connect to 127.0.0.1:PORT: Invalid argument. An endpoint is such as \`tcp://127.0.0.1:PORT\` or \`ipc:///tmp/orders\`."`,
  )
  expect(client.connected).toBe(false)
})

test('options that do not go together are refused when it is made', () => {
  expect(() => new ZMQClient({})).toThrowErrorMatchingInlineSnapshot(
    `[TestrigError [OPTION_INVALID]: ZMQClient: option \`ports\` or \`endpoints\` must name at least one server, but both are empty. Give such as \`ports: [server.port]\`.]`,
  )
  expect(() => new ZMQClient({ ports: [1, 2], hosts: ['localhost'] })).toThrowErrorMatchingInlineSnapshot(
    `[TestrigError [OPTION_INVALID]: ZMQClient: option \`hosts\` must have an entry for each of the \`ports\`, but has 1 for 2. Leave it out when all are 127.0.0.1.]`,
  )
  expect(() => new ZMQClient({ ports: [1], topics: ['a'] })).toThrowErrorMatchingInlineSnapshot(
    `[TestrigError [OPTION_INVALID]: ZMQClient: option \`topics\` must be left out with the messagePattern PAIR: it is for SUB.]`,
  )
  expect(() => new ZMQClient({ ports: [1], routingId: 'ada' })).toThrowErrorMatchingInlineSnapshot(
    `[TestrigError [OPTION_INVALID]: ZMQClient: option \`routingId\` must be left out with the messagePattern PAIR: it is for REQ and DEALER.]`,
  )
})

test('a receive in vain shows who waited', async () => {
  const { client } = await connected()
  const theTest = async () => {
    await client.receiveText({ timeout: 1 })
  }
  expect((await failure(theTest())).stack).toContain('theTest')
})
