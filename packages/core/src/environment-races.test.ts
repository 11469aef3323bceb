import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { outcome, Random, ticks, Unsteady } from '../test/fixtures/chaos.ts'
import { Recorder, throws } from '../test/fixtures/recorder.ts'
import { rejection } from '../test/fixtures/rejection.ts'
import { temporaryDirectory } from '../test/fixtures/temporary-directory.ts'
import { context } from './context.ts'
import type { Environment } from './environment.ts'
import { environment } from './environment-definition.ts'
import type { EnvironmentOptions } from './environment-options.ts'

const HOOKS = ['beforeStart', 'afterStart', 'beforeStop', 'afterStop'] as const

/** An environment of one driver, one of whose hooks does something once. */
function withHook(hook: (typeof HOOKS)[number], work: (group: Environment) => unknown) {
  const journal: string[] = []
  const driver = new Recorder({ name: 'app', journal })
  let calls = 0
  const once = (group: Environment) => (++calls === 1 ? work(group) : undefined)
  return { driver, journal, group: environment([driver], { [hook]: once }).create() }
}

describe('a hook that calls stop()', () => {
  test('before the start gives it up', async () => {
    const { driver, group, journal } = withHook('beforeStart', (each) => each.stop())
    expect((await rejection(group.start())).code).toBe('ENVIRONMENT_START_FAILED')
    expect(journal).not.toContain('app starting')
    await group.start()
    const { runpath } = group
    expect(driver.state).toBe('started')
    await group.stop()
    expect(existsSync(runpath), 'the directory, which is kept after failures').toBe(false)
  })

  test('after the start has it fail, as nothing is up', async () => {
    const { driver, group } = withHook('afterStart', (each) => each.stop())
    expect((await rejection(group.start())).message).toBe(
      'environment: the start was given up: stop() was called.',
    )
    expect(driver.state).toBe('stopped')
  })

  test.for(['beforeStop', 'afterStop'] as const)('in %s does not wait for itself', async (hook) => {
    const { driver, group } = withHook(hook, (each) => each.stop())
    await group.start()
    await group.stop()
    expect(driver.state).toBe('stopped')
  })
})

describe('a hook that calls start()', () => {
  test('before the start brings up what it asks for', async () => {
    const { driver, group } = withHook('beforeStart', async (each) => {
      await each.start()
      expect(driver.state).toBe('started')
    })
    await group.start()
    await group.stop()
    expect(driver.state).toBe('stopped')
  })

  test.for(['beforeStop', 'afterStop'] as const)('in %s is told that both would wait', async (hook) => {
    const { driver, group } = withHook(hook, (each) => each.start())
    await group.start()
    const error = await rejection(group.stop())
    expect(error.message).toBe(
      `The environment's hook ${hook} failed: start() was called in the environment's hook ${hook}, and each would wait for the other. Call it when stop() is over.`,
    )
    expect(driver.state).toBe('stopped')
  })

  test('when it is over starts again', async () => {
    const over = Promise.withResolvers<void>()
    let again: Promise<unknown> = Promise.resolve()
    const { driver, group } = withHook('afterStop', (each) => {
      again = over.promise.then(() => each.start())
    })
    await group.start()
    await group.stop()
    over.resolve()
    await again
    expect(driver.state).toBe('started')
    await group.stop()
  })
})

