import { expect, test } from 'vitest'
import { ticks } from './ticks.ts'

test('ticks are round numbers, as many as wanted at most', () => {
  expect(ticks(2_412, 6)).toEqual([0, 500, 1_000, 1_500, 2_000])
  expect(ticks(100, 5)).toEqual([0, 20, 40, 60, 80, 100])
  expect(ticks(7, 6)).toEqual([0, 2, 4, 6])
  expect(ticks(1, 4)).toEqual([0, 0.5, 1])
})
