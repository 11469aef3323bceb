// Peers in C, which have nothing of ours: each pattern in both roles.
import { running } from '@testrig/sockets/testing'
import { expect, test } from 'vitest'
import { libzmqPeer, reason, skipped } from '../test/libzmq.ts'
import type { ClientPattern, ServerPattern } from './patterns.ts'
import { ZMQClient, type ZMQClientOptions } from './zmq-client.ts'
import { ZMQServer } from './zmq-server.ts'

const MEBIBYTES_64 = 64 * 2 ** 20

/** A server of ours, and a peer that connects to it. */
async function withServer(messagePattern: ServerPattern, pattern: string, routingId?: string) {
  const topics = messagePattern === 'SUB' ? ['a'] : []
  const server = await running(new ZMQServer({ name: 'server', messagePattern, topics }))
  const named = routingId === undefined ? {} : { routingId }
  return { own: server, peer: await libzmqPeer({ pattern, connect: server.endpoint, ...named }) }
}

/** A peer that listens, and a client of ours. */
async function withClient(
  messagePattern: ClientPattern,
  pattern: string,
  options: Partial<ZMQClientOptions> = {},
) {
  const peer = await libzmqPeer({ pattern })
  const client = new ZMQClient({ name: 'client', messagePattern, endpoints: [peer.endpoint], ...options })
  return { own: await running(client), peer }
}

test.skipIf(skipped).for([
  ['a server', () => withServer('PAIR', 'PAIR')],
  ['a client', () => withClient('PAIR', 'PAIR')],
] as const)(`PAIR: %s exchanges messages with libzmq${reason}`, async ([, make]) => {
  const { own, peer } = await make()
  peer.tell('send from-c')
  expect(await own.receiveText()).toBe('from-c')
  await own.send('to-c')
  expect(await peer.receive()).toBe('to-c')
})

test.skipIf(skipped)(`REP: a server answers a REQ of libzmq${reason}`, async () => {
  const { own, peer } = await withServer('REP', 'REQ')
  for (const count of [1, 2]) {
    peer.tell(`send request-${count}`)
    expect(await own.receiveText()).toBe(`request-${count}`)
    await own.send(`reply-${count}`)
    expect(await peer.receive()).toBe(`reply-${count}`)
  }
})

test.skipIf(skipped)(`REQ: a client is answered by a REP of libzmq${reason}`, async () => {
  const { own, peer } = await withClient('REQ', 'REP')
  for (const count of [1, 2]) {
    await own.send(`request-${count}`)
    expect(await peer.receive()).toBe(`request-${count}`)
    peer.tell(`send reply-${count}`)
    expect(await own.receiveText()).toBe(`reply-${count}`)
  }
})

test.skipIf(skipped)(`PUB: a server publishes to a SUB of libzmq${reason}`, async () => {
  const { own, peer } = await withServer('PUB', 'SUB')
  peer.tell('subscribe a')
  await own.waitForSubscriber('a')
  await own.send('b-nobody-wants')
  await own.sendMultipart(['a1', '', 'third'])
  expect(await peer.receive()).toBe('a1 - third')
})

test.skipIf(skipped)(`PUB: a client publishes to a SUB of libzmq${reason}`, async () => {
  const { own, peer } = await withClient('PUB', 'SUB')
  peer.tell('subscribe')
  const received = peer.receive() // A SUB of libzmq tells what it subscribes to while it is called.
  await own.waitForSubscriber('anything')
  await own.send('anything')
  expect(await received).toBe('anything')
})

test.skipIf(skipped).for([
  ['a server', () => withServer('SUB', 'PUB')],
  ['a client', () => withClient('SUB', 'PUB', { topics: ['a'] })],
] as const)(`SUB: %s takes what a PUB of libzmq publishes${reason}`, async ([, make]) => {
  const { own, peer } = await make()
  // A PUB of libzmq does not tell who subscribes: it goes on until a message has come.
  await expect
    .poll(async () => {
      peer.tell('send b-not-subscribed')
      peer.tell('send a1 more')
      return (await own.receiveMultipart({ timeout: 100 })).map(String)
    })
    .toEqual(['a1', 'more'])
})

test.skipIf(skipped).for([
  ['a server', () => withServer('PUSH', 'PULL')],
  ['a client', () => withClient('PUSH', 'PULL')],
] as const)(`PUSH: %s sends to a PULL of libzmq${reason}`, async ([, make]) => {
  const { own, peer } = await make()
  await own.send('one')
  await own.sendMultipart(['two', new Uint8Array([0, 255])])
  expect(await peer.receive()).toBe('one')
  expect(await peer.receive()).toBe('two \\x00\\xff')
})

test.skipIf(skipped).for([
  ['a server', () => withServer('PULL', 'PUSH')],
  ['a client', () => withClient('PULL', 'PUSH')],
] as const)(`PULL: %s takes what a PUSH of libzmq sends${reason}`, async ([, make]) => {
  const { own, peer } = await make()
  peer.tell('send one')
  peer.tell('send two - frames')
  expect(await own.receiveText()).toBe('one')
  expect((await own.receiveMultipart()).map(String)).toEqual(['two', '', 'frames'])
})

test.skipIf(skipped)(`ROUTER: a server answers a DEALER of libzmq by its routing id${reason}`, async () => {
  const { own, peer } = await withServer('ROUTER', 'DEALER', 'ada')
  peer.tell('send order 7')
  expect((await own.receiveMultipart()).map(String)).toEqual(['ada', 'order', '7'])
  await own.sendMultipart(['ada', 'done'])
  expect(await peer.receive()).toBe('done')
})

test.skipIf(skipped)(
  `ROUTER: a client answers a REQ of libzmq, with the empty frame between${reason}`,
  async () => {
    const { own, peer } = await withClient('ROUTER', 'REQ')
    peer.tell('send question')
    const [id, ...frames] = await own.receiveMultipart()
    expect(frames.map(String)).toEqual(['', 'question'])
    await own.sendMultipart([id!, '', 'answer'])
    expect(await peer.receive()).toBe('answer')
  },
)

test.skipIf(skipped)(
  `DEALER: a client is known to a ROUTER of libzmq by its routing id${reason}`,
  async () => {
    const { own, peer } = await withClient('DEALER', 'ROUTER', { routingId: 'ada' })
    await own.sendMultipart(['order', '7'])
    expect(await peer.receive()).toBe('ada order 7')
    peer.tell('send ada done')
    expect(await own.receiveText()).toBe('done')
  },
)

test.skipIf(skipped)(`DEALER: a server asks a REP of libzmq${reason}`, async () => {
  const { own, peer } = await withServer('DEALER', 'REP')
  await own.sendMultipart(['', 'question'])
  expect(await peer.receive()).toBe('question')
  peer.tell('send answer')
  expect((await own.receiveMultipart()).map(String)).toEqual(['', 'answer'])
})

test.skipIf(skipped)(`a message of 64 MiB goes both ways${reason}`, async () => {
  const { own, peer } = await withServer('PAIR', 'PAIR')
  const data = Buffer.alloc(MEBIBYTES_64)
  for (let index = 0; index < data.length; index++) data[index] = index % 251
  await own.send(data)
  expect(await peer.receive()).toBe(`${MEBIBYTES_64} bytes, sum ${data.reduce((sum, byte) => sum + byte, 0)}`)
  peer.tell(`fill ${MEBIBYTES_64}`)
  expect(data.equals(await own.receive())).toBe(true)
  await own.send('afterwards')
  expect(await peer.receive()).toBe('afterwards')
})
