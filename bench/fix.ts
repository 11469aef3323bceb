import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { FixClient, FixServer } from '@testrig/driver-fix'
import { paired, rounded, timed } from './statistics.ts'

const MESSAGES = 10_000

/** An order of some 150 bytes. */
const order = {
  35: 'D',
  11: 'order-0000001',
  21: 1,
  38: 100,
  40: 2,
  44: '1.0987',
  54: 1,
  55: 'EUR/USD',
  60: '20261124-10:11:12.345',
}

/**
 * Messages that a server sends back over one session, against the same bytes written message by message over a bare
 * pair of sockets, echoed in whatever pieces they arrive. Both ends are in this process.
 */
export async function fixEcho(turns: number): Promise<Readonly<Record<string, number>>> {
  const server = await new FixServer({ name: 'server' }).start()
  const client = await new FixClient({
    name: 'client',
    port: server.port,
    sender: 'CLIENT',
    target: 'SERVER',
  }).start()
  const frame = Buffer.from((await client.send(order)).toString().replaceAll('|', '\u0001'))
  await server.receive()
  const pair = await socketPair()
  const [fix, raw] = await paired(
    turns,
    () => timed(() => echoMessages(client, server)),
    () => timed(() => echoBytes(pair, frame)),
  )
  for (const socket of pair) socket.destroy()
  await client.stop()
  await server.stop()
  return {
    messagesPerSecond: Math.round((MESSAGES / fix) * 1_000),
    rawSocketRatio: rounded(raw / fix),
    bytesPerMessage: frame.length,
  }
}

async function echoMessages(client: FixClient, server: FixServer): Promise<void> {
  const echo = async () => {
    for (let count = 0; count < MESSAGES; count += 1) await server.send(await server.receive())
  }
  const send = async () => {
    for (let count = 0; count < MESSAGES; count += 1) await client.send(order)
  }
  const receive = async () => {
    for (let count = 0; count < MESSAGES; count += 1) await client.receive()
  }
  await Promise.all([echo(), send(), receive()])
}

async function echoBytes([near, far]: readonly [Socket, Socket], frame: Buffer): Promise<void> {
  const echo = (chunk: Buffer) => far.write(chunk)
  far.on('data', echo)
  const all = Promise.withResolvers<void>()
  let missing = MESSAGES * frame.length
  const count = (chunk: Buffer) => {
    missing -= chunk.length
    if (missing === 0) all.resolve()
  }
  near.on('data', count)
  for (let sent = 0; sent < MESSAGES; sent += 1) if (!near.write(frame)) await once(near, 'drain')
  await all.promise
  near.off('data', count)
  far.off('data', echo)
}

async function socketPair(): Promise<readonly [Socket, Socket]> {
  const listener = createServer({ noDelay: true }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const near = connect({
    port: (listener.address() as { port: number }).port,
    host: '127.0.0.1',
    noDelay: true,
  })
  const [far] = (await once(listener, 'connection')) as [Socket]
  listener.close()
  return [near, far]
}
