import { failure, running } from '@testrig/sockets/testing'
import { expect, test } from 'vitest'
import { connected } from '../test/connected.ts'
import { ZMQClient } from './zmq-client.ts'
import { ZMQServer } from './zmq-server.ts'

test('a message has any bytes, also none', async () => {
  const { server, client } = await connected()
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index))
  await client.send(bytes)
  await client.send('')
  expect((await server.receive()).equals(bytes)).toBe(true)
  expect(await server.receive()).toHaveLength(0)
})

test('bytes may change once send() was called', async () => {
  const { server, client } = await connected()
  const bytes = Buffer.from('before')
  const sent = client.send(bytes)
  bytes.write('after!')
  await sent
  expect(await server.receiveText()).toBe('before')
})

test('frames of a message arrive together', async () => {
  const { server, client } = await connected()
  await client.sendMultipart(['one', '', new Uint8Array([3])])
  expect(await server.receiveMultipart()).toEqual([Buffer.from('one'), Buffer.alloc(0), Buffer.from([3])])
})

test('a message of several frames stays when one is asked for', async () => {
  const { server, client } = await connected()
  await client.sendMultipart(['a', 'b'])
  const error = await failure(server.receive())
  expect(error.code).toBe('ZMQ_MULTIPART')
  expect(error.message).toMatchInlineSnapshot(
    `"ZMQServer "server" (PAIR, tcp://127.0.0.1:PORT): the next message has 2 frames. It stays: receiveMultipart() gives it."`,
  )
  expect((await server.receiveMultipart()).map(String)).toEqual(['a', 'b'])
})

test('calls that wait get the messages in their order', async () => {
  const { server, client } = await connected()
  const calls = [server.receiveText(), server.receiveText(), server.receiveText()]
  await Promise.all(['1', '2', '3'].map((text) => client.send(text)))
  expect(await Promise.all(calls)).toEqual(['1', '2', '3'])
})

test('a message that comes after a call has timed out is for the next call', async () => {
  const { server, client } = await connected()
  const error = await failure(server.receive({ timeout: 5 }))
  expect(error.code).toBe('ZMQ_TIMEOUT')
  expect(error.message).toMatchInlineSnapshot(
    `"ZMQServer "server" (PAIR, tcp://127.0.0.1:PORT): no message came within 5 ms. Check that the peer is connected, sends, and with SUB that the topic is subscribed to; or raise \`timeout\`."`,
  )
  await client.send('late')
  expect(await server.receiveText()).toBe('late')
})

test('a timeout of 0 takes what has arrived', async () => {
  const { server, client } = await connected()
  expect((await failure(server.receive({ timeout: 0 }))).code).toBe('ZMQ_TIMEOUT')
  await client.send('x')
  await expect.poll(() => server.receiveText({ timeout: 0 })).toBe('x')
})

test('send() waits for a peer', async () => {
  const server = await running(new ZMQServer({ name: 'server', messagePattern: 'PUSH' }))
  const error = await failure(server.send('nobody', { timeout: 5 }))
  expect(error.code).toBe('ZMQ_TIMEOUT')
  expect(error.message).toMatchInlineSnapshot(
    `"ZMQServer "server" (PUSH, tcp://127.0.0.1:PORT): no peer took the message within 5 ms: none is connected, or its queue is full. Check that one is there and receives, or raise \`timeout\`."`,
  )
  const sent = server.send('somebody')
  const client = await running(new ZMQClient({ messagePattern: 'PULL', ports: [server.port] }))
  await sent
  expect(await client.receiveText()).toBe('somebody')
})

test('a peer that receives nothing holds up send() at the high water mark, and loses nothing', async () => {
  const { server, client } = await connected(
    { messagePattern: 'PUSH', highWaterMark: 2 },
    { messagePattern: 'PULL', highWaterMark: 2 },
  )
  const big = Buffer.alloc(2 ** 20)
  let sent = 0
  const full = await failure(
    (async () => {
      for (;;) {
        await server.send(big, { timeout: 200 })
        sent += 1
      }
    })(),
  )
  expect(full.code).toBe('ZMQ_TIMEOUT')
  expect(sent).toBeGreaterThan(2)
  for (let count = 0; count < sent; count++) expect(await client.receive()).toHaveLength(big.length)
  await server.send('and on')
  expect(await client.receiveText()).toBe('and on')
})

test('flush() drops what has arrived', async () => {
  const { server, client } = await connected()
  await client.sendMultipart(['two', 'frames'])
  expect((await failure(server.receive())).code).toBe('ZMQ_MULTIPART')
  await server.flush()
  expect((await failure(server.receiveMultipart({ timeout: 0 }))).code).toBe('ZMQ_TIMEOUT')
  await client.send('new')
  expect(await server.receiveText()).toBe('new')
})

