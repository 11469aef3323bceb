import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { Recorder, type RecorderOptions, type Step, throws } from '../test/fixtures/recorder.ts'
import { rejection } from '../test/fixtures/rejection.ts'
import { Service } from '../test/fixtures/service.ts'
import { context } from './context.ts'
import { environment } from './environment-definition.ts'
import type { EnvironmentOptions } from './environment-options.ts'

/** Drivers that note their steps in one journal. */
function journaled(...all: readonly (readonly [string, RecorderOptions?])[]) {
  const journal: string[] = []
  const drivers = all.map(([name, options]) => new Recorder({ name, journal, ...options }))
  return { journal, drivers, steps: (...steps: Step[]) => only(journal, steps) }
}

/** The lines of a journal that are about these steps. */
function only(journal: readonly string[], steps: readonly Step[]): readonly string[] {
  return journal.filter((line) => steps.some((step) => line.endsWith(` ${step}`)))
}

const port = (name: string) => context(name, '{{ port }}')

describe('starting', () => {
  test('a list starts one driver after another', async () => {
    const { drivers, steps } = journaled(['a'], ['b'], ['c'])
    await using _group = await environment(drivers).start()
    expect(steps('starting', 'postStart')).toEqual([
      'a starting',
      'a postStart',
      'b starting',
      'b postStart',
      'c starting',
      'c postStart',
    ])
  })

  test('a driver with asyncStart lets the next one start, and is awaited in the end', async () => {
    const later = Promise.withResolvers<void>()
    const { drivers } = journaled(
      ['a', { asyncStart: true, on: { starting: () => later.promise } }],
      ['b', { on: { postStart: () => later.resolve() } }],
    )
    await using _group = await environment(drivers).start()
    expect(drivers.map(({ state }) => state)).toEqual(['started', 'started'])
  })

  test('independent drivers are in starting() at the same time', async () => {
    const names = ['a', 'b', 'c', 'd']
    const all = Promise.withResolvers<void>()
    let inside = 0
    const starting = () => {
      inside += 1
      if (inside === names.length) all.resolve()
      return all.promise
    }
    const { drivers } = journaled(...names.map((name) => [name, { on: { starting } }] as const))
    await using _group = await environment(drivers, { dependencies: [] }).start()
    expect(inside).toBe(4)
  })

  test('a slow driver delays those that need it and no others', async () => {
    const release = Promise.withResolvers<void>()
    const { drivers, steps } = journaled(
      ['needs slow', { port: port('slow') }],
      ['slow', { on: { starting: () => release.promise } }],
      ['quick'],
      ['needs quick', { port: port('quick') }],
      ['last', { args: [port('needs quick')], on: { postStart: () => release.resolve() } }],
    )
    await using _group = await environment(drivers, { dependencies: 'inferred' }).start()
    expect(steps('postStart')).toEqual(
      ['quick', 'needs quick', 'last', 'slow', 'needs slow'].map((name) => `${name} postStart`),
    )
    const [needing, slow] = drivers.map(({ timeline }) => timeline.start)
    expect(needing?.[0]?.start).toBeGreaterThanOrEqual(slow?.at(-1)?.end as number)
  })

  test('a thousand drivers in a chain start in order and stop in reverse', { timeout: 60_000 }, async () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `d${index}`)
    const all = names.map(
      (name, index) =>
        [name, index === 0 ? {} : { host: context(names[index - 1] as string, '{{ host }}') }] as const,
    )
    const { drivers, steps } = journaled(...all.toReversed())
    const group = await environment(drivers, { dependencies: 'inferred' }).start()
    await group.stop()
    expect(steps('starting')).toEqual(names.map((name) => `${name} starting`))
    expect(steps('stopping')).toEqual(names.toReversed().map((name) => `${name} stopping`))
  })

  test('a driver with autoStart: false starts when another needs it, or by hand', async () => {
    const { drivers, steps } = journaled(
      ['needed', { autoStart: false }],
      ['by hand', { autoStart: false }],
      ['app', { port: port('needed') }],
    )
    const group = await environment(drivers, { dependencies: 'inferred' }).start()
    expect(steps('starting')).toEqual(['needed starting', 'app starting'])
    await group.drivers['by hand']?.start()
    await group.stop()
    expect(steps('stopping').toSorted()).toEqual(['app stopping', 'by hand stopping', 'needed stopping'])
  })

  test('a driver with autoStart: false in the midst of a list is left out', async () => {
    const { drivers, steps } = journaled(['a'], ['b', { autoStart: false }], ['c'])
    await using _group = await environment(drivers).start()
    expect(steps('starting')).toEqual(['a starting', 'c starting'])
  })

  test('only some drivers start with all that they need, the others later', async () => {
    const { drivers, steps } = journaled(['a'], ['b', { port: port('a') }], ['c'], ['d', { port: port('b') }])
    const group = environment(drivers, { dependencies: 'inferred' }).create()
    await group.start({ only: ['b'] })
    expect(steps('starting')).toEqual(['a starting', 'b starting'])
    await group.start({ only: new Set(['d']) })
    expect(steps('starting')).toEqual(['a starting', 'b starting', 'd starting'])
    await group.start()
    expect(steps('starting')).toEqual(['a starting', 'b starting', 'd starting', 'c starting'])
    await group.stop()
  })

  test('only a driver that there is not is refused before anything starts', async () => {
    const { drivers, journal } = journaled(['app'], ['other'])
    const group = environment(drivers, { dependencies: [] }).create()
    expect((await rejection(group.start({ only: ['other', 'ap'] }))).message).toBe(
      'start({ only }): There is no driver `ap` in the environment. Did you mean `app`?',
    )
    expect(journal).toEqual([])
  })

  test('only drivers may be named by any iterable, also one that can be read once', async () => {
    const { drivers, steps } = journaled(['a'], ['b'], ['c'])
    const group = environment(drivers, { dependencies: [] }).create()
    await group.start({ only: new Map([['b', 1]]).keys() })
    expect(steps('starting')).toEqual(['b starting'])
    await group.stop()
  })

  test('afterStart may start further drivers', async () => {
    const { drivers } = journaled(['a'], ['b', { autoStart: false }])
    const group = environment(drivers, {
      dependencies: [],
      afterStart: (each) => each.start({ only: ['b'] }),
    }).create()
    const limit = new Promise((resolve) => setTimeout(resolve, 2_000, 'deadlock').unref())
    expect(await Promise.race([group.start(), limit])).not.toBe('deadlock')
    expect(drivers.map(({ state }) => state)).toEqual(['started', 'started'])
    await group.stop()
  })

  test('calls at the same time share one start', async () => {
    const calls: string[] = []
    const hooks = { beforeStart: () => calls.push('beforeStart'), afterStart: () => calls.push('afterStart') }
    const { drivers, steps } = journaled(['a'], ['b'])
    const group = environment(drivers, hooks).create()
    await Promise.all([group.start(), group.start(), group.start({ only: ['a'] })])
    await group.start()
    expect(steps('starting')).toEqual(['a starting', 'b starting'])
    expect(calls).toEqual(['beforeStart', 'afterStart'])
    await group.stop()
  })

  test('a start after a stop starts again, with the same drivers', async () => {
    const { drivers, steps } = journaled(['a'], ['b'])
    const group = environment(drivers).create()
    for (const _ of [1, 2]) {
      await group.start()
      await group.stop()
    }
    expect(steps('prepare', 'starting')).toEqual([
      'a prepare',
      'b prepare',
      'a starting',
      'b starting',
      'a prepare',
      'b prepare',
      'a starting',
      'b starting',
    ])
  })

  test('a start during a stop waits for it', async () => {
    const { drivers, steps } = journaled(['a'], ['b'])
    const group = await environment(drivers).start()
    const stopping = group.stop()
    await group.start()
    await stopping
    expect(steps('starting', 'stopping')).toEqual([
      'a starting',
      'b starting',
      'b stopping',
      'a stopping',
      'a starting',
      'b starting',
    ])
    await group.stop()
  })

  test('a driver that was started by hand before is taken as it is', async () => {
    const { drivers, steps } = journaled(['a'], ['b', { port: port('a') }])
    const group = environment(drivers).create()
    await group.drivers['a']?.start()
    await group.start()
    expect(steps('starting')).toEqual(['a starting', 'b starting'])
    await group.stop()
    expect(steps('stopping')).toEqual(['b stopping', 'a stopping'])
  })
})

