import { performance } from 'node:perf_hooks'
import { afterEach, expect, test, vi } from 'vitest'
import { watchSlowStart } from './slow-start.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test('every ten seconds of a start, what it waits for is told, and what has failed', () => {
  vi.useFakeTimers({ fakeNodeBuiltins: true })
  vi.spyOn(performance, 'now').mockImplementation(() => Date.now())
  const written: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0)
  const driver = (state: string, ...waits: string[]) => ({ state, waitingFor: () => waits })
  const drivers = {
    db: driver('started'),
    app: driver('starting', 'stdout: /ready/', 'port 80'),
    seed: driver('starting'),
    cache: { state: 'failed', failure: new Error('App "cache" failed to start: no port.\n  command: cache') },
  }
  const end = watchSlowStart({ names: Object.keys(drivers), drivers } as never)
  vi.advanceTimersByTime(9_999)
  expect(written).toEqual([])
  vi.advanceTimersByTime(10_001)
  expect(written.join('')).toMatchInlineSnapshot(`
    "testrig: after 10 s drivers still start
      app waits for stdout: /ready/
      app waits for port 80
      seed is starting
      App "cache" failed to start: no port.
    testrig: after 20 s drivers still start
      app waits for stdout: /ready/
      app waits for port 80
      seed is starting
      App "cache" failed to start: no port.
    "
  `)
  end()
  vi.advanceTimersByTime(60_000)
  expect(written).toHaveLength(2)
})
