import { setTimeout as delay, setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { Recorder, type RecorderOptions, type Step, throws } from '../test/fixtures/recorder.ts'
import { rejection } from '../test/fixtures/rejection.ts'
import { type Condition, polled } from './condition.ts'
import { environment } from './environment-definition.ts'
import { poll } from './poll.ts'

/** A driver with a journal of its own. */
function recorder(on: RecorderOptions['on'] = {}, options: RecorderOptions = {}) {
  const journal: string[] = []
  const driver = new Recorder({ name: 'app', journal, on, ...options })
  const steps = (...wanted: string[]) =>
    journal
      .map((line) => line.replace('app ', ''))
      .filter((step) => wanted.length === 0 || wanted.includes(step))
  return { driver, journal, steps }
}

/** Waits until the start that is under way is given up. */
const untilAborted = (driver: Recorder) =>
  new Promise<void>((resolve) => {
    if (driver.startSignal().aborted) resolve()
    driver.startSignal().addEventListener('abort', () => resolve())
  })
const never = () => new Promise<never>(() => {})

/** Whether a promise settles before the time is over. */
function settles(promise: Promise<unknown>, milliseconds = 3_000): Promise<boolean> {
  const limit = new Promise<boolean>((resolve) => setTimeout(resolve, milliseconds, false).unref())
  return Promise.race([
    promise.then(
      () => true,
      () => true,
    ),
    limit,
  ])
}

describe('the steps of a life', () => {
  test('run in order, hooks of the options after their methods', async () => {
    const seen: string[] = []
    const hook = (name: string) => (driver: Recorder) =>
      void seen.push(name, driver.options.journal?.at(-1) as string)
    const { driver, steps } = recorder(
      {},
      {
        preStart: hook('preStart'),
        postStart: hook('postStart'),
        preStop: hook('preStop'),
        postStop: hook('postStop'),
      },
    )
    await driver.start()
    await driver.stop()
    expect(steps()).toEqual([
      'prepare',
      'preStart',
      'starting',
      'startedCheck',
      'postStart',
      'preStop',
      'stopping',
      'stoppedCheck',
      'postStop',
    ])
    expect(seen).toEqual([
      'preStart',
      'app preStart',
      'postStart',
      'app postStart',
      'preStop',
      'app preStop',
      'postStop',
      'app postStop',
    ])
    expect(driver.timeline.start.map(({ name }) => name)).toEqual([
      'prepare',
      'resolve',
      'preStart',
      'starting',
      'startedCheck',
      'postStart',
    ])
    expect(driver.timeline.stop.map(({ name }) => name)).toEqual([
      'preStop',
      'stopping',
      'stoppedCheck',
      'postStop',
    ])
    for (const { start, end } of driver.timeline.start) expect(end).toBeGreaterThanOrEqual(start)
  })

  test('have the states of the state machine', async () => {
    const states: string[] = []
    const note = (driver: Recorder) => void states.push(driver.state)
    const steps: Step[] = [
      'prepare',
      'preStart',
      'starting',
      'startedCheck',
      'postStart',
      'preStop',
      'stopping',
      'postStop',
      'pausing',
      'resuming',
    ]
    const { driver } = recorder(Object.fromEntries(steps.map((step) => [step, note])))
    expect(driver.state).toBe('idle')
    await driver.start()
    await driver.pause()
    expect(driver.state).toBe('paused')
    await driver.resume()
    expect(driver.state).toBe('started')
    await driver.stop()
    expect(driver.state).toBe('stopped')
    expect(states).toEqual([
      ...Array.from({ length: 5 }, () => 'starting'),
      'pausing',
      'resuming',
      'stopping',
      'stopping',
      'stopping',
    ])
  })

  test('startedCheck and stoppedCheck are asked until they hold', async () => {
    let started = 0
    let stopped = 0
    const { driver } = recorder({
      startedCheck: () => ++started === 4,
      stoppedCheck: () => (++stopped === 3 ? true : 'still open'),
    })
    await driver.start()
    await driver.stop()
    expect([started, stopped]).toEqual([4, 3])
  })

  test('all conditions must hold, each with its time, before startedCheck is asked', async () => {
    const open = new Set<string>()
    const conditions = ['a', 'b'].map((name) => polled(name, () => open.has(name) || `${name} is closed`))
    const { driver, steps } = recorder({}, { conditions })
    const started = driver.start()
    await expect.poll(() => driver.waitingFor()).toEqual(['a: a is closed', 'b: b is closed'])
    open.add('b')
    await expect.poll(() => driver.waitingFor()).toEqual(['a: a is closed'])
    expect(steps('startedCheck')).toEqual([])
    open.add('a')
    await started
    expect(driver.timeline.conditions.map(({ name }) => name)).toEqual(['b', 'a'])
    expect(driver.waitingFor()).toEqual([])
    await driver.stop()
  })
})

describe('a start that fails', () => {
  test.for<Step>(['prepare', 'preStart', 'starting', 'startedCheck', 'postStart'])(
    'in %s names driver and phase',
    async (step) => {
      const released: string[] = []
      const acquire =
        step === 'prepare' || step === 'preStart'
          ? {}
          : { preStart: (driver: Recorder) => driver.acquire(() => released.push('released')) }
      const { driver, steps } = recorder({ ...acquire, [step]: throws('no disk') })
      const error = await rejection(driver.start())
      expect(error.code).toBe('START_FAILED')
      expect(error.driver).toBe('app')
      expect(error.message.split('\n')[0]).toMatch(
        new RegExp(`^Recorder "app" failed to start \\(${step}\\): .*no disk$`),
      )
      expect((error.cause as Error).message).toContain('no disk')
      expect(driver.state).toBe('failed')
      expect(driver.failure).toBe(error)
      expect(steps().slice(-2)).toEqual([step, 'aborting'])
      expect(released).toEqual('preStart' in acquire ? ['released'] : [])
    },
  )

  test.for(['preStart', 'postStart'] as const)('in the hook %s names driver and phase', async (hook) => {
    const { driver, steps } = recorder({}, { [hook]: throws('hook is broken') })
    expect((await rejection(driver.start())).message).toBe(
      `Recorder "app" failed to start (${hook}): hook is broken`,
    )
    expect(steps().at(-1)).toBe('aborting')
  })

  test('in a condition names it', async () => {
    const condition: Condition = {
      name: 'port 80 accepts',
      wait: () => Promise.reject(new Error('refused for good')),
    }
    const { driver } = recorder({}, { conditions: [condition, polled('other', () => 'not yet')] })
    expect((await rejection(driver.start())).message).toMatchInlineSnapshot(`
      "Recorder "app" failed to start (startedCheck): refused for good
        waiting for: port 80 accepts
        waiting for: other: not yet"
    `)
  })

  test.for<[unknown, string]>([
    ['text', "'text' (string)"],
    [undefined, 'undefined'],
    [new TypeError('no disk'), 'TypeError: no disk'],
    [{ code: 5 }, '{ code: 5 }'],
  ])('by throwing %o is reported as well', async ([thrown, shown]) => {
    const { driver } = recorder({
      starting: () => {
        throw thrown
      },
    })
    expect((await rejection(driver.start())).message).toBe(
      `Recorder "app" failed to start (starting): ${shown}`,
    )
    expect(driver.state).toBe('failed')
  })

  test('because startedCheck never holds ends at startTimeout, with what is missing', async () => {
    const { driver } = recorder({ startedCheck: () => 'the port is closed' }, { startTimeout: 50 })
    const error = await rejection(driver.start())
    expect(error.code).toBe('START_TIMEOUT')
    expect(error.message).toMatchInlineSnapshot(`
      "Recorder "app" failed to start (startedCheck): was not up within its startTimeout of 50 ms.
        waiting for: startedCheck: the port is closed"
    `)
  })

  test.for<Step>(['preStart', 'starting', 'startedCheck', 'postStart'])(
    'because %s never ends is given up at startTimeout',
    async (step) => {
      const { driver } = recorder({ [step]: (each: Recorder) => untilAborted(each) }, { startTimeout: 50 })
      const error = await rejection(driver.start())
      expect(error.code).toBe('START_TIMEOUT')
      expect(error.message).toBe(
        `Recorder "app" failed to start (${step}): was not up within its startTimeout of 50 ms.`,
      )
    },
  )

  test('because starting() ignores that it was given up ends after stopTimeout', async () => {
    const { driver } = recorder({ starting: never }, { startTimeout: 20, stopTimeout: 30 })
    expect((await rejection(driver.start())).code).toBe('START_TIMEOUT')
  })

  test('releases last in, first out, whichever throw', async () => {
    const released: number[] = []
    const { driver } = recorder({
      starting: (each) => {
        each.acquire(() => released.push(1))
        each.acquire(throws('release is broken'))
        each.acquire(() => setImmediate().then(() => released.push(3)))
        throw new Error('no disk')
      },
      aborting: throws('abort is broken'),
    })
    const error = await rejection(driver.start())
    expect(released).toEqual([3, 1])
    expect(error.message).toMatchInlineSnapshot(`
      "Recorder "app" failed to start (starting): no disk
        while cleaning up: abort is broken
        while cleaning up: release is broken"
    `)
  })

  test('releases what starting() acquires after it was given up, within stopTimeout', async () => {
    const released: string[] = []
    const { driver } = recorder(
      {
        starting: async (each) => {
          each.acquire(() => released.push('early'))
          await untilAborted(each)
          await setImmediate()
          each.acquire(() => released.push('late'))
        },
      },
      { startTimeout: 20 },
    )
    await rejection(driver.start())
    expect(released).toEqual(['late', 'early'])
  })

  test('releases what starting() acquires long after it was given up', async () => {
    const released: string[] = []
    const late = Promise.withResolvers<void>()
    const { driver } = recorder(
      { starting: (each) => late.promise.then(() => each.acquire(() => released.push('late'))) },
      { startTimeout: 20, stopTimeout: 20 },
    )
    await rejection(driver.start())
    late.resolve()
    await expect.poll(() => released).toEqual(['late'])
  })

  test('does not take what a given-up starting() acquires for an acquisition of the next start', async () => {
    const released: string[] = []
    const late = Promise.withResolvers<void>()
    let starts = 0
    const { driver } = recorder(
      {
        starting: (each) => {
          starts += 1
          return starts === 1 ? late.promise.then(() => each.acquire(() => released.push('late'))) : undefined
        },
      },
      { startTimeout: 20, stopTimeout: 20 },
    )
    await rejection(driver.start())
    await driver.start()
    late.resolve()
    await expect.poll(() => released).toEqual(['late'])
    await driver.stop()
  })

  test('ends although aborting() does not', async () => {
    const { driver } = recorder({ starting: throws('no disk'), aborting: never }, { stopTimeout: 50 })
    expect(await settles(driver.start())).toBe(true)
  })

  test('lets aborting() kill what has ignored its request to end for all of the stopTimeout', async () => {
    let killed = false
    const aborting = async () => {
      await delay(80)
      killed = true
    }
    const { driver } = recorder({ starting: throws('no disk'), aborting }, { stopTimeout: 50 })
    const error = await rejection(driver.start())
    expect(killed).toBe(true)
    expect(error.message).not.toContain('stopTimeout')
  })

  test('can be tried again, and then succeeds', async () => {
    let broken = true
    const { driver, steps } = recorder({
      starting: () => {
        if (broken) throw new Error('no disk')
      },
    })
    await rejection(driver.start())
    broken = false
    await driver.start()
    expect(driver.state).toBe('started')
    expect(driver.failure).toBeUndefined()
    expect(steps('prepare')).toEqual(['prepare'])
    await driver.stop()
  })

  test('at prepare() is tried again from there', async () => {
    let broken = true
    const { driver, steps } = recorder({
      prepare: () => {
        if (broken) throw new Error('no port')
      },
    })
    await rejection(driver.start())
    broken = false
    await driver.start()
    expect(steps('prepare')).toEqual(['prepare', 'prepare'])
    await driver.stop()
  })

  test('leaves the process without a rejection that nobody handles', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', note)
    const { driver } = recorder(
      { starting: (each) => untilAborted(each).then(throws('too late')), startedCheck: () => false },
      { startTimeout: 20 },
    )
    await rejection(driver.start())
    await setImmediate()
    await setImmediate()
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })
})

