import { expect, test } from 'vitest'
import { duration, ofAll } from './format.ts'

test.for<[number, string]>([
  [0.44, '0.4 ms'],
  [83.4, '83 ms'],
  [1_240, '1.24 s'],
  [60_000, '1 min 0 s'],
  [119_700, '2 min 0 s'],
  [125_000, '2 min 5 s'],
  [-1, '0 ms'],
])('%d ms are shown as %s', ([milliseconds, text]) => {
  expect(duration(milliseconds)).toBe(text)
})

test('what was found is counted against all', () => {
  expect([ofAll(2, 2, 'driver'), ofAll(1, 2_000, 'driver'), ofAll(0, 1, 'test')]).toEqual([
    '2 drivers',
    '1 of 2,000 drivers',
    '0 of 1 test',
  ])
})
