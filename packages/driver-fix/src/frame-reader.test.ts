import { expect, test } from 'vitest'
import { frame } from '../test/raw-peer.ts'
import { FrameReader } from './frame-reader.ts'

const LIMIT = 100_000

/** What a reader finds in chunks: messages by their length, and notes. */
function found(chunks: Iterable<Buffer>, limit = LIMIT): (number | string)[] {
  const reader = new FrameReader(limit)
  const all: (number | string)[] = []
  for (const chunk of chunks) {
    reader.append(chunk)
    for (let next = reader.next(); next !== undefined; next = reader.next()) {
      all.push(Buffer.isBuffer(next) ? next.length : next.reason)
      if (!Buffer.isBuffer(next) && next.fatal) return all
    }
  }
  return all
}

function* cut(bytes: Buffer, size: number): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size))
}

const messages = [
  frame('35=0|34=1'),
  frame('35=D|34=2|96=8=FIX.4.4|11=10=000'),
  frame(`35=B|34=3|58=${'x'.repeat(5_000)}`),
]
const lengths = messages.map(({ length }) => length)

test.for([1, 2, 3, 7, 64, 1_000, 1_000_000])('messages are found in chunks of %i bytes', (size) => {
  expect(found(cut(Buffer.concat(messages), size))).toEqual(lengths)
})

test('what was given out does not change when more arrives', () => {
  const reader = new FrameReader(LIMIT)
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = messages
  reader.append(Buffer.concat([first, second.subarray(0, 10)]))
  const given = reader.next() as Buffer
  reader.append(Buffer.concat([second.subarray(10), first]))
  expect(reader.next()).toEqual(second)
  expect(given).toEqual(first)
})

const wrongSum = Buffer.from(frame('35=0|34=1'))
wrongSum[wrongSum.length - 2] = wrongSum.at(-2) === 48 ? 49 : 48

test.for([
  { what: 'text', bytes: Buffer.from('GET / HTTP/1.1\r\n\r\n'), reason: 'no BeginString (8)' },
  { what: 'zeros', bytes: Buffer.alloc(5_000), reason: 'no BeginString (8)' },
  {
    what: 'a message without a length',
    bytes: Buffer.from('8=FIX.4.4|35=0|34=1|49=A|56=B|10=000|'.replaceAll('|', '\u0001')),
    reason: 'BeginString (8), BodyLength (9) and MsgType (35) do not come first',
  },
  {
    what: 'a length that is too small',
    bytes: Buffer.from(frame('35=0|34=1').toString('latin1').replace(/9=\d+/, '9=10')),
    reason: 'BodyLength (9) is wrong',
  },
  {
    what: 'a length that is too large',
    bytes: Buffer.from(frame('35=0|34=1').toString('latin1').replace(/9=\d+/, '9=70')),
    reason: 'BodyLength (9) is wrong',
  },
  {
    what: 'a wrong checksum',
    bytes: wrongSum,
    reason: expect.stringMatching(/^CheckSum \(10\) is \d{3}, not \d{3}$/),
  },
])('after $what the next message is found', ({ bytes, reason }) => {
  for (const size of [1, 5, 100_000]) {
    const chunks = cut(Buffer.concat([bytes, ...messages]), size)
    expect(found(chunks)).toEqual([reason, ...lengths])
  }
})

test('a stretch of garbage is noted once', () => {
  const garbage = Buffer.from('8=FIX.4.4 8=FIX.4.4 8=FIX 8=F'.repeat(20))
  const bytes = Buffer.concat([garbage, ...messages, garbage, ...messages])
  const reason = 'BeginString (8), BodyLength (9) and MsgType (35) do not come first'
  expect(found(cut(bytes, 11))).toEqual([reason, ...lengths, reason, ...lengths])
})

test('a message that says to be longer than the limit ends it, at once', () => {
  const head = Buffer.from('8=FIX.4.4\u00019=999999999\u000135=D')
  expect(found([head])).toEqual(['a message of 1000000028 bytes, more than 100000'])
})

test('garbage beyond the limit ends it', () => {
  const chunk = Buffer.alloc(60_000, 'x')
  expect(found([chunk, chunk, chunk])).toEqual([
    'no BeginString (8)',
    'no message in 120000 bytes, more than 100000',
  ])
})

test('a message may be as long as the limit', () => {
  const message = frame(`35=B|58=${'x'.repeat(5_000)}`)
  expect(found([message], message.length)).toEqual([message.length])
  expect(found([message], message.length - 1)).toHaveLength(1)
  expect(found([message], message.length - 1)[0]).toMatch(/^a message of/)
})

test('a message of many chunks takes no time that grows with the square of its size', () => {
  const size = 32_000_000
  expect(found(cut(frame(`35=B|58=${'x'.repeat(size)}`), 500), 2 * size)).toHaveLength(1)
})