describe('a stop that fails', () => {
  test.for<Step>(['preStop', 'stopping', 'stoppedCheck', 'postStop'])(
    'in %s names driver and phase, and runs all other steps',
    async (step) => {
      const released: string[] = []
      const { driver, steps } = recorder({
        [step]: throws('stuck'),
        starting: (each) => each.acquire(() => released.push('released')),
      })
      await driver.start()
      const error = await rejection(driver.stop())
      expect(error.code).toBe('STOP_FAILED')
      expect(error.driver).toBe('app')
      expect(error.message).toContain('Recorder "app" failed to stop')
      expect(error.message).toContain('stuck')
      expect(driver.state).toBe('stopped')
      expect(released).toEqual(['released'])
      expect(steps('preStop', 'stopping', 'stoppedCheck', 'postStop')).toEqual([
        'preStop',
        'stopping',
        'stoppedCheck',
        'postStop',
      ])
      expect(error.message, 'the phase').toContain(step)
    },
  )

  test.for(['preStop', 'postStop'] as const)(
    'in the hook %s is reported, and the driver is down',
    async (hook) => {
      const { driver } = recorder({}, { [hook]: throws('hook is broken') })
      await driver.start()
      expect((await rejection(driver.stop())).message).toContain('hook is broken')
      expect(driver.state).toBe('stopped')
    },
  )

  test('at several places tells of each', async () => {
    const { driver } = recorder({
      starting: (each) => {
        each.acquire(throws('first release'))
        each.acquire(throws('second release'))
      },
      preStop: throws('preStop'),
      stopping: throws('stopping'),
    })
    await driver.start()
    const error = await rejection(driver.stop())
    const messages = (error.cause as AggregateError).errors.map(({ message }) => message)
    expect(messages).toEqual(['preStop', 'stopping', 'second release', 'first release'])
    for (const message of messages) expect(error.message).toContain(message)
  })

  test.for<Step>(['preStop', 'stopping', 'stoppedCheck'])(
    'because %s never ends is given up after stopTimeout, and releases',
    async (step) => {
      const released: string[] = []
      const { driver } = recorder(
        { [step]: never, starting: (each) => each.acquire(() => released.push('released')) },
        { stopTimeout: 20 },
      )
      await driver.start()
      const error = await rejection(driver.stop())
      expect(error.message).toContain(`(${step}): did not finish ${step} within its stopTimeout of 20 ms.`)
      expect(released).toEqual(['released'])
      expect(driver.state).toBe('stopped')
    },
  )

  test('because a release never ends is given up, too, and the others run', async () => {
    const released: string[] = []
    const { driver } = recorder(
      {
        starting: (each) => {
          each.acquire(() => released.push('released'))
          each.acquire(never)
        },
      },
      { stopTimeout: 20 },
    )
    await driver.start()
    expect(await settles(driver.stop())).toBe(true)
    expect(released).toEqual(['released'])
  })

  test('lets the driver start again', async () => {
    let stuck = true
    const { driver } = recorder({
      stopping: () => {
        if (stuck) throw new Error('stuck')
      },
    })
    await driver.start()
    await rejection(driver.stop())
    stuck = false
    await driver.start()
    await driver.stop()
    expect(driver.state).toBe('stopped')
  })
})

