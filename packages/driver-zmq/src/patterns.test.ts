import { failure, running } from '@testrig/sockets/testing'
import { expect, test } from 'vitest'
import { connected } from '../test/connected.ts'
import { ZMQClient } from './zmq-client.ts'
import { ZMQServer } from './zmq-server.ts'

test('PAIR: both sides send and receive', async () => {
  const { server, client } = await connected()
  await client.send('to the server')
  await server.send('to the client')
  expect(await server.receiveText()).toBe('to the server')
  expect(await client.receiveText()).toBe('to the client')
})

test('REQ and REP: requests are answered in turn', async () => {
  const { server, client } = await connected({ messagePattern: 'REP' }, { messagePattern: 'REQ' })
  for (const count of [1, 2, 3]) {
    await client.send(`request ${count}`)
    expect(await server.receiveText()).toBe(`request ${count}`)
    await server.send(`reply ${count}`)
    expect(await client.receiveText()).toBe(`reply ${count}`)
  }
})

test('PUB and SUB: every subscriber gets what begins with its topics', async () => {
  const { server, client: one } = await connected(
    { messagePattern: 'PUB' },
    { messagePattern: 'SUB', topics: ['a'] },
  )
  const two = await running(
    new ZMQClient({ messagePattern: 'SUB', ports: [server.port], topics: ['a', 'b'] }),
  )
  await server.waitForSubscriber('a', { count: 2 })
  await server.waitForSubscriber('b')
  for (const message of ['c1', 'b1', 'a1']) await server.send(message)
  expect(await one.receiveText()).toBe('a1')
  expect(await two.receiveText()).toBe('b1')
  expect(await two.receiveText()).toBe('a1')
})

test('a SUB server takes what PUB clients publish', async () => {
  const { server, client } = await connected(
    { messagePattern: 'SUB', topics: [''] },
    { messagePattern: 'PUB' },
  )
  await client.waitForSubscriber('x')
  await client.send('x')
  expect(await server.receiveText()).toBe('x')
})

test('PUSH and PULL: each message reaches one of the clients', async () => {
  const { server, client: one } = await connected({ messagePattern: 'PUSH' }, { messagePattern: 'PULL' })
  const two = await running(new ZMQClient({ messagePattern: 'PULL', ports: [server.port] }))
  await server.send('begin')
  const first = await Promise.race([one.receiveText(), two.receiveText()])
  expect(first).toBe('begin')
})

test('a PULL client collects from several servers', async () => {
  const [one, two] = await Promise.all([1, 2].map(() => running(new ZMQServer({ messagePattern: 'PUSH' }))))
  const client = await running(
    new ZMQClient({
      messagePattern: 'PULL',
      hosts: ['127.0.0.1', 'localhost'],
      ports: [one!.port, two!.port],
    }),
  )
  expect(client.endpoints).toEqual([one!.endpoint, `tcp://localhost:${two!.port}`])
  await Promise.all([one!.send('from one'), two!.send('from two')])
  expect([await client.receiveText(), await client.receiveText()].toSorted()).toEqual([
    'from one',
    'from two',
  ])
})

test('DEALER and ROUTER: frames tell the peers apart', async () => {
  const { server, client } = await connected(
    { messagePattern: 'ROUTER' },
    { messagePattern: 'DEALER', routingId: 'ada' },
  )
  await client.sendMultipart(['order', '7'])
  expect((await server.receiveMultipart()).map(String)).toEqual(['ada', 'order', '7'])
  await server.sendMultipart(['ada', 'done'])
  expect(await client.receiveText()).toBe('done')
})

test('ROUTER: a peer that is not there is an error', async () => {
  const server = await running(new ZMQServer({ name: 'server', messagePattern: 'ROUTER' }))
  const error = await failure(server.sendMultipart(['nobody', 'x']))
  expect(error.code).toBe('ZMQ_UNROUTABLE')
  expect(error.message).toMatchInlineSnapshot(
    `"ZMQServer "server" (ROUTER, tcp://127.0.0.1:PORT): no peer has the routing id that is the first frame. Receive from the peer first: its messages begin with its id."`,
  )
})

test.for(['PUB', 'PUSH'] as const)('%s does not receive', async (messagePattern) => {
  const server = await running(new ZMQServer({ name: 'server', messagePattern }))
  for (const call of [server.receive(), server.receiveText(), server.receiveMultipart(), server.flush()])
    expect((await failure(call)).code).toBe('ZMQ_PATTERN')
})

test.for(['SUB', 'PULL'] as const)('%s does not send', async (messagePattern) => {
  const server = await running(new ZMQServer({ name: 'server', messagePattern }))
  for (const call of [server.send('x'), server.sendMultipart(['x'])])
    expect((await failure(call)).code).toBe('ZMQ_PATTERN')
})

test('what a pattern cannot do is named', async () => {
  const server = await running(new ZMQServer({ name: 'server', messagePattern: 'PUB' }))
  expect((await failure(server.receive())).message).toMatchInlineSnapshot(
    `"ZMQServer "server" (PUB, tcp://127.0.0.1:PORT): receive() is not possible with the messagePattern PUB, which only sends. Choose another pattern, or call it on the other side."`,
  )
  expect(() => server.subscribe('x')).toThrowErrorMatchingInlineSnapshot(
    `[TestrigError [ZMQ_PATTERN]: ZMQServer "server": subscribe() is not possible with the messagePattern PUB, which has no subscriptions. Choose another pattern, or call it on the other side.]`,
  )
  const pull = await running(new ZMQServer({ name: 'server', messagePattern: 'PULL' }))
  expect((await failure(pull.waitForSubscriber('x'))).message).toMatchInlineSnapshot(
    `"ZMQServer "server" (PULL, tcp://127.0.0.1:PORT): waitForSubscriber() is not possible with the messagePattern PULL, which has no subscribers. Choose another pattern, or call it on the other side."`,
  )
})

test('a REQ that receives, or a REP that sends, before its turn is told so at once', async () => {
  const { server, client } = await connected({ messagePattern: 'REP' }, { messagePattern: 'REQ' })
  expect((await failure(client.receive())).code).toBe('ZMQ_OUT_OF_TURN')
  expect((await failure(server.send('x'))).message).toMatchInlineSnapshot(
    `"ZMQServer "server" (REP, tcp://127.0.0.1:PORT): send() is out of turn: REQ sends, then receives the reply; REP receives, then sends it. reconnect() or restart() begins anew."`,
  )
  await client.send('request')
  expect((await failure(client.send('another'))).code).toBe('ZMQ_OUT_OF_TURN')
  expect(await server.receiveText()).toBe('request')
})

test('a pattern of the other role is refused when the driver is made', () => {
  // @ts-expect-error a server has no REQ
  expect(() => new ZMQServer({ messagePattern: 'REQ' })).toThrowErrorMatchingInlineSnapshot(
    `[TestrigError [OPTION_INVALID]: ZMQServer: option \`messagePattern\` must be one of PAIR, REP, PUB, SUB, PUSH, PULL, ROUTER, DEALER, but is 'REQ' (string).]`,
  )
  // @ts-expect-error a client has no REP
  expect(() => new ZMQClient({ ports: [1], messagePattern: 'REP' })).toThrow('option `messagePattern`')
})