describe('stopping', () => {
  test('is the exact reverse of the graph: each driver when all that need it are down', async () => {
    const release = Promise.withResolvers<void>()
    const { drivers, steps } = journaled(
      [
        'base',
        {
          on: {
            stopping: () =>
              expect(drivers.slice(1).map(({ state }) => state)).toEqual(['stopped', 'stopped', 'stopped']),
          },
        },
      ],
      ['slow', { port: port('base'), on: { stopping: () => release.promise } }],
      ['middle', { port: port('base') }],
      ['top', { port: port('middle') }],
    )
    const group = await environment(drivers, { dependencies: 'inferred' }).start()
    const stopped = group.stop()
    await expect.poll(() => drivers.find(({ name }) => name === 'middle')?.state).toBe('stopped')
    expect(drivers[0]?.state).toBe('started')
    release.resolve()
    await stopped
    expect(steps('postStop').at(-1)).toBe('base postStop')
    expect(steps('postStop').indexOf('top postStop')).toBeLessThan(
      steps('postStop').indexOf('middle postStop'),
    )
  })

  test.for<[string, EnvironmentOptions]>([
    ['a list', {}],
    [
      'explicit dependencies',
      {
        dependencies: [
          ['a', 'b'],
          ['b', 'c'],
        ],
      },
    ],
  ])('of %s is in reverse', async ([, options]) => {
    const { drivers, steps } = journaled(['a'], ['b'], ['c'])
    await (await environment(drivers, options).start()).stop()
    expect(steps('stopping')).toEqual(['c stopping', 'b stopping', 'a stopping'])
  })

  test('goes on when drivers fail to stop, and tells of all', async () => {
    const { drivers, steps } = journaled(
      ['a'],
      ['b', { on: { stopping: throws('b is stuck') } }],
      ['c', { on: { preStop: throws('c is stuck') } }],
    )
    const group = await environment(drivers).start()
    const error = await rejection(group.stop())
    expect(error.code).toBe('ENVIRONMENT_STOP_FAILED')
    expect(error.message).toMatchInlineSnapshot(`
      "Recorder "c" failed to stop (preStop): c is stuck
      Recorder "b" failed to stop (stopping): b is stuck"
    `)
    expect((error.cause as AggregateError).errors).toHaveLength(2)
    expect(steps('stopping')).toEqual(['c stopping', 'b stopping', 'a stopping'])
    expect(drivers.map(({ state }) => state)).toEqual(['stopped', 'stopped', 'stopped'])
    await group.stop()
  })

  test('twice, or at the same time, is one stop', async () => {
    const { drivers, steps } = journaled(['a'])
    const group = await environment(drivers).start()
    await Promise.all([group.stop(), group.stop()])
    await group.stop()
    expect(steps('stopping')).toEqual(['a stopping'])
  })

  test('before a start does nothing', async () => {
    const { drivers, journal } = journaled(['a'])
    await environment(drivers, { beforeStop: throws('not called') })
      .create()
      .stop()
    expect(journal).toEqual([])
  })

  test('stops drivers that were started by hand without the environment', async () => {
    const { drivers } = journaled(['a'])
    const group = environment(drivers).create()
    await group.drivers['a']?.start()
    await group.stop()
    expect(drivers[0]?.state).toBe('stopped')
  })

  test('releases what was prepared for the graph alone', async () => {
    const released: string[] = []
    const { drivers } = journaled([
      'a',
      { on: { prepare: (driver) => driver.reserve(() => released.push('port')) } },
    ])
    const group = environment(drivers).create()
    await group.graph()
    await group.stop()
    expect(released).toEqual(['port'])
  })

  test('during a start ends it: nothing is up when both are over', async () => {
    const { drivers } = journaled(
      ['a'],
      [
        'b',
        {
          on: {
            starting: (driver) =>
              new Promise((_, reject) => driver.startSignal().addEventListener('abort', reject)),
          },
        },
      ],
      ['c'],
    )
    const group = environment(drivers).create()
    const started = rejection(group.start())
    await expect.poll(() => drivers[1]?.state).toBe('starting')
    await group.stop().catch(() => {})
    expect((await started).code).toBe('ENVIRONMENT_START_FAILED')
    expect(drivers.map(({ state }) => state)).not.toContain('started')
    expect(drivers[2]?.state).toBe('idle')
  })

  test('in the same breath as a start ends it', async () => {
    const { drivers } = journaled(['a'], ['b'])
    const group = environment(drivers).create()
    const started = group.start().catch(() => {})
    await group.stop()
    await started
    expect(drivers.map(({ state }) => state)).not.toContain('started')
    await group.stop()
  })

  test('during a start whose plan fails is over when the plan is', async () => {
    const { drivers } = journaled(['a'])
    const group = environment(drivers, { dependencies: [['a', 'a']] }).create()
    const started = rejection(group.start())
    await group.stop()
    expect(['DEPENDENCY_CYCLE', 'ENVIRONMENT_START_FAILED', 'START_ABORTED']).toContain((await started).code)
    expect(drivers[0]?.state).toBe('idle')
  })

  test('await using stops at the end of the block, also when the block throws', async () => {
    const { drivers } = journaled(['a'])
    const block = async () => {
      await using group = await environment(drivers).start()
      expect(group.drivers['a']?.state).toBe('started')
      throw new Error('in the block')
    }
    await expect(block()).rejects.toThrow('in the block')
    expect(drivers[0]?.state).toBe('stopped')
  })
})