describe('releases', () => {
  test('run after stopping() and before postStop, last in, first out, at each stop once', async () => {
    const { driver, journal, steps } = recorder({
      starting: (each) => {
        each.acquire(() => void journal.push('app release 1'))
        each.acquire(() => void journal.push('app release 2'))
      },
      postStart: (each) => each.acquire(() => void journal.push('app release 3')),
    })
    for (const _ of [1, 2]) {
      await driver.start()
      await driver.stop()
      expect(steps('stopping', 'release 1', 'release 2', 'release 3', 'postStop')).toEqual([
        'stopping',
        'release 3',
        'release 2',
        'release 1',
        'postStop',
      ])
      journal.length = 0
    }
  })

  test('registered by a release run as well', async () => {
    const released: string[] = []
    const { driver } = recorder({
      starting: (each) =>
        each.acquire(() => {
          released.push('outer')
          each.acquire(() => released.push('inner'))
        }),
    })
    await driver.start()
    await driver.stop()
    expect(released).toEqual(['outer', 'inner'])
  })

  test('of prepare() run when the driver is disposed, not when it stops', async () => {
    const released: string[] = []
    const { driver, steps } = recorder({ prepare: (each) => each.reserve(() => released.push('port')) })
    {
      await using _alone = await driver.start()
      await driver.restart()
      await driver.stop()
      expect(released).toEqual([])
    }
    expect(released).toEqual(['port'])
    expect(steps('prepare')).toEqual(['prepare'])
  })

  test('of prepare() that throw are reported by the stop of the environment', async () => {
    const { driver } = recorder({ prepare: (each) => each.reserve(throws('lock is gone')) })
    const group = await environment([driver]).start()
    expect((await rejection(group.stop())).message).toContain('lock is gone')
  })
})

