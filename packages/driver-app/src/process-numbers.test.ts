import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { ProcessNumbers } from './process-numbers.ts'
import { forkCount, hasProcFs, highestProcessId } from './process-table.ts'

test('processes can be ours from the number of the first program on', () => {
  const numbers = new ProcessNumbers(() => 50_000, 32_768)
  for (const pid of [20_000, 20_001, 20_050]) numbers.note(pid)
  expect(numbers.first).toBe(20_000)
})

test('all can be ours once the system may have given out its highest number', () => {
  let forks = 50_000
  const numbers = new ProcessNumbers(() => forks, 32_768)
  numbers.note(20_000)
  forks += 10_000
  expect(numbers.first).toBe(20_000)
  forks += 2_768
  expect(numbers.first, 'when the last number is near').toBe(0)
  forks += 1_000_000
  expect(numbers.first, 'when the numbers were used up several times').toBe(0)
})

test('all can be ours when a later program has a lower number', () => {
  const numbers = new ProcessNumbers(() => 50_000, 32_768)
  numbers.note(20_000)
  numbers.note(300)
  expect(numbers.first).toBe(0)
})

test.skipIf(!hasProcFs)(
  `the system counts its forks${hasProcFs ? '' : ' (skipped: there is no /proc)'}`,
  () => {
    const before = forkCount()
    execFileSync('true')
    expect(forkCount()).toBeGreaterThan(before)
    expect(highestProcessId()).toBeGreaterThanOrEqual(process.pid)
  },
)
