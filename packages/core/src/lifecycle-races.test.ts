import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { outcome, Random, ticks, Unsteady } from '../test/fixtures/chaos.ts'
import { Recorder, type RecorderOptions, throws } from '../test/fixtures/recorder.ts'
import { rejection } from '../test/fixtures/rejection.ts'

/** A driver with a journal of its own. */
function recorder(on: RecorderOptions['on'] = {}, options: RecorderOptions = {}) {
  const journal: string[] = []
  return { journal, driver: new Recorder({ name: 'app', journal, on, ...options }) }
}

/** An error whose message throws. */
function unreadable(): Error {
  return Object.defineProperty(new Error('x'), 'message', { get: throws('no') })
}

const never = () => new Promise<never>(() => {})

/** Starts a driver that has to be cleaned up first, and stops it meanwhile: the stop has the last word. */
async function stopDuringCleanUp(driver: Recorder, journal: string[], cleanUp: () => void): Promise<void> {
  journal.length = 0
  const started = rejection(driver.start())
  await expect.poll(() => journal).toContain('app stopping')
  const stopped = driver.stop()
  cleanUp()
  expect((await started).code).toBe('START_ABORTED')
  await stopped
  expect(journal).not.toContain('app starting')
  expect(driver.state).toBe('stopped')
}

describe('a driver that fails', () => {
  test('at any time around the end of its start is not taken for one that is up', async () => {
    for (let count = 0; count < 16; count += 1) {
      const { driver } = recorder({
        postStart: (each) => void ticks(count).then(() => each.crash(new Error('gone'))),
      })
      await outcome(driver.start())
      await expect.poll(() => driver.state, { message: `${count} ticks later` }).toBe('failed')
      expect(driver.failure?.message).toContain('gone')
      await driver.stop()
    }
  })

  test('while it is paused has pause() reject with the reason', async () => {
    const inside = Promise.withResolvers<void>()
    const { driver } = recorder({ pausing: () => inside.promise })
    await driver.start()
    const paused = driver.pause()
    driver.crash(new Error('exited with code 3'))
    inside.resolve()
    await expect(paused).rejects.toThrow('exited with code 3')
    await driver.stop()
    expect(driver.state).toBe('stopped')
  })

  test('and is started again is not, when stop() comes while it is cleaned up', async () => {
    const cleanUp = Promise.withResolvers<void>()
    const { driver, journal } = recorder({ stopping: () => cleanUp.promise })
    await driver.start()
    driver.crash(new Error('exited'))
    await stopDuringCleanUp(driver, journal, cleanUp.resolve)
  })
})

describe('a driver whose work a test has ended', () => {
  class Endable extends Recorder {
    over = false

    protected override hasEnded(): boolean {
      return this.over
    }
  }

  function endable(on: RecorderOptions['on'] = {}) {
    const journal: string[] = []
    const starting = (each: Recorder) => {
      Object.assign(each, { over: false })
    }
    return { journal, driver: new Endable({ name: 'app', journal, on: { starting, ...on } }) }
  }

  test('is stopped and started by start(), once for calls at the same time, and left alone while it runs', async () => {
    const { driver, journal } = endable()
    await driver.start()
    driver.over = true
    journal.length = 0
    await Promise.all([driver.start(), driver.start()])
    const steps = ['preStop', 'stopping', 'stoppedCheck', 'postStop', 'preStart', 'starting', 'startedCheck']
    expect(journal).toEqual(expect.arrayContaining(steps.map((step) => `app ${step}`)))
    expect(journal.filter((line) => line === 'app starting')).toHaveLength(1)
    journal.length = 0
    await driver.start()
    expect([journal, driver.state]).toEqual([[], 'started'])
    await driver.stop()
  })

  test('is down when stop() comes while start() stops it', async () => {
    const cleanUp = Promise.withResolvers<void>()
    const { driver, journal } = endable({ stopping: () => cleanUp.promise })
    await driver.start()
    driver.over = true
    await stopDuringCleanUp(driver, journal, cleanUp.resolve)
  })
})

