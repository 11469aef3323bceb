import { expect, test } from 'vitest'
import { parseLog } from './parse-log.ts'

const texts = (log: string) => parseLog(log).map(({ text }) => text)

test('lines end as their program ended them', () => {
  expect(texts('one\ntwo\r\nthree')).toEqual(['one', 'two', 'three'])
  expect(texts('one\n\n')).toEqual(['one', ''])
  expect(texts('')).toEqual([])
})

test('colours and weight become classes, over the ends of lines as well', () => {
  expect(parseLog('\u001b[1;31mbad\u001b[0m good\n\u001b[32mone\ntwo\u001b[39m')).toEqual([
    {
      text: 'bad good',
      spans: [
        { text: 'bad', look: 'fg-red bold' },
        { text: ' good', look: '' },
      ],
    },
    { text: 'one', spans: [{ text: 'one', look: 'fg-green' }] },
    { text: 'two', spans: [{ text: 'two', look: 'fg-green' }] },
  ])
})

test('bright, numbered, background and reversed colours are named ones; others are left out', () => {
  const looks = (log: string) => parseLog(log).flatMap(({ spans }) => spans.map(({ look }) => look))
  expect(looks('\u001b[91ma')).toEqual(['fg-red'])
  expect(looks('\u001b[38;5;12ma')).toEqual(['fg-blue'])
  expect(looks('\u001b[38;5;200ma')).toEqual([''])
  expect(looks('\u001b[38;2;1;2;3ma')).toEqual([''])
  expect(looks('\u001b[44ma')).toEqual(['bg-blue'])
  expect(looks('\u001b[33;7ma')).toEqual(['bg-yellow'])
  expect(looks('\u001b[7ma')).toEqual(['reversed'])
})

test('sequences that move, clear, set titles or links leave no trace', () => {
  expect(texts('\u001b[2K\u001b[1Gdone\u001b[?25h')).toEqual(['done'])
  expect(texts('\u001b]0;title\u0007a\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\')).toEqual(['alink'])
  expect(texts('a\u001bMb\u001b(Bc')).toEqual(['abc'])
  expect(texts('cut off \u001b[3')).toEqual(['cut off [3'])
})

test('a line that was written over shows its last version', () => {
  expect(texts('10 %\r50 %\r100 %\nready')).toEqual(['100 %', 'ready'])
})

test('control characters are left out, tabs stay', () => {
  expect(texts('a\u0000b\u0008c\td\u009b')).toEqual(['abc\td'])
})
