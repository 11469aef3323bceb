import { describe, expect, test, vi } from 'vitest'
import { start } from '../test/environments.ts'
import { type Moment, ownerTrial } from '../test/owner-trial.ts'
import { argumentsOf, childrenOf, runs, stateOf } from '../test/processes.ts'
import { trial } from '../test/trial.ts'
import { App } from './app.ts'

const STOP_TIMEOUT = 500
const GRACE = 1_000

describe('when the owner of programs is killed, all of them end within stopTimeout + 1 s', () => {
  test.for<{ readonly moment: Moment; readonly shown: string }>([
    ...[1, 2, 3].map(() => ({
      moment: { at: 'first process' } as const,
      shown: 'as soon as its first process is there',
    })),
    ...[0, 20, 50, 100].map((after) => ({
      moment: { at: 'starting', after } as const,
      shown: `${after} ms after it began to start`,
    })),
    ...[0, 50].map((after) => ({
      moment: { at: 'started', after } as const,
      shown: `${after} ms after it had started`,
    })),
  ])('$shown', async ({ moment }) => {
    const { gone, left } = await ownerTrial({ moment, stopTimeout: STOP_TIMEOUT })
    expect(left).toEqual([])
    expect(gone).toBeLessThan(STOP_TIMEOUT + GRACE)
  })

  test.for(['worker', 'vitest'] as const)('also when the owner is a worker of Vitest: %s', async (victim) => {
    const moment = { at: 'started', after: 0 } as const
    const { running, gone, left } = await ownerTrial({ moment, stopTimeout: STOP_TIMEOUT, victim })
    expect(running).toBeGreaterThan(10)
    expect(left).toEqual([])
    expect(gone).toBeLessThan(STOP_TIMEOUT + GRACE)
  })

  test('also those of an owner among them', async () => {
    const moment = { at: 'started', after: 0 } as const
    const { running, gone, left } = await ownerTrial({ moment, stopTimeout: STOP_TIMEOUT, nested: true })
    expect(running).toBeGreaterThan(20)
    expect(left).toEqual([])
    expect(gone).toBeLessThan(STOP_TIMEOUT + GRACE)
  })
})

test('programs end also when the PATH of their owner leads nowhere', async () => {
  const moment = { at: 'started', after: 0 } as const
  const { running, left } = await ownerTrial({ moment, stopTimeout: STOP_TIMEOUT, path: '/nowhere' })
  expect(running).toBeGreaterThan(10)
  expect(left).toEqual([])
})

test('programs get the time that their stopTimeout gives when their owner is killed', async () => {
  const { gone, left } = await ownerTrial({ moment: { at: 'started', after: 0 }, stopTimeout: 1_500 })
  expect(left).toEqual([])
  expect(gone, 'of programs that ignore SIGTERM').toBeGreaterThan(1_400)
})

/** The watchdogs of this process. */
function watchdogs(): readonly number[] {
  return childrenOf(process.pid).filter((pid) => runs(pid) && argumentsOf(pid).includes('testrig-watchdog'))
}

describe('the watchdog', () => {
  test('ends nothing while its owner lives, and is one for all', async () => {
    const [first, second] = await Promise.all([
      start(new App({ name: 'first', binary: 'sleep', args: [60] })),
      start(new App({ name: 'second', binary: 'sleep', args: [60] })),
    ])
    expect(watchdogs()).toHaveLength(1)
    expect([first, second].map(({ pid }) => runs(pid as number))).toEqual([true, true])
  })

  test('comes back when it was killed', async () => {
    const app = await start(new App({ name: 'app', binary: 'sleep', args: [60] }))
    const [before] = watchdogs()
    process.kill(before as number, 'SIGKILL')
    await expect.poll(() => watchdogs().filter((pid) => pid !== before)).toHaveLength(1)
    await app.restart()
    expect(stateOf(app.pid as number)).toBe('S')
  })

  test('marks the programs of two copies of this package apart', async () => {
    const { env, processes } = trial()
    const one = await start(new App({ name: 'one', binary: 'sleep', args: [60], env }))
    vi.resetModules()
    const { App: OtherApp } = await import('./app.ts')
    await using two = new OtherApp({ name: 'two', binary: 'sleep', args: [60], env })
    await two.start()
    expect(OtherApp).not.toBe(App)
    expect(processes()).toHaveLength(2)
    await two.stop()
    expect(processes()).toEqual([one.pid])
  })
})