describe('a report of a failed start', () => {
  class Talkative extends Recorder {
    readonly #diagnosis: () => never | Promise<never>

    constructor(diagnosis: () => never | Promise<never>, options: RecorderOptions) {
      super(options)
      this.#diagnosis = diagnosis
    }

    protected override diagnose(): never | Promise<never> {
      return this.#diagnosis()
    }
  }

  test.for<[string, unknown, string]>([
    ['an error without a message', Object.assign(new Error('x'), { message: undefined }), 'undefined'],
    ['an error whose message is no text', Object.assign(new Error('x'), { message: { a: 1 } }), '{ a: 1 }'],
    ['an error whose message cannot be read', unreadable(), '[object Error]'],
    ['undefined', undefined, 'undefined'],
    ['a symbol', Symbol('x'), 'Symbol(x) (symbol)'],
    ['what cannot be shown', { [inspect.custom]: throws('no') }, '[object that cannot be shown]'],
    [
      'several errors',
      new AggregateError([new Error('one'), 'two'], 'all'),
      "AggregateError: all: one; 'two' (string)",
    ],
    ['several errors without a message', new AggregateError([new Error('one')]), 'AggregateError: one'],
  ])('has failed when it throws %s, with the reason', async ([, thrown, reason]) => {
    const { driver, journal } = recorder({
      starting: (each) => {
        each.acquire(() => journal.push('thing released'))
        throw thrown
      },
    })
    const { message } = await rejection(driver.start())
    expect(message.split('\n')[0]).toBe(`Recorder "app" failed to start (starting): ${reason}`)
    expect(driver.state).toBe('failed')
    expect(journal).toContain('thing released')
  })

  test('has failed although diagnose() gives no lines', async () => {
    class Mute extends Recorder {
      protected override diagnose(): never {
        return undefined as never
      }
    }
    const driver = new Mute({ name: 'app', on: { starting: throws('broken') } })
    expect((await rejection(driver.start())).message).toContain('broken')
    expect(driver.state).toBe('failed')
  })

  test('has failed, and released all, although its log cannot be looked at', async () => {
    class Endless extends Recorder {
      override get logpath(): string {
        return join(this.runpath, 'log')
      }
    }
    const starting = (each: Recorder) => {
      each.acquire(() => journal.push('thing released'))
      symlinkSync(each.logpath as string, each.logpath as string)
    }
    const journal: string[] = []
    const driver = new Endless({ name: 'app', journal, logRegexps: ['up'], on: { starting } })
    expect((await rejection(driver.start())).message).toContain('ELOOP')
    expect(driver.state).toBe('failed')
    expect(journal).toContain('thing released')
    await driver[Symbol.asyncDispose]()
  })

  test('has the reason although diagnose() throws', async () => {
    const driver = new Talkative(throws('no idea'), { name: 'app', on: { starting: throws('no disk') } })
    expect((await rejection(driver.start())).message).toMatchInlineSnapshot(`
      "Talkative "app" failed to start (starting): no disk
        while cleaning up: no idea"
    `)
    expect(driver.state).toBe('failed')
  })

  test('has the reason although diagnose() never ends', async () => {
    const driver = new Talkative(never, { name: 'app', stopTimeout: 20, on: { starting: throws('no disk') } })
    expect((await rejection(driver.start())).message).toMatchInlineSnapshot(`
      "Talkative "app" failed to start (starting): no disk
        while cleaning up: Talkative "app" did not finish diagnose within its stopTimeout of 20 ms."
    `)
  })

  test('has the reason although a condition cannot tell its progress', async () => {
    const condition = { name: 'the door is open', wait: never, progress: throws('no idea') }
    const { driver } = recorder({}, { startTimeout: 20, conditions: [condition] })
    expect((await rejection(driver.start())).message).toMatchInlineSnapshot(`
      "Recorder "app" failed to start (startedCheck): was not up within its startTimeout of 20 ms.
        waiting for: the door is open"
    `)
    expect(driver.state).toBe('failed')
  })

  test('is not given again when prepare() threw at once, and does not the next time', async () => {
    let calls = 0
    class Reserving extends Recorder {
      protected override prepare(): Promise<void> {
        calls += 1
        if (calls === 1) throw new Error('none free')
        return super.prepare()
      }
    }
    const driver = new Reserving({ name: 'app' })
    expect((await rejection(driver.start())).message).toContain('none free')
    await driver.start()
    expect(calls).toBe(2)
    await driver[Symbol.asyncDispose]()
  })

  test('says that prepare() took longer than startTimeout', async () => {
    const { driver } = recorder({ prepare: never }, { startTimeout: 20 })
    expect((await rejection(driver.start())).message).toMatchInlineSnapshot(
      `"Recorder "app" failed to start (prepare): could not be prepared: was not up within its startTimeout of 20 ms."`,
    )
  })
})

