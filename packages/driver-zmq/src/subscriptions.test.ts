import { running, stablePorts } from '@testrig/sockets/testing'
import { expect, test } from 'vitest'
import { connected } from '../test/connected.ts'
import { ZMQClient } from './zmq-client.ts'
import type { ZMQServer } from './zmq-server.ts'

test('subscribe() and unsubscribe() change what arrives', async () => {
  const { server, client } = await connected({ messagePattern: 'PUB' }, { messagePattern: 'SUB' })
  client.subscribe('a', 'b')
  await server.waitForSubscriber('b')
  client.unsubscribe('a', 'never subscribed')
  client.subscribe('c')
  await server.waitForSubscriber('c')
  for (const text of ['a1', 'b1', 'c1']) await server.send(text)
  expect(await client.receiveText()).toBe('b1')
  expect(await client.receiveText()).toBe('c1')
})

test('a topic may be any bytes', async () => {
  const { server, client } = await connected({ messagePattern: 'PUB' }, { messagePattern: 'SUB' })
  const topic = new Uint8Array([0, 255])
  client.subscribe(topic)
  await server.waitForSubscriber(topic)
  await server.send(new Uint8Array([1]))
  await server.send(new Uint8Array([0, 255, 7]))
  expect([...(await client.receive())]).toEqual([0, 255, 7])
})

test('waitForSubscriber() counts the subscriptions that there are now', async () => {
  const { server, client } = await connected(
    { messagePattern: 'PUB' },
    { messagePattern: 'SUB', topics: ['a'] },
  )
  const all = await running(new ZMQClient({ messagePattern: 'SUB', ports: [server.port], topics: [''] }))
  await server.waitForSubscriber('abc', { count: 2 })
  expect(await missing(server, 'b', 2)).toMatchInlineSnapshot(
    `"ZMQServer "server" (PUB, tcp://127.0.0.1:PORT): waited 0 ms for 2 subscriptions to 'b'; there are some to 'a', ''. Check that the subscriber is connected, or raise \`timeout\`."`,
  )
  await all.stop()
  client.unsubscribe('a')
  await expect.poll(() => missing(server, 'a', 1)).toContain('nobody')
  expect(await missing(server, 'a', 1)).toMatchInlineSnapshot(
    `"ZMQServer "server" (PUB, tcp://127.0.0.1:PORT): waited 0 ms for 1 subscription to 'a'; nobody subscribes to anything. Check that the subscriber is connected, or raise \`timeout\`."`,
  )
})

test('a second subscriber to the same topic is seen, and one unsubscribing leaves the other', async () => {
  const { server, client } = await connected(
    { messagePattern: 'PUB' },
    { messagePattern: 'SUB', topics: ['a'] },
  )
  const two = await running(new ZMQClient({ messagePattern: 'SUB', ports: [server.port], topics: ['a'] }))
  await server.waitForSubscriber('a', { count: 2 })
  client.unsubscribe('a')
  await expect.poll(() => missing(server, 'a', 2)).toContain('waited')
  await server.send('a1')
  expect(await two.receiveText()).toBe('a1')
})

/** What waitForSubscriber() says when there are fewer now, and nothing else. */
async function missing(server: ZMQServer, topic: string, count: number): Promise<string> {
  const waited = server.waitForSubscriber(topic, { count, timeout: 0 })
  return waited.then(
    () => 'they are there',
    (error) => stablePorts(error.message),
  )
}
