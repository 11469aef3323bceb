import { createHash, randomFillSync } from 'node:crypto'
import { running } from '@testrig/sockets/testing'
import { expect, test } from 'vitest'
import { connected, listening } from '../test/connected.ts'
import { TCPClient } from './tcp-client.ts'
import { TCPServer } from './tcp-server.ts'

const hash = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')
const LARGE = 50_000_000

test.each([5, undefined, null, {}, new ArrayBuffer(1)])(
  '%o is not sent, and nothing waits for it',
  async (data) => {
    const { client, server } = await connected()
    await expect(client.send(data as never, { timeout: 0 })).rejects.toMatchObject({ code: 'OPTION_INVALID' })
    await expect(server.sendText(data as never, { timeout: 0 })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    })
    // What waited would be over by now, and its error would be nobody's.
    await client.send('end')
    expect(await server.receiveText()).toBe('end')
  },
)

test('what cannot be sent is named', async () => {
  const { client } = await connected()
  await expect(client.send(5 as never)).rejects.toThrow(
    'send() takes a string or a Uint8Array, but was given 5 (number).',
  )
  await expect(client.sendText(undefined as never)).rejects.toThrow(
    'sendText() takes a string, but was given undefined.',
  )
})

test('50 MB arrive as they were sent, in one receive', async () => {
  const { server, client } = await connected()
  const data = randomFillSync(Buffer.alloc(LARGE))
  const sent = client.send(data)
  const received = await server.receive({ size: LARGE })
  await sent
  expect(hash(received)).toBe(hash(data))
})

test('50 MB arrive as they were sent, piece by piece', async () => {
  const { server, client } = await connected()
  const data = randomFillSync(Buffer.alloc(LARGE))
  const sent = server.send(data)
  const pieces: Buffer[] = []
  for (let count = 0; count < LARGE; count += (pieces.at(-1) as Buffer).length)
    pieces.push(await client.receive())
  await sent
  expect(hash(Buffer.concat(pieces))).toBe(hash(data))
})

test('many small messages are told apart', async () => {
  const { server, client } = await connected()
  const messages = Array.from({ length: 20_000 }, (_, index) => `message ${index};`)
  const sent = Promise.all(messages.map((message) => client.send(message)))
  const received: string[] = []
  while (received.length < messages.length) received.push(await server.receiveText({ until: ';' }))
  await sent
  expect(received).toEqual(messages)
})

test('a peer that sends without end is held up when 16 MiB are unread', async () => {
  let taken = 0
  const chunk = Buffer.alloc(1024 * 1024)
  const { port } = await listening((socket) => {
    const more = (): unknown =>
      socket.write(chunk, (error) => {
        if (error) return
        taken += chunk.length
        more()
      })
    more()
  })
  const client = await running(new TCPClient({ port }))
  await client.receive({ size: 1 })
  const before = process.memoryUsage().arrayBuffers
  let last = -1
  const seen = () => {
    const grown = taken - last
    last = taken
    return grown
  }
  await expect.poll(seen, { interval: 200, timeout: 10_000 }).toBe(0)
  expect(taken).toBeGreaterThanOrEqual(16 * 1024 * 1024)
  expect(taken).toBeLessThan(64 * 1024 * 1024)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(128 * 1024 * 1024)
  const all = await client.receive({ size: 100 * 1024 * 1024 })
  expect(all.length).toBe(100 * 1024 * 1024)
})

test('connections do not wait for each other', async () => {
  const server = await running(new TCPServer())
  const { host, port } = server
  const clients = await Promise.all(Array.from({ length: 20 }, () => running(new TCPClient({ host, port }))))
  const numbers = await Promise.all(clients.map(() => server.acceptConnection()))
  const blocked = server.receive({ connection: 0, size: 1_000 }).catch((error) => error.code)
  await Promise.all(clients.map((client) => client.send(`${client.localPort}\n`)))
  const said = await Promise.all(
    numbers.slice(1).map((connection) => server.receiveText({ connection, until: '\n' })),
  )
  expect(new Set(said).size).toBe(19)
  await server.stop()
  expect(await blocked).toBe('TCP_CONNECTION_CLOSED')
})