describe('stop()', () => {
  test('goes on when pause() is called in the same breath, which is refused', async () => {
    const { driver } = recorder()
    await driver.start()
    const stopped = driver.stop()
    expect((await rejection(driver.pause())).code).toBe('STATE_INVALID')
    await stopped
    expect(driver.state).toBe('stopped')
  })

  test('waits for a pause that is under way, also when another one was refused meanwhile', async () => {
    const inside = Promise.withResolvers<void>()
    const { driver, journal } = recorder({ pausing: () => inside.promise.then(() => journal.push('paused')) })
    await driver.start()
    const paused = driver.pause()
    expect((await rejection(driver.pause())).code).toBe('STATE_INVALID')
    const stopped = driver.stop()
    await ticks(20)
    inside.resolve()
    await Promise.all([paused, stopped])
    expect(journal.slice(-6)).toEqual([
      'app pausing',
      'paused',
      'app preStop',
      'app stopping',
      'app stoppedCheck',
      'app postStop',
    ])
  })

  test.for(['pausing', 'resuming'] as const)('gives up on %s that never ends', async (step) => {
    const released: string[] = []
    const { driver } = recorder(
      { [step]: never, starting: (each) => each.acquire(() => released.push('released')) },
      { stopTimeout: 20 },
    )
    await driver.start()
    if (step === 'resuming') await driver.pause()
    void outcome(step === 'pausing' ? driver.pause() : driver.resume())
    expect((await rejection(driver.stop())).message).toBe(
      `Recorder "app" failed to stop (${step}): did not finish ${step} within its stopTimeout of 20 ms.`,
    )
    expect(driver.state).toBe('stopped')
    expect(released).toEqual(['released'])
  })

  test.for(['preStop', 'postStop'] as const)(
    'releases at once what %s() acquires after it was given up',
    async (step) => {
      const gate = Promise.withResolvers<void>()
      const work = async (each: Recorder) => {
        await gate.promise
        each.acquire(() => journal.push('late released'))
      }
      const { driver, journal } = recorder({ [step]: work }, { stopTimeout: 20 })
      await driver.start()
      expect((await rejection(driver.stop())).code).toBe('STOP_FAILED')
      gate.resolve()
      await expect.poll(() => journal).toContain('late released')
      expect(driver.state).toBe('stopped')
    },
  )

  test('releases what postStop() has acquired', async () => {
    const released: string[] = []
    const { driver } = recorder({ postStop: (each) => each.acquire(() => released.push('released')) })
    await driver.start()
    await driver.stop()
    expect(released).toEqual(['released'])
  })
})

describe('calls in any order', () => {
  const calls: readonly ((driver: Recorder) => unknown)[] = [
    (driver) => driver.start(),
    (driver) => driver.stop(),
    (driver) => driver.restart(),
    (driver) => driver.pause(),
    (driver) => driver.resume(),
    (driver) => driver.abort('of the test'),
    (driver) => driver.crash(new Error('of the test')),
  ]

  test('at any time, with steps that fail, end and leave nothing behind', async () => {
    for (let seed = 0; seed < 60; seed += 1) {
      const random = new Random(seed)
      const unsteady = new Unsteady('app', random)
      const { driver } = unsteady
      const ends: Promise<string>[] = []
      for (let count = 0; count < 15; count += 1) {
        ends.push(outcome(random.oneOf(calls)(driver)))
        if (random.below(0.3)) await setImmediate()
        else await ticks(random.upTo(20))
      }
      await Promise.all(ends)
      unsteady.steady()
      await driver.stop()
      expect(['idle', 'stopped', 'failed'], `seed ${seed}`).toContain(driver.state)
      expect(unsteady.held, `held with seed ${seed}`).toBe(0)
      await driver.start()
      expect(driver.state, `seed ${seed}`).toBe('started')
      await driver[Symbol.asyncDispose]()
      expect([unsteady.held, unsteady.reserved], `held with seed ${seed}`).toEqual([0, 0])
    }
  })
})