describe('a start that fails', () => {
  test('stops what had started in reverse, and tells what was never started', async () => {
    const { drivers, steps } = journaled(
      ['a'],
      ['b'],
      ['c', { on: { starting: throws('no disk') } }],
      ['d'],
      ['e'],
    )
    const group = environment(drivers).create()
    const error = await rejection(group.start())
    expect(error.code).toBe('ENVIRONMENT_START_FAILED')
    expect(error.driver).toBe('c')
    expect(error.message).toMatchInlineSnapshot(`
      "Recorder "c" failed to start (starting): no disk
      Not started because of that: d, e.
      Stopped again: a, b."
    `)
    expect(steps('starting', 'stopping')).toEqual([
      'a starting',
      'b starting',
      'c starting',
      'b stopping',
      'a stopping',
    ])
    expect(drivers.map(({ state }) => state)).toEqual(['stopped', 'stopped', 'failed', 'idle', 'idle'])
  })

  test('gives up what is in flight, with the reason', async () => {
    const begun = Promise.withResolvers<void>()
    let reason: unknown
    const { drivers, journal } = journaled(
      [
        'slow',
        {
          on: {
            starting: (driver) => {
              begun.resolve()
              return new Promise((_, reject) => {
                driver.startSignal().addEventListener('abort', () => {
                  reason = driver.startSignal().reason
                  reject(new Error('ended'))
                })
              })
            },
          },
        },
      ],
      ['broken', { on: { starting: () => begun.promise.then(throws('no disk')) } }],
    )
    const error = await rejection(environment(drivers, { dependencies: [] }).start())
    expect(error.driver).toBe('broken')
    expect(error.message).toMatchInlineSnapshot(`
      "Recorder "broken" failed to start (starting): no disk
      Not started because of that: slow."
    `)
    expect(String(reason)).toContain('broken failed to start')
    expect(journal).toContain('slow aborting')
    expect(drivers[0]?.state).toBe('failed')
  })

  test('tells of two failures at once', async () => {
    const both = Promise.withResolvers<void>()
    let inside = 0
    const starting = (driver: Recorder) => {
      inside += 1
      if (inside === 2) both.resolve()
      return both.promise.then(throws(`${driver.name} is broken`))
    }
    const { drivers } = journaled(
      ['a', { on: { starting } }],
      ['b', { on: { starting } }],
      ['c', { port: port('a') }],
    )
    const error = await rejection(environment(drivers, { dependencies: 'inferred' }).start())
    expect(error.message).toMatchInlineSnapshot(`
      "Recorder "a" failed to start (starting): a is broken
      Recorder "b" failed to start (starting): b is broken
      Not started because of that: c."
    `)
    expect((error.cause as AggregateError).errors).toHaveLength(2)
  })

  test('and whose stop fails as well tells of the start first', async () => {
    const { drivers } = journaled(
      ['a', { on: { stopping: throws('stuck') } }],
      ['b', { on: { starting: throws('no disk') } }],
    )
    const error = await rejection(environment(drivers).start())
    expect(error.message).toMatchInlineSnapshot(`
      "Recorder "b" failed to start (starting): no disk
      Recorder "a" failed to stop (stopping): stuck
      Stopped again: a."
    `)
    expect(error.driver).toBe('b')
  })

  test('can be tried again', async () => {
    let broken = true
    const starting = () => {
      if (broken) throw new Error('no disk')
    }
    const { drivers } = journaled(['a'], ['b', { on: { starting } }], ['c'])
    const group = environment(drivers).create()
    await rejection(group.start())
    broken = false
    await group.start()
    expect(drivers.map(({ state }) => state)).toEqual(['started', 'started', 'started'])
    await group.stop()
  })

  test('by its initialContext can be tried again', async () => {
    let broken = true
    const initialContext = () => {
      if (broken) throw new Error('no config')
      return {}
    }
    const { drivers } = journaled(['a'])
    const group = environment(drivers, { initialContext }).create()
    await expect(group.start()).rejects.toThrow('no config')
    broken = false
    await group.start()
    expect(drivers[0]?.state).toBe('started')
    await group.stop()
  })

  test('by prepare() names the driver, and releases what others prepare meanwhile', async () => {
    const released: string[] = []
    const failed = Promise.withResolvers<void>()
    const { drivers } = journaled(
      ['a', { on: { prepare: throws('no port') } }],
      [
        'b',
        {
          on: {
            prepare: async (driver) => {
              await failed.promise
              driver.reserve(() => released.push('late'))
            },
          },
        },
      ],
      ['c', { on: { prepare: (driver) => driver.reserve(() => released.push('early')) } }],
    )
    const started = environment(drivers).start()
    failed.resolve()
    await expect(started).rejects.toThrow(/a.*no port/)
    await expect.poll(() => released.toSorted()).toEqual(['early', 'late'])
  })

  test('for two calls is abandoned once', async () => {
    const hooks: string[] = []
    const { drivers } = journaled(['a'], ['b', { on: { starting: throws('no disk') } }])
    const group = environment(drivers, {
      beforeStop: () => hooks.push('beforeStop'),
      afterStop: () => hooks.push('afterStop'),
    }).create()
    const errors = await Promise.all([rejection(group.start()), rejection(group.start())])
    expect(errors.map(({ code }) => code)).toEqual(['ENVIRONMENT_START_FAILED', 'ENVIRONMENT_START_FAILED'])
    expect(hooks).toEqual(['beforeStop', 'afterStop'])
  })
})

