import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { Recorder } from '../test/fixtures/recorder.ts'
import { rejection } from '../test/fixtures/rejection.ts'
import { Service } from '../test/fixtures/service.ts'
import { context, own } from './context.ts'
import { Driver } from './driver.ts'
import { environment } from './environment-definition.ts'

describe('a driver without an environment', () => {
  test('starts, runs and stops, and has a directory', async () => {
    const service = new Service({ name: 'my service' })
    await service.start()
    expect(service.url('/')).toBe('http://localhost:4711/')
    expect(service.runpath.endsWith('/my-service')).toBe(true)
    expect(existsSync(service.runpath)).toBe(true)
    await service.stop()
    expect(service.state).toBe('stopped')
  })

  test('reads its own attributes by own() and by its name', async () => {
    const app = new Recorder({
      name: 'app',
      port: 80,
      args: [own('{{ port }}'), context('app', '{{ host }}')],
    })
    await app.start()
    expect(app.seen('args')).toEqual(['80', '127.0.0.1'])
    await app.stop()
  })

  test('cannot read those of others', async () => {
    const app = new Recorder({ name: 'app', port: context('service', '{{ port }}') })
    const error = await rejection(app.start())
    expect(error.message).toContain('There is no driver `service` in the environment. Known: `app`.')
    const other = new Recorder({
      name: 'app',
      port: context(new Service({ name: 'service' }), ({ port }) => port as number),
    })
    expect((await rejection(other.start())).message).toContain('service')
  })

  test('needs no name', async () => {
    const driver = new Recorder()
    await driver.start()
    expect(driver.runpath.endsWith('/Recorder')).toBe(true)
    await driver.stop()
  })

  test('is stopped by await using, which removes its directory', async () => {
    const driver = new Recorder({ name: 'app' })
    let directory: string
    {
      await using started = await driver.start()
      directory = started.scratch
      expect(existsSync(directory)).toBe(true)
    }
    expect(driver.state).toBe('stopped')
    expect(existsSync(directory), directory).toBe(false)
    expect(existsSync(driver.scratch), 'when it is read afterwards').toBe(false)
  })

  test('starts again after that, in a directory of its own', async () => {
    const driver = new Recorder({
      name: 'app',
      on: { starting: (each) => writeFileSync(join(each.runpath, 'x'), '') },
    })
    const directories: string[] = []
    for (const _ of [1, 2]) {
      await using started = await driver.start()
      directories.push(started.runpath)
    }
    expect(new Set(directories).size).toBe(2)
  })

  test('can go into an environment afterwards', async () => {
    const driver = new Recorder({ name: 'app' })
    await driver.start()
    expect((await rejection(() => environment([driver]).create())).code).toBe('DRIVER_SHARED')
    await driver.stop()
    await using group = await environment([driver]).start()
    expect(driver.runpath).toBe(`${group.runpath}/app`)
  })
})

test('a subclass publishes what postStart() sets, as the documentation does', async () => {
  class ServerApp extends Recorder {
    listening: string | undefined = undefined
    protected override async postStart(): Promise<void> {
      await super.postStart()
      this.listening = `${this.host}:10000`
    }
  }
  const client = new Recorder({ name: 'client', host: context('server', '{{ listening }}') })
  await using _group = await environment([new ServerApp({ name: 'server' }), client]).start()
  expect(client.seen('host')).toBe('127.0.0.1:10000')
})

test('hooks of the options take the driver with its own type', async () => {
  const seen: (number | undefined)[] = []
  const service = new Service({
    name: 'service',
    postStart: (driver) => {
      expectTypeOf(driver).toEqualTypeOf<Service>()
      seen.push(driver.port)
    },
    runpath: (driver) => {
      expectTypeOf(driver).toEqualTypeOf<Service>()
      return driver.name
    },
  })
  expect(service.options.runpath).toBeTypeOf('function')
  await new Service({ name: 'x', postStart: (driver) => void seen.push(driver.port) }).start()
  expect(seen).toEqual([4711])
})

test('an assertion can show a driver whose options hold context values', () => {
  const app = new Recorder({ name: 'app', port: context('service', '{{ port }}') })
  expect(() => expect(app).toEqual(5)).toThrow(/to deeply equal 5/)
})

test('options of the wrong type are compile errors', () => {
  // @ts-expect-error a time is a number
  expect(() => new Driver({ startTimeout: '5s' })).toThrow()
  // @ts-expect-error there is no such option
  expect(() => new Driver({ startTimout: 5 })).toThrow()
  // @ts-expect-error a hook is a function
  expect(() => new Driver({ postStart: 5 })).toThrow()
  expect(new Driver({ startTimeout: context('a', '{{ b }}'), errorLogLines: 0 }).state).toBe('idle')
})
