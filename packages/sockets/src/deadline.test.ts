import { connect, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { bind, deadline, within } from './index.ts'

test('it rejects by itself when its time is over', async () => {
  await expect(deadline(1, () => new Error('late')).promise).rejects.toThrow('late')
  const never = Promise.withResolvers<void>()
  await expect(within(never.promise, 1, () => new Error('late'))).rejects.toThrow('late')
})

test('what is settled in time stays so, and nobody is asked for an error', async () => {
  let asked = 0
  const late = () => {
    asked += 1
  }
  const settled = deadline<string>(0, late)
  settled.resolve('in time')
  await deadline(5, () => new Error('over')).promise.catch(() => {})
  expect(await settled.promise).toBe('in time')
  expect(await within(Promise.resolve('in time'), 0, late)).toBe('in time')
  await expect(within(Promise.reject(new Error('broken')), 0, late)).rejects.toThrow('broken')
  expect(asked).toBe(0)
})

test('what arrived in time counts, though this thread was busy until after it', async () => {
  const accepted = Promise.withResolvers<Socket>()
  const server = createServer((socket) => accepted.resolve(socket))
  const client = connect(await bind(server, { host: '127.0.0.1', port: 0 }), '127.0.0.1')
  onTestFinished(() => {
    client.destroy()
    server.close()
  })
  const socket = await accepted.promise
  const received = deadline<Buffer>(5, () => new Error('late'))
  socket.once('data', received.resolve)
  client.write('x')
  const end = performance.now() + 20
  while (performance.now() < end);
  expect(String(await received.promise)).toBe('x')
  socket.destroy()
})