describe('keepGoing', () => {
  test('lets drivers that do not need the failed one go on, and tells why the others are not up', async () => {
    const { drivers, steps } = journaled(
      ['a', { on: { starting: throws('no disk') } }],
      ['b', { port: port('a') }],
      ['c', { port: port('b') }],
      ['d'],
    )
    const group = environment(drivers, { dependencies: 'inferred' }).create()
    await group.start({ keepGoing: true })
    expect(drivers.map(({ state }) => state)).toEqual(['failed', 'idle', 'idle', 'started'])
    for (const name of ['a', 'b', 'c'])
      expect(group.failure(name)?.message).toBe('Recorder "a" failed to start (starting): no disk')
    expect(group.failure('d')).toBeUndefined()
    await group.stop()
    expect(steps('stopping')).toEqual(['d stopping'])
  })

  test('a start without it that needs a failed driver fails', async () => {
    const { drivers } = journaled(['a', { on: { starting: throws('no disk') } }], ['b', { port: port('a') }])
    const group = environment(drivers, { dependencies: 'inferred' }).create()
    await group.start({ keepGoing: true })
    expect((await rejection(group.start())).message).toContain('no disk')
    await group.stop()
  })

  test('runs afterStart when all are up', async () => {
    const calls: string[] = []
    const group = environment(journaled(['a']).drivers, {
      afterStart: () => calls.push('afterStart'),
    }).create()
    await group.start({ keepGoing: true })
    expect(calls).toEqual(['afterStart'])
    await group.stop()
  })

  test('a driver that failed is started again after a stop', async () => {
    let broken = true
    const starting = () => {
      if (broken) throw new Error('no disk')
    }
    const { drivers } = journaled(['a', { on: { starting } }])
    const group = environment(drivers).create()
    await group.start({ keepGoing: true })
    await group.stop()
    broken = false
    await group.start()
    expect(drivers[0]?.state).toBe('started')
    expect(group.failure('a')).toBeUndefined()
    await group.stop()
  })
})

