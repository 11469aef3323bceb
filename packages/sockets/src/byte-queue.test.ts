import { expect, test } from 'vitest'
import { ByteQueue } from './index.ts'

function filled(...chunks: string[]): ByteQueue {
  const queue = new ByteQueue()
  for (const chunk of chunks) queue.append(Buffer.from(chunk))
  return queue
}

test('bytes come out in the order in which they were added, whatever the pieces', () => {
  const data = Buffer.from(Array.from({ length: 10_000 }, (_, index) => index % 251))
  const queue = new ByteQueue()
  const taken: Buffer[] = []
  for (let at = 0, step = 1; at < data.length; at += step, step = (step * 7) % 61 || 1) {
    queue.append(Buffer.from(data.subarray(at, at + step)))
    taken.push(queue.take(Math.floor(queue.length / 2)))
  }
  taken.push(queue.take(queue.length))
  expect(Buffer.concat(taken).equals(data)).toBe(true)
  expect(queue.length).toBe(0)
})

test('what was taken does not change when more is added', () => {
  const queue = filled('abc', 'def')
  const first = queue.take(2)
  const rest = queue.take(queue.length)
  queue.append(Buffer.from('xyz'))
  queue.append(Buffer.from('uvw'))
  expect([String(first), String(rest), String(queue.take(6))]).toEqual(['ab', 'cdef', 'xyzuvw'])
})

test('a chunk that was added is never written to', () => {
  const chunk = Buffer.from('abc')
  const queue = filled()
  queue.append(chunk)
  queue.take(1)
  queue.append(Buffer.from('defg'))
  queue.take(4)
  queue.append(Buffer.from('hi'))
  expect(String(chunk)).toBe('abc')
})

test('what came in pieces can be searched and looked at as a whole', () => {
  const queue = filled('a\r', '\nb\r\n')
  queue.take(1)
  expect(queue.view.indexOf('\r\n')).toBe(0)
  expect(queue.view.indexOf('\r\n', 1)).toBe(3)
  expect([String(queue.view), queue.length]).toEqual(['\r\nb\r\n', 5])
})
