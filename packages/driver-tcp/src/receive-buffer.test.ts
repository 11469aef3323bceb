import { expect, test } from 'vitest'
import { ReceiveBuffer } from './receive-buffer.ts'

function filled(...chunks: string[]): ReceiveBuffer {
  const buffer = new ReceiveBuffer()
  for (const chunk of chunks) buffer.append(Buffer.from(chunk))
  return buffer
}

test('bytes come out in the order in which they were added, whatever the pieces', () => {
  const data = Buffer.from(Array.from({ length: 10_000 }, (_, index) => index % 251))
  const buffer = new ReceiveBuffer()
  const taken: Buffer[] = []
  for (let at = 0, step = 1; at < data.length; at += step, step = (step * 7) % 61 || 1) {
    buffer.append(Buffer.from(data.subarray(at, at + step)))
    taken.push(buffer.take(Math.floor(buffer.length / 2)))
  }
  taken.push(buffer.take(buffer.length))
  expect(Buffer.concat(taken).equals(data)).toBe(true)
  expect(buffer.length).toBe(0)
})

test('what was taken does not change when more is added', () => {
  const buffer = filled('abc', 'def')
  const first = buffer.take(2)
  const rest = buffer.take(buffer.length)
  buffer.append(Buffer.from('xyz'))
  buffer.append(Buffer.from('uvw'))
  expect([String(first), String(rest), String(buffer.take(6))]).toEqual(['ab', 'cdef', 'xyzuvw'])
})

test('a chunk that was added is never written to', () => {
  const chunk = Buffer.from('abc')
  const buffer = filled()
  buffer.append(chunk)
  buffer.take(1)
  buffer.append(Buffer.from('defg'))
  buffer.take(4)
  buffer.append(Buffer.from('hi'))
  expect(String(chunk)).toBe('abc')
})

test('a delimiter is found across chunks, from a position on', () => {
  const buffer = filled('a\r', '\nb\r\n')
  expect(buffer.endOf(Buffer.from('\r\n'), 0)).toBe(3)
  expect(buffer.endOf(Buffer.from('\r\n'), 2)).toBe(6)
  expect(buffer.endOf(Buffer.from('\r\n'), 5)).toBeUndefined()
})

test('peek leaves the bytes where they are', () => {
  const buffer = filled('abc')
  expect(String(buffer.peek(2))).toBe('ab')
  expect(buffer.length).toBe(3)
})