describe('a driver that fails while it runs', () => {
  test('is reported to listeners, until they end', async () => {
    const heard: string[] = []
    const { drivers, steps } = journaled(['a'], ['b'])
    const group = await environment(drivers).start()
    const end = group.onDriverFailure((name, error) => heard.push(`${name}: ${error.message}`))
    drivers[0]?.crash(new Error('exited with code 3'))
    expect(heard).toEqual(['a: exited with code 3'])
    expect(group.failure('a')?.message).toBe('exited with code 3')
    expect(drivers[0]?.state).toBe('failed')
    end()
    drivers[1]?.crash(new Error('too'))
    expect(heard).toHaveLength(1)
    await group.stop()
    expect(steps('stopping').toSorted(), 'both were up, and may hold what stopping() releases').toEqual([
      'a stopping',
      'b stopping',
    ])
  })

  test('is reported to all listeners, although one throws', async () => {
    const heard: string[] = []
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    onTestFinished(() => warned.mockRestore())
    const { drivers } = journaled(['a'])
    const group = await environment(drivers).start()
    group.onDriverFailure(throws('listener is broken'))
    group.onDriverFailure((name) => heard.push(name))
    expect(() => drivers[0]?.crash(new Error('exited'))).not.toThrow()
    expect(heard).toEqual(['a'])
    expect(warned.mock.calls).toEqual([[new Error('listener is broken')]])
    await group.stop()
  })

  test('starts again with the environment after a stop', async () => {
    const { drivers } = journaled(['a'])
    const group = await environment(drivers).start()
    drivers[0]?.crash(new Error('exited'))
    await group.stop()
    await group.start()
    expect(drivers[0]?.state).toBe('started')
    await group.stop()
  })

  test('makes a further start fail, as not all are up', async () => {
    const { drivers } = journaled(['a'])
    const group = await environment(drivers).start()
    drivers[0]?.crash(new Error('exited'))
    const outcome = await group.start().then(
      () => drivers[0]?.state,
      (error) => error.code,
    )
    expect(['started', 'ENVIRONMENT_START_FAILED']).toContain(outcome)
    await group.stop()
  })
})