describe('stop()', () => {
  test('at any time of a start ends it, and afterStart never comes after beforeStop', async () => {
    for (let count = 0; count < 140; count += 1) {
      const hooks: string[] = []
      const noted = (name: string) => async () => {
        hooks.push(name)
        await setImmediate()
      }
      const drivers = ['a', 'b'].map((name) => new Recorder({ name }))
      const group = environment(
        drivers,
        Object.fromEntries(HOOKS.map((name) => [name, noted(name)])),
      ).create()
      let ended = ''
      const started = outcome(group.start()).then((end) => {
        ended = end
        return end
      })
      await ticks(count)
      for (let turns = count % 5; turns > 0; turns -= 1) await setImmediate()
      const before = ended
      await group.stop()
      expect(await started, `${count} ticks`).toBe(before === 'ok' ? 'ok' : 'ENVIRONMENT_START_FAILED')
      expect(hooks.filter((name) => name !== 'afterStart')).toEqual([
        'beforeStart',
        'beforeStop',
        'afterStop',
      ])
      expect(hooks.indexOf('afterStart'), `${count} ticks`).toBeLessThan(2)
      expect(drivers.map(({ state }) => state)).not.toContain('started')
    }
  })

  test('when all is down plans nothing and prepares nothing', async () => {
    const journal: string[] = []
    const group = environment([new Recorder({ name: 'app', journal })]).create()
    await group.start()
    await group.stop()
    journal.length = 0
    await group.stop()
    expect(journal).toEqual([])
  })

  test('stops what was started by hand although no plan can be made', async () => {
    const drivers = ['a', 'b'].map((name) => new Recorder({ name }))
    const dependencies: EnvironmentOptions['dependencies'] = [
      ['a', 'b'],
      ['b', 'a'],
    ]
    const group = environment(drivers, { dependencies }).create()
    await drivers[0]?.start()
    await group.stop()
    expect(drivers[0]?.state).toBe('stopped')
  })
})

test('a plan that fails leaves a driver that was started by hand what it has reserved', async () => {
  const reserved = new Set<string>()
  const prepare = (driver: Recorder) => {
    reserved.add(driver.name)
    driver.reserve(() => reserved.delete(driver.name))
  }
  const drivers = ['a', 'b'].map((name) => new Recorder({ name, on: { prepare } }))
  const group = environment(drivers, { initialContext: throws('no context') }).create()
  await drivers[0]?.start()
  await expect(group.start()).rejects.toThrow('no context')
  expect([...reserved]).toEqual(['a'])
  await group.stop()
  expect([...reserved]).toEqual([])
})

test('a declaration whose drivers run in one environment, and not all of them, takes none of them', async () => {
  const [one, other] = [new Recorder({ name: 'one' }), new Recorder({ name: 'other' })]
  const definition = environment([one, other], { dependencies: [], keepRunpath: 'never' })
  const group = definition.create()
  await group.start({ only: ['other'] })
  expect((await rejection(() => definition.create())).code).toBe('DRIVER_SHARED')
  await group.start()
  expect(one.runpath).toBe(join(group.runpath, 'one'))
  await group.stop()
  expect(existsSync(one.runpath)).toBe(false)
})

test('a driver that another environment has had meanwhile starts in the one that starts it', async () => {
  const [one, other] = [new Recorder({ name: 'one' }), new Recorder({ name: 'other' })]
  const group = environment([one, other], { dependencies: [], keepRunpath: 'never' }).create()
  await group.start({ only: ['other'] })
  const second = environment([one], { keepRunpath: 'never' }).create()
  await group.start()
  expect(one.runpath).toBe(join(group.runpath, 'one'))
  expect((await rejection(second.start())).code).toBe('DRIVER_SHARED')
  await group.stop()
  await second.start()
  expect(one.runpath).toBe(join(second.runpath, 'one'))
  await second.stop()
})

test('a driver that runs in another environment is not stopped, and not started', async () => {
  const [one, other] = [new Recorder({ name: 'one' }), new Recorder({ name: 'other' })]
  const group = environment([one, other], { dependencies: [], keepRunpath: 'never' }).create()
  await group.start({ only: ['other'] })
  const second = await environment([one], { keepRunpath: 'never' }).start()
  const error = await rejection(group.start())
  expect(error.message).toContain('Recorder "one" runs in another environment.')
  expect(other.state).toBe('stopped')
  expect(one.state).toBe('started')
  await group.stop()
  expect(one.state).toBe('started')
  await second.stop()
})

test('a stop after a plan that failed gives the directory back, or removes it', async () => {
  const runpath = join(temporaryDirectory(), 'mine')
  const refuse = throws('cannot be prepared')
  const declare = (keepRunpath: 'always' | 'never') =>
    environment([new Recorder({ name: 'app', on: { prepare: refuse } })], { runpath, keepRunpath }).create()
  const kept = declare('always')
  expect(kept.drivers['app']?.runpath).toBe(join(runpath, 'app'))
  expect((await rejection(kept.start())).code).toBe('PREPARE_FAILED')
  await kept.stop()
  const removed = declare('never')
  expect(existsSync(removed.runpath)).toBe(true)
  await kept.stop()
  expect(existsSync(removed.runpath)).toBe(true)
  await removed.stop()
  expect(existsSync(runpath)).toBe(false)
})

