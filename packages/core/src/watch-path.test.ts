import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { PathWatcher } from './watch-path.ts'

let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'testrig-watch-'))
  path = join(directory, 'file')
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** A watcher that has come to rest, and a mock that was not called since. */
async function watcher(watched: string, poll?: boolean) {
  const look = vi.fn(() => false)
  const made = new PathWatcher(watched, look, poll)
  onTestFinished(() => made.close())
  await vi.waitFor(() => expect(look).toHaveBeenCalled(), { interval: 1 })
  await turn()
  look.mockClear()
  return { look, made }
}

/** Long enough for events to arrive, short enough to come before a look without an event. */
async function turn(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve))
}

const called = (look: ReturnType<typeof vi.fn>) =>
  vi.waitFor(() => expect(look).toHaveBeenCalled(), { interval: 1, timeout: 500 })

test('it looks once without a change', async () => {
  const look = vi.fn(() => false)
  const made = new PathWatcher(path, look)
  onTestFinished(() => made.close())
  expect(look).not.toHaveBeenCalled()
  await called(look)
})

test('it looks again at once as long as there was something', async () => {
  let left = 5
  const look = vi.fn(() => left-- > 0)
  const made = new PathWatcher(path, look)
  onTestFinished(() => made.close())
  await vi.waitFor(() => expect(look.mock.calls.length).toBeGreaterThanOrEqual(6), {
    interval: 1,
    timeout: 500,
  })
})

test('writes of one turn make one look', async () => {
  writeFileSync(path, '')
  const { look } = await watcher(path)
  for (let count = 0; count < 50; count++) appendFileSync(path, 'x')
  await called(look)
  expect(look.mock.calls.length).toBeLessThan(5)
})

test.each(['file', 'sub/file', 'sub/deeper/file'])('%s is noticed when it appears', async (name) => {
  const file = join(directory, name)
  const { look } = await watcher(file)
  mkdirSync(join(file, '..'), { recursive: true })
  await turn()
  look.mockClear()
  writeFileSync(file, '')
  await called(look)
  await turn()
  look.mockClear()
  appendFileSync(file, 'x')
  await called(look)
})

test('a file that does not concern the path makes no look', async () => {
  const { look } = await watcher(path)
  writeFileSync(join(directory, 'other'), 'x')
  await turn()
  expect(look).not.toHaveBeenCalled()
})

test('a file that was moved away is watched along with the one that takes its place', async () => {
  writeFileSync(path, '')
  const { look } = await watcher(path)
  renameSync(path, `${path}.1`)
  await called(look)
  writeFileSync(path, '')
  await turn()
  look.mockClear()
  appendFileSync(`${path}.1`, 'x')
  await called(look)
  await turn()
  look.mockClear()
  appendFileSync(path, 'x')
  await called(look)
})

test('files in a directory are noticed', async () => {
  const { look } = await watcher(directory)
  writeFileSync(path, '')
  await called(look)
})

test('a directory that is removed and created again is watched again', async () => {
  const file = join(directory, 'sub', 'file')
  mkdirSync(join(directory, 'sub'))
  const { look } = await watcher(file)
  rmSync(join(directory, 'sub'), { recursive: true })
  mkdirSync(join(directory, 'sub'))
  await called(look)
  await turn()
  look.mockClear()
  writeFileSync(file, '')
  await called(look)
})

test('polling backs off, and is quick again after a change', async () => {
  const { look, made } = await watcher(path, true)
  expect(made.polling).toBe(true)
  const times: number[] = []
  const CHANGE = 12
  look.mockImplementation(() => times.push(performance.now()) % CHANGE === 0)
  const gap = (index: number) => (times[index] ?? Number.POSITIVE_INFINITY) - (times[index - 1] as number)
  await vi.waitFor(() => expect(gap(CHANGE - 1)).toBeGreaterThan(45), { interval: 1, timeout: 5_000 })
  // On a busy machine not after each change.
  const quick = () => times.some((_, index) => index % CHANGE === 1 && index > CHANGE && gap(index) < 25)
  await vi.waitFor(() => expect(quick()).toBe(true), { interval: 1, timeout: 20_000 })
})

test('a closed watcher does not look', async () => {
  writeFileSync(path, '')
  const { look, made } = await watcher(path)
  appendFileSync(path, 'x')
  made.close()
  await turn()
  expect(look).not.toHaveBeenCalled()
})