describe('hooks of the environment', () => {
  const noted = (journal: string[], broken?: string) =>
    Object.fromEntries(
      ['beforeStart', 'afterStart', 'beforeStop', 'afterStop'].map((name) => [
        name,
        () => {
          journal.push(name)
          if (name === broken) throw new Error('hook is broken')
        },
      ]),
    ) as EnvironmentOptions

  test('run around starting and stopping, with the environment', async () => {
    const { drivers, journal } = journaled(['a'])
    let given: unknown
    const group = environment(drivers, { ...noted(journal), errorHandler: throws('not called') }).create()
    await group.start()
    await group.stop()
    expect(journal.filter((line) => !/prepare|Check|pre|post/.test(line))).toEqual([
      'beforeStart',
      'a starting',
      'afterStart',
      'beforeStop',
      'a stopping',
      'afterStop',
    ])
    const other = environment([], { beforeStart: (each) => (given = each) }).create()
    await other.start()
    expect(given).toBe(other)
  })

  test.for<[string, readonly string[]]>([
    ['beforeStart', ['beforeStart', 'beforeStop', 'afterStop']],
    ['afterStart', ['beforeStart', 'a starting', 'afterStart', 'beforeStop', 'a stopping', 'afterStop']],
  ])('a failing %s fails the start, and is named', async ([name, order]) => {
    const { drivers, journal } = journaled(['a'])
    const handled: Error[] = []
    const options = {
      ...noted(journal, name),
      errorHandler: (_: unknown, error: Error) => handled.push(error),
    }
    const error = await rejection(environment(drivers, options).start())
    expect(error.code).toBe('ENVIRONMENT_START_FAILED')
    expect(error.message).toContain(`The environment's hook ${name} failed: hook is broken`)
    expect(journal.filter((line) => !/prepare$|Check$|pre|post/.test(line))).toEqual(order)
    expect(handled).toEqual([error])
    expect(drivers[0]?.state).not.toBe('started')
  })

  test.for(['beforeStop', 'afterStop'])(
    'a failing %s fails the stop, and drivers stop all the same',
    async (name) => {
      const { drivers, journal } = journaled(['a'])
      const handled: Error[] = []
      const options = {
        ...noted(journal, name),
        errorHandler: (_: unknown, error: Error) => handled.push(error),
      }
      const group = await environment(drivers, options).start()
      const error = await rejection(group.stop())
      expect(error.code).toBe('ENVIRONMENT_STOP_FAILED')
      expect(error.message).toBe(`The environment's hook ${name} failed: hook is broken`)
      expect(drivers[0]?.state).toBe('stopped')
      expect(handled).toEqual([error])
    },
  )

  test('a failing errorHandler does not hide the error that it was given', async () => {
    const { drivers } = journaled(['a', { on: { starting: throws('no disk') } }])
    const error = await rejection(environment(drivers, { errorHandler: throws('handler is broken') }).start())
    expect(error.message).toContain('no disk')
    expect(error.message).toContain('handler is broken')
  })
})