describe('calls at any time', () => {
  test('start() and stop() twice do nothing more', async () => {
    const { driver, steps } = recorder()
    expect(await driver.start()).toBe(driver)
    await driver.start()
    await driver.stop()
    await driver.stop()
    expect(steps('starting', 'stopping')).toEqual(['starting', 'stopping'])
  })

  test('stop() before a start does nothing', async () => {
    const { driver, steps } = recorder()
    await driver.stop()
    expect(driver.state).toBe('idle')
    expect(steps()).toEqual([])
  })

  test('start() at the same time shares one start, and its failure', async () => {
    const { driver, steps } = recorder({ starting: () => setImmediate() })
    await Promise.all([driver.start(), driver.start(), driver.start()])
    expect(steps('starting')).toEqual(['starting'])
    const { driver: broken } = recorder({ starting: throws('no disk') })
    const [first, second] = await Promise.all([rejection(broken.start()), rejection(broken.start())])
    expect(first).toBe(second)
    await driver.stop()
  })

  test('stop() during a start ends it', async () => {
    const { driver } = recorder({ starting: untilAborted })
    const started = rejection(driver.start())
    await driver.stop()
    const error = await started
    expect(error.code).toBe('START_ABORTED')
    expect(error.message).toMatchInlineSnapshot(
      `"Recorder "app" failed to start (prepare): the start was given up: stop() was called."`,
    )
    expect(driver.state).not.toBe('started')
  })

  test('start() during a stop starts when it is over', async () => {
    const { driver, steps } = recorder({ stopping: () => setImmediate() })
    await driver.start()
    const stopped = driver.stop()
    await driver.start()
    await stopped
    expect(driver.state).toBe('started')
    expect(steps('starting', 'stopping', 'postStop')).toEqual([
      'starting',
      'stopping',
      'postStop',
      'starting',
    ])
    await driver.stop()
  })

  test('of stop(), start() and stop() the last one counts', async () => {
    const { driver } = recorder({ stopping: () => setImmediate() })
    await driver.start()
    const earlier = [driver.stop(), driver.start().catch(() => {})]
    await driver.stop()
    await Promise.all(earlier)
    expect(driver.state).not.toBe('started')
    await driver.stop()
  })

  test('of start(), stop() and start() the last one counts', async () => {
    const { driver } = recorder({ starting: () => setImmediate() })
    const earlier = [driver.start().catch(() => {}), driver.stop()]
    await driver.start().catch(() => {})
    await Promise.all(earlier)
    expect(driver.state).toBe('started')
    await driver.stop()
  })

  test('restart() stops and starts, also a driver that was not up', async () => {
    const { driver, steps } = recorder()
    await driver.restart()
    await driver.restart()
    expect(steps('starting', 'stopping')).toEqual(['starting', 'stopping', 'starting'])
    await driver.stop()
  })

  test('restart() at the same time leaves the driver up', async () => {
    const { driver } = recorder({ stopping: () => setImmediate() })
    await driver.start()
    await Promise.all([driver.restart(), driver.restart()])
    expect(driver.state).toBe('started')
    await driver.stop()
  })

  test('restart() leaves the driver down when stop() comes meanwhile, as do those that wait for their turn', async () => {
    const { driver, steps } = recorder({ stopping: () => setImmediate() })
    await driver.start()
    const restarts = [rejection(driver.restart()), rejection(driver.restart())]
    await expect.poll(() => driver.state).toBe('stopping')
    await driver.stop()
    const messages = (await Promise.all(restarts)).map(({ code, message }) => `${code} ${message}`)
    const given = 'START_ABORTED Recorder "app": the start was given up: stop() was called.'
    expect(messages).toEqual([given, given])
    expect(steps('starting')).toEqual(['starting'])
    expect(driver.state).toBe('stopped')
    await driver.restart()
    expect(driver.state, 'afterwards').toBe('started')
    await driver.stop()
  })

  test('restart() is not taken for overtaken when it is called as another one is about to stop', async () => {
    const [stops, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    class Hesitant extends Recorder {
      override async stop(): Promise<void> {
        stops.resolve()
        await goesOn.promise
        await super.stop()
      }
    }
    await using driver = new Hesitant({ name: 'app', journal: [] })
    await driver.start()
    const first = driver.restart()
    await stops.promise
    const second = driver.restart()
    goesOn.resolve()
    await Promise.all([first, second])
    expect(driver.state).toBe('started')
  })

  test('restart() whose stop fails rejects with that', async () => {
    const { driver } = recorder({ stopping: throws('stuck') })
    await driver.start()
    expect((await rejection(driver.restart())).code).toBe('STOP_FAILED')
  })

  test('pause() and resume() are refused in other states', async () => {
    const { driver } = recorder()
    expect((await rejection(driver.pause())).message).toMatchInlineSnapshot(
      `"Recorder "app" cannot be paused: it has not started. Only a driver that is started can."`,
    )
    await driver.start()
    expect((await rejection(driver.resume())).message).toMatchInlineSnapshot(
      `"Recorder "app" cannot be resumed: it is started. Only a driver that is paused can."`,
    )
    await driver.pause()
    expect((await rejection(driver.pause())).code).toBe('STATE_INVALID')
    await driver.stop()
    expect((await rejection(driver.resume())).code).toBe('STATE_INVALID')
    expect(driver.state).toBe('stopped')
  })

  test('a driver that is paused counts as started, and can be stopped', async () => {
    const { driver, steps } = recorder()
    await driver.start()
    await driver.pause()
    await driver.start()
    expect(driver.state).toBe('paused')
    await driver.stop()
    expect(steps('starting', 'stopping')).toEqual(['starting', 'stopping'])
  })

  test.for<Step>(['pausing', 'resuming'])('stop() during %s stops the driver', async (step) => {
    const inside = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const released: string[] = []
    const { driver } = recorder({
      starting: (each) => each.acquire(() => released.push('released')),
      [step]: () => {
        inside.resolve()
        return release.promise
      },
    })
    await driver.start()
    if (step === 'resuming') await driver.pause()
    const turned = (step === 'pausing' ? driver.pause() : driver.resume()).catch(() => {})
    await inside.promise
    const stopped = driver.stop()
    release.resolve()
    await stopped
    await turned
    expect(driver.state).toBe('stopped')
    expect(released).toEqual(['released'])
  })

  test.for<Step>(['pausing', 'resuming'])(
    'a driver that fails in %s has failed, and can be stopped',
    async (step) => {
      const released: string[] = []
      const { driver } = recorder({
        [step]: throws('no signal'),
        starting: (each) => each.acquire(() => released.push('released')),
      })
      await driver.start()
      if (step === 'resuming') await driver.pause()
      await expect(step === 'pausing' ? driver.pause() : driver.resume()).rejects.toThrow('no signal')
      expect(driver.state).toBe('failed')
      await driver.stop()
      expect(driver.state).toBe('stopped')
      expect(released).toEqual(['released'])
    },
  )
})

describe('abort()', () => {
  test('gives up a start that is under way, with the reason', async () => {
    const { driver } = recorder({ starting: untilAborted })
    const started = rejection(driver.start())
    await expect.poll(() => driver.state).toBe('starting')
    driver.abort('the user has gone')
    const error = await started
    expect(error.code).toBe('START_ABORTED')
    expect(error.message).toContain('the start was given up: the user has gone')
  })

  test('does nothing to a driver that does not start', async () => {
    const { driver } = recorder()
    driver.abort('too early')
    await driver.start()
    driver.abort('too late')
    expect(driver.state).toBe('started')
    expect(driver.startSignal().aborted).toBe(false)
    await driver.stop()
    driver.abort('much too late')
    expect(driver.state).toBe('stopped')
  })
})

describe('fail()', () => {
  test('ends a start that is under way at once', async () => {
    const { driver } = recorder({
      starting: (each) => {
        each.crash(new Error('exited with code 3'))
        return untilAborted(each)
      },
    })
    expect((await rejection(driver.start())).message).toBe(
      'Recorder "app" failed to start (starting): exited with code 3',
    )
  })

  test('ends a start that waits for conditions', async () => {
    const { driver } = recorder({}, { conditions: [polled('never', () => false)] })
    const started = rejection(driver.start())
    await expect.poll(() => driver.waitingFor()).toEqual(['never'])
    driver.crash(new Error('exited with code 3'))
    expect((await started).message).toContain('(startedCheck): exited with code 3')
  })

  test('marks a driver that runs as failed; stop() releases what it had, start() starts it again', async () => {
    const released: string[] = []
    const { driver } = recorder({ starting: (each) => each.acquire(() => released.push('released')) })
    await driver.start()
    driver.crash(new Error('exited'))
    expect(driver.state).toBe('failed')
    expect(driver.failure?.message).toBe('exited')
    await driver.stop()
    expect(released).toEqual(['released'])
    expect(driver.state).toBe('stopped')
    await driver.start()
    expect(driver.failure).toBeUndefined()
    driver.crash(new Error('exited again'))
    await driver.start()
    expect(released).toEqual(['released', 'released'])
    expect(driver.state).toBe('started')
    await driver.stop()
  })

  test('of a driver that has all its clean-up in stopping() leaves it to stop()', async () => {
    const { driver, steps } = recorder()
    await driver.start()
    driver.crash(new Error('exited'))
    await driver.stop()
    expect(steps('preStop', 'stopping', 'postStop')).toEqual(['preStop', 'stopping', 'postStop'])
    expect(driver.state).toBe('stopped')
  })

  test('does nothing to a driver that is down', async () => {
    const { driver } = recorder()
    driver.crash(new Error('exited'))
    expect(driver.state).toBe('idle')
    await driver.start()
    await driver.stop()
    driver.crash(new Error('exited'))
    expect(driver.state).toBe('stopped')
    expect(driver.failure).toBeUndefined()
  })
})

describe('poll()', () => {
  test('asks again until the answer is true, and rejects when it is given up', async () => {
    let asked = 0
    await poll(async () => ++asked === 5)
    expect(asked).toBe(5)
    await expect(poll(() => false, AbortSignal.abort())).rejects.toThrow()
    await expect(poll(throws('broken'))).rejects.toThrow('broken')
  })
})