test('a stop while a plan fails removes the directory', async () => {
  const app = new Recorder({ name: 'app', on: { prepare: throws('cannot be prepared') } })
  const group = environment([app], { keepRunpath: 'never' }).create()
  const { runpath } = group
  const starting = rejection(group.start())
  await group.stop()
  expect((await starting).code).toBe('PREPARE_FAILED')
  expect(existsSync(runpath)).toBe(false)
})

test('a stop whose directory cannot be removed says so, and the next start begins anew', async () => {
  const parent = temporaryDirectory()
  const place = join(parent, 'place')
  mkdirSync(place)
  vi.stubEnv('TMPDIR', place)
  onTestFinished(() => void vi.unstubAllEnvs())
  let starts = 0
  const beforeStart = () => void starts++
  const afterStop = () => {
    if (starts > 1) return
    renameSync(place, `${place}-away`)
    symlinkSync(place, place) // Now no path below it leads anywhere.
  }
  const group = environment([new Recorder({ name: 'app' })], { beforeStart, afterStop }).create()
  await group.start()
  const { runpath } = group
  const error = await rejection(group.stop())
  expect(error.code).toBe('ENVIRONMENT_STOP_FAILED')
  expect(error.message).toContain(`The directory ${runpath} cannot be removed: `)
  rmSync(place)
  renameSync(`${place}-away`, place)
  await group.start()
  expect(starts).toBe(2)
  expect(group.runpath).not.toBe(runpath)
  expect(existsSync(group.runpath)).toBe(true)
  await group.stop()
})

test('a listener that throws what is no error keeps no other from hearing', async () => {
  const driver = new Recorder({ name: 'app' })
  const group = await environment([driver]).start()
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  onTestFinished(() => warned.mockRestore())
  const heard: string[] = []
  group.onDriverFailure(() => {
    throw 'a text'
  })
  group.onDriverFailure((name) => heard.push(name))
  driver.crash(new Error('exited'))
  expect(heard).toEqual(['app'])
  expect(warned.mock.calls).toEqual([['a text']])
  await group.stop()
})

describe('calls in any order', () => {
  const names = ['a', 'b', 'c', 'd', 'e']
  const calls: readonly ((group: Environment, driver: Recorder) => unknown)[] = [
    (group) => group.start(),
    (group) => group.start({ keepGoing: true }),
    (group, driver) => group.start({ only: [driver.name] }),
    (group) => group.stop(),
    (group) => group.graph(),
    (_, driver) => driver.stop(),
    (_, driver) => driver.restart(),
  ]

  test('at any time, with steps that fail, end and leave nothing behind', async () => {
    for (let seed = 0; seed < 60; seed += 1) {
      const random = new Random(seed)
      const all = names.map((name, index) => {
        const [other] = names.slice(random.upTo(index))
        const host = context(other as string, '{{ host }}')
        return new Unsteady(name, random, other !== name && random.below(0.7) ? { host } : {})
      })
      const drivers = all.map(({ driver }) => driver)
      const group = environment(drivers, random.below(0.5) ? { dependencies: 'inferred' } : {}).create()
      const ends: Promise<string>[] = []
      for (let count = 0; count < 12; count += 1) {
        ends.push(outcome(random.oneOf(calls)(group, random.oneOf(drivers))))
        for (let turns = random.upTo(4); turns > 0; turns -= 1) await setImmediate()
      }
      await Promise.all(ends)
      for (const each of all) each.steady()
      await group.stop()
      expect(
        drivers.map(({ state }) => state),
        `seed ${seed}`,
      ).not.toContain('started')
      expect(
        all.map(({ held, reserved }) => held + reserved),
        `seed ${seed}`,
      ).toEqual([0, 0, 0, 0, 0])
      await group.start()
      expect(
        drivers.map(({ state }) => state),
        `seed ${seed}`,
      ).toEqual(names.map(() => 'started'))
      await group.stop()
    }
  })
})