describe('drivers in two environments', () => {
  test('are refused while they run in the first, which goes on undisturbed', async () => {
    const released: string[] = []
    const { drivers } = journaled([
      'a',
      { on: { prepare: (driver) => driver.reserve(() => released.push('port')) } },
    ])
    const definition = environment(drivers)
    const [first, second] = [definition.create(), definition.create()]
    await first.start()
    const error = await rejection(second.start())
    expect(error.code).toBe('DRIVER_SHARED')
    expect(error.message).toMatchInlineSnapshot(
      `"Recorder "a" runs in another environment. Declare the drivers in a function, environment(() => […]), so that each environment gets its own."`,
    )
    expect((await rejection(() => definition.create())).code).toBe('DRIVER_SHARED')
    expect(drivers[0]?.state).toBe('started')
    expect(released).toEqual([])
    expect(drivers[0]?.runpath.startsWith(first.runpath)).toBe(true)
    await first.stop()
    expect(released).toEqual(['port'])
    await second.start()
    await second.stop()
  })

  test('that are declared in a function are each environment its own', async () => {
    const definition = environment(() => [new Service({ name: 'a' })])
    await using first = await definition.start()
    await using second = await definition.start()
    expect(first.drivers['a']).not.toBe(second.drivers['a'])
    expect(definition.names).toEqual(['a'])
  })
})
