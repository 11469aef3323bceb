import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type ContextValue,
  context,
  type Drivers,
  type EnvironmentDefinition,
  environment,
} from '@testrig/core'
import { recordDriverInfo } from '@testrig/core/driver-info'
import { running } from '@testrig/sockets/testing'
import { expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { ZMQClient } from './zmq-client.ts'
import { ZMQServer } from './zmq-server.ts'

// #region pair
const pair = environment()
  .add('server', () => new ZMQServer())
  .add('client', ({ server }) => new ZMQClient({ ports: [server.port] }))
// #endregion pair

// #region publish
const publishing = environment()
  .add('prices', () => new ZMQServer({ messagePattern: 'PUB' }))
  .add('news', () => new ZMQServer({ messagePattern: 'PUB' }))
  .add(
    'subscriber',
    ({ prices, news }) =>
      new ZMQClient({ messagePattern: 'SUB', ports: [prices.port, news.port], topics: ['EUR', 'late'] }),
  )
// #endregion publish

test('a client starts after its server, and finds its port', async () => {
  // #region pair-test
  await using group = await pair.start()
  const { server, client } = group.drivers
  await client.send('hello')
  expect(await server.receiveText()).toBe('hello')
  // #endregion pair-test
})

test('a subscriber of two servers', async () => {
  // #region publish-test
  await using group = await publishing.start()
  const { prices, news, subscriber } = group.drivers
  await prices.waitForSubscriber('EUR')
  await prices.send('USD 1.00')
  await prices.sendMultipart(['EUR', '1.17'])
  expect((await subscriber.receiveMultipart()).map(String)).toEqual(['EUR', '1.17'])
  // #endregion publish-test
  await news.waitForSubscriber('late')
  await news.send('late breaking')
  expect(await subscriber.receiveText()).toBe('late breaking')
})

test('a list wires several servers with templates', async () => {
  const servers = ['one', 'two'].map((name) => new ZMQServer({ name, messagePattern: 'PULL' }))
  const client = new ZMQClient({
    name: 'client',
    messagePattern: 'PUSH',
    hosts: [context('one', '{{ host }}')],
    ports: [context('one', '{{ port }}')],
    endpoints: [context('two', 'tcp://{{ host }}:{{ port }}')],
  })
  await using group = environment([...servers, client]).create()
  await group.start()
  expect(client.endpoints).toEqual(servers.map(({ endpoint }) => endpoint))
  for (const text of ['1', '2']) await client.send(text)
  const received = await Promise.all(servers.map((server) => server.receiveText()))
  expect(received.toSorted()).toEqual(['1', '2'])
})

test('reconnect() finds a server that was restarted on another port', async () => {
  // #region reconnect
  const { server, client } = await started(pair)
  const { port } = server
  await server.stop()
  await running(new ZMQServer({ port })) // Somebody else takes the port meanwhile.
  await server.start()
  await client.reconnect()
  expect(client.ports).toEqual([server.port])
  // #endregion reconnect
  expect(server.port).not.toBe(port)
  await client.send('found')
  expect(await server.receiveText()).toBe('found')
  await client.reconnect()
  expect(client.endpoints).toEqual([server.endpoint])
})

test('driver info joins a client with its servers, over TCP and over a Unix socket', async () => {
  const path = join(tmpdir(), `zmq-${process.pid}`)
  const group = environment()
    .add('one', () => new ZMQServer({ messagePattern: 'PULL' }))
    .add('two', () => new ZMQServer({ messagePattern: 'PULL', endpoint: `ipc://${path}` }))
    .add(
      'client',
      ({ one, two }) =>
        new ZMQClient({ messagePattern: 'PUSH', ports: [one.port], endpoints: [two.endpoint] }),
    )
    .create()
  onTestFinished(() => group.stop())
  const recorder = recordDriverInfo(group, { scope: 'test' })
  await group.start()
  await recorder.sample()
  const { edges } = await recorder.info()
  expect(edges.map(({ from, to, observed }) => [from, to, observed[0]?.connection])).toEqual([
    ['client', 'one', `tcp://${group.drivers.one.port}`],
    ['client', 'two', `unix://${path}`],
  ])
})

test.for([
  ['with the address to connect from', '127.0.0.1', 'tcp://127.0.0.1:0;127.0.0.1:{{ port }}'],
  ['with an address of IPv6 to connect from', '::1', 'tcp://[::1]:0;[::1]:{{ port }}'],
  ['with a zone', '::1', 'tcp://[::1%1]:{{ port }}'],
  ['of IPv6 without brackets', '::1', 'tcp://::1:{{ port }}'],
] as const)('a client connects to an endpoint %s, and driver info joins it', async ([, host, template]) => {
  const group = environment()
    .add('server', () => new ZMQServer({ messagePattern: 'PULL', host }))
    .add('client', () => new ZMQClient({ messagePattern: 'PUSH', endpoints: [context('server', template)] }))
    .create()
  onTestFinished(() => group.stop())
  const recorder = recordDriverInfo(group, { scope: 'test' })
  await group.start()
  const { server, client } = group.drivers
  await client.send('arrived')
  expect(await server.receiveText()).toBe('arrived')
  await recorder.sample()
  const { edges, drivers } = await recorder.info()
  expect(drivers.flatMap(({ problems }) => problems)).toEqual([])
  expect(edges.map(({ observed }) => observed[0]?.connection)).toEqual([`tcp://${server.port}`])
})

test('the types of attributes come through', () => {
  environment()
    .add('server', () => new ZMQServer())
    .add('client', ({ server }) => {
      expectTypeOf(server.port).toExtend<ContextValue<number>>()
      expectTypeOf(server.endpoint).toExtend<ContextValue<string>>()
      expectTypeOf(server).not.toHaveProperty('receive')
      return new ZMQClient({ ports: [server.port] })
    })
  const wrong = () => {
    // @ts-expect-error: ports are numbers
    new ZMQClient({ ports: ['5555'] })
    // @ts-expect-error: no such pattern
    new ZMQServer({ messagePattern: 'PAIRS' })
  }
  expect(wrong).toThrow('option `ports[0]`')
})

/** Starts what is declared; it stops when the test ends. */
async function started<D extends Drivers>(definition: EnvironmentDefinition<D>): Promise<D> {
  const group = await definition.start()
  onTestFinished(() => group.stop())
  return group.drivers
}