test('flush() of a REQ drops a reply, and leaves it free to ask again', async () => {
  const { server, client } = await connected({ messagePattern: 'REP' }, { messagePattern: 'REQ' })
  await client.flush()
  await client.send('one')
  await server.receive()
  await server.send('reply to one')
  await expect
    .poll(async () => {
      await client.flush()
      return client.send('two').then(
        () => 'sent',
        ({ code }) => code,
      )
    })
    .toBe('sent')
  expect(await server.receiveText()).toBe('two')
  await server.send('reply to two')
  expect(await client.receiveText()).toBe('reply to two')
})

test('a REP answers all that it receives: flush() is refused', async () => {
  const { server } = await connected({ messagePattern: 'REP' }, { messagePattern: 'REQ' })
  expect((await failure(server.flush())).message).toMatchInlineSnapshot(
    `"ZMQServer "server" (REP, tcp://127.0.0.1:PORT): flush() is not possible with the messagePattern REP, which answers all that it receives. Choose another pattern, or call it on the other side."`,
  )
})

test('a reply that came too late is received before the next request is sent', async () => {
  const { server, client } = await connected({ messagePattern: 'REP' }, { messagePattern: 'REQ' })
  await client.send('one')
  expect((await failure(client.receive({ timeout: 5 }))).code).toBe('ZMQ_TIMEOUT')
  await server.receive()
  await server.sendMultipart(['late', 'reply'])
  expect((await failure(client.receive())).code).toBe('ZMQ_MULTIPART')
  expect((await failure(client.send('two'))).code).toBe('ZMQ_OUT_OF_TURN')
  expect((await client.receiveMultipart()).map(String)).toEqual(['late', 'reply'])
  await client.send('two')
  expect(await server.receiveText()).toBe('two')
})

test('flush() of a SUB drops what it had taken ahead', async () => {
  const { server, client } = await connected(
    { messagePattern: 'PUB' },
    { messagePattern: 'SUB', topics: [''] },
  )
  await server.waitForSubscriber('')
  for (const text of ['1', '2', '3']) await server.send(text)
  expect(await client.receiveText()).toBe('1')
  await server.send('last')
  await expect
    .poll(async () => {
      await client.flush()
      return failure(client.receive({ timeout: 10 })).then(
        ({ code }) => code,
        () => 'received',
      )
    })
    .toBe('ZMQ_TIMEOUT')
})

test('a message of 64 MiB arrives', async () => {
  const { server, client } = await connected()
  const data = Buffer.alloc(64 * 2 ** 20, 'abcdefg')
  await client.send(data)
  expect(data.equals(await server.receive())).toBe(true)
  await server.send('and on')
  expect(await client.receiveText()).toBe('and on')
})

test('what is neither text nor bytes is refused, and the socket can still be used', async () => {
  const { server, client } = await connected()
  const error = await failure(client.send({ order: 7 } as never))
  expect(error.code).toBe('ZMQ_MESSAGE_INVALID')
  expect(error.message).toMatchInlineSnapshot(
    `"ZMQClient "client": what is sent must be a string or a Uint8Array, but is { order: 7 }. Convert it, for instance with JSON.stringify()."`,
  )
  expect((await failure(client.sendMultipart([]))).message).toMatchInlineSnapshot(
    `"ZMQClient "client": what is sent must be an array of at least one frame, but is []. Convert it, for instance with JSON.stringify()."`,
  )
  await client.send('7')
  expect(await server.receiveText()).toBe('7')
})

test('options of a call are checked', async () => {
  const { server } = await connected({ messagePattern: 'PUB' }, { messagePattern: 'SUB' })
  expect((await failure(server.send('x', { timeout: -1 }))).message).toMatchInlineSnapshot(
    `"ZMQServer "server": option \`timeout\` of send() must be a number of milliseconds from 0 to 2147483647, but is -1 (number)."`,
  )
  expect((await failure(server.waitForSubscriber('x', { count: 0 }))).message).toMatchInlineSnapshot(
    `"ZMQServer "server": option \`count\` of waitForSubscriber() must be an integer of at least 1, but is 0 (number)."`,
  )
  expect((await failure(server.send('x', { timeOut: 1 } as never))).message).toMatchInlineSnapshot(
    `"ZMQServer "server": option \`timeOut\` of send() must be left out (did you mean \`timeout\`?), as the keys are timeout, but is 1 (number)."`,
  )
})
