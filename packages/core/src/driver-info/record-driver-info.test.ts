import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Caller, Listener } from '../../test/fixtures/linked.ts'
import { BaseConnectionExtractor } from '../connections/connection-extractor.ts'
import { BaseConnectionInfo } from '../connections/connection-info.ts'
import { Direction } from '../connections/direction.ts'
import { Driver } from '../driver.ts'
import { environment } from '../environment-definition.ts'
import { recordDriverInfo } from './record-driver-info.ts'

/** A driver that is looked at as told. */
function lookedAt(extractConnections: (driver: Driver) => unknown): Driver {
  class Extractor extends BaseConnectionExtractor {
    override extractConnections(driver: Driver) {
      return extractConnections(driver) as readonly BaseConnectionInfo[]
    }
  }
  class Custom extends Driver {
    static override readonly EXTRACTORS = [new Extractor()]
  }
  return new Custom()
}

const chain = environment()
  .add('server', () => new Listener())
  .add('client', ({ server }) => new Caller({ host: server.host, port: server.port as never }))
  .add('alone', () => new Driver())

test('a log that is a pipe is left out: the stop waits for no writer', async () => {
  class Piped extends Driver {
    override get logpath(): string {
      return join(this.runpath, 'pipe')
    }
    protected override starting(): void {
      execFileSync('mkfifo', [this.logpath])
    }
  }
  const group = environment([new Piped({ name: 'piped' })], { keepRunpath: 'never' }).create()
  const recorder = recordDriverInfo(group, { scope: 'file' })
  await group.start()
  await group.stop()
  expect((await recorder.info()).drivers[0]?.logs).toEqual([])
})

test('what is declared and what is observed between two drivers is one edge', async () => {
  const group = chain.create()
  const recorder = recordDriverInfo(group, { scope: 'file', id: 'one' })
  await group.start()
  const { port } = group.drivers.server
  const { localPort } = group.drivers.client
  await group.stop()
  const info = await recorder.info()
  expect(info.edges).toEqual([
    {
      from: 'client',
      to: 'server',
      values: [
        { attribute: 'port', origin: 'port' },
        { attribute: 'host', origin: 'host' },
      ],
      dependency: true,
      observed: [
        { protocol: 'tcp', connection: `tcp://${port}`, fromEnds: [`${localPort}`], toEnds: [`${port}`] },
      ],
    },
  ])
  expect(
    info.drivers.map(({ name, className, state, listening }) => [name, className, state, listening]),
  ).toEqual([
    ['server', 'Listener', 'started', [`tcp://127.0.0.1:${port}`]],
    ['client', 'Caller', 'started', []],
    ['alone', 'Driver', 'started', []],
  ])
  expect(info).toMatchObject({ id: 'one', scope: 'file', files: [], externals: [], failures: [] })
  expect(info.criticalPath).toEqual(['server', 'client'])
  expect(info.sampledAt.length).toBeGreaterThanOrEqual(1)
})

test('times follow one another: begun, up, stop begun, stopped', async () => {
  const group = chain.create()
  const recorder = recordDriverInfo(group, { scope: 'file' })
  await new Promise(setImmediate)
  const before = performance.timeOrigin + performance.now()
  await group.start()
  const running = await recorder.info()
  expect(running.stoppedAt).toBeUndefined()
  expect(running.startedAt).toBeGreaterThanOrEqual(before)
  await group.stop()
  const { startedAt, readyAt, stopStartedAt = 0, stoppedAt = 0, drivers } = await recorder.info()
  const ends = drivers.flatMap(({ start }) => start.map(({ end }) => end))
  expect([startedAt, readyAt, stopStartedAt, stoppedAt]).toEqual(
    [startedAt, readyAt, stopStartedAt, stoppedAt].toSorted((one, other) => one - other),
  )
  expect(readyAt).toBe(Math.max(...ends))
  expect(drivers.every(({ stop }) => stop.length > 0)).toBe(true)
})

test('a connection that only one of the samples saw stays', async () => {
  let open = true
  const side = (direction: Direction) => () =>
    open ? [new BaseConnectionInfo({ protocol: 'new', identifier: 1, direction })] : []
  const group = environment()
    .add('one', () => lookedAt(side(Direction.CONNECTING)))
    .add('other', () => lookedAt(side(Direction.LISTENING)))
    .create()
  const recorder = recordDriverInfo(group, { scope: 'file' })
  await group.start()
  await recorder.sample()
  open = false
  await group.stop()
  const { edges, drivers } = await recorder.info()
  expect(edges).toEqual([
    {
      from: 'one',
      to: 'other',
      values: [],
      dependency: false,
      observed: [{ protocol: 'new', connection: 'new://1', fromEnds: ['1'], toEnds: ['1'] }],
    },
  ])
  expect(drivers[1]?.listening).toEqual(['new://1'])
})

test('what keeps connections from being seen is told with the driver, and sampling goes on', async () => {
  const group = environment()
    .add('throws', () =>
      lookedAt(() => {
        throw new Error('no way')
      }),
    )
    .add('partly', () =>
      lookedAt(() => [
        new BaseConnectionInfo({ protocol: 'new', identifier: 1, direction: Direction.LISTENING }),
        new Error('no access to process 1'),
      ]),
    )
    .add('nonsense', () => lookedAt(() => [1]))
    .create()
  const recorder = recordDriverInfo(group, { scope: 'test' })
  await group.start()
  await recorder.sample()
  const { drivers, sampledAt } = await recorder.info()
  await group.stop()
  expect(sampledAt).not.toEqual([])
  expect(drivers.map(({ problems }) => problems)).toEqual([
    ['Extractor: no way'],
    ['no access to process 1'],
    ['Extractor: it gave something that is no connection info'],
  ])
  expect(drivers[1]?.listening).toEqual(['new://1'])
})

test('an extractor that never answers is told, and ends the look of nobody else', async () => {
  const listening = new BaseConnectionInfo({ protocol: 'new', identifier: 1, direction: Direction.LISTENING })
  const group = environment()
    .add('silent', () => lookedAt(() => new Promise(() => {})))
    .add('other', () => lookedAt(() => [listening]))
    .create()
  await group.start()
  const recorder = recordDriverInfo(group, { scope: 'test' })
  await recorder.sample()
  const { drivers } = await recorder.info()
  recorder.close()
  await group.stop()
  expect(drivers.map(({ problems }) => problems)).toEqual([['Extractor: no answer within 5000 ms'], []])
  expect(drivers[1]?.listening).toEqual(['new://1'])
})

test('calls at the same time share one look', async () => {
  let looks = 0
  const group = environment()
    .add('one', () =>
      lookedAt(() => {
        looks += 1
        return []
      }),
    )
    .create()
  const recorder = recordDriverInfo(group, { scope: 'test' })
  await group.start()
  await recorder.sample()
  const before = looks
  await Promise.all([recorder.sample(), recorder.sample(), recorder.sample()])
  expect(looks - before).toBe(1)
  await group.stop()
})

test('a start that failed is told: the state of each driver, why, and the failure of the environment', async () => {
  class Broken extends Driver {
    protected override starting(): void {
      throw new Error('the password=hunter2 is wrong')
    }
  }
  const group = environment()
    .add('server', () => new Listener())
    .add('broken', () => new Broken(), { after: ['server'] })
    .add('never', () => new Driver(), { after: ['broken'] })
    .create()
  const recorder = recordDriverInfo(group, { scope: 'file' })
  await expect(group.start()).rejects.toThrow('broken')
  const { drivers, failures, edges, stoppedAt } = await recorder.info()
  expect(drivers.map(({ name, state }) => [name, state])).toEqual([
    ['server', 'started'],
    ['broken', 'failed'],
    ['never', 'idle'],
  ])
  expect(drivers[1]?.failure).toContain('the password=*** is wrong')
  expect(failures).toHaveLength(1)
  expect(failures[0]).toContain('the password=*** is wrong')
  expect(edges.map(({ from, to, dependency }) => [from, to, dependency])).toEqual([
    ['broken', 'server', true],
    ['never', 'broken', true],
  ])
  expect(stoppedAt).toBeGreaterThan(0)
})

test('a plan that cannot be made is a failure too', async () => {
  const group = environment([new Driver({ name: 'one' }), new Driver({ name: 'other' })], {
    dependencies: [
      ['one', 'other'],
      ['other', 'one'],
    ],
  }).create()
  const recorder = recordDriverInfo(group, { scope: 'file' })
  await expect(group.start()).rejects.toThrow()
  const { failures, drivers, startedAt, readyAt } = await recorder.info()
  expect(readyAt).toBe(startedAt)
  expect(failures).toEqual([expect.stringContaining('one')])
  expect(drivers.map(({ state }) => state)).toEqual(['idle', 'idle'])
})

test('a further start begins a record of its own', async () => {
  const group = chain.create()
  const recorder = recordDriverInfo(group, { scope: 'run', id: 'mine' })
  await group.start()
  await group.stop()
  const first = await recorder.info()
  await group.start()
  const second = await recorder.info()
  await group.stop()
  expect([first.id, second.id]).toEqual(['mine', 'mine-2'])
  expect(second.startedAt).toBeGreaterThan(first.stoppedAt as number)
  expect(second.stoppedAt).toBeUndefined()
})

test('the order of a list makes no edge', async () => {
  const group = environment([new Driver({ name: 'one' }), new Driver({ name: 'other' })]).create()
  const recorder = recordDriverInfo(group, { scope: 'file' })
  await group.start()
  await group.stop()
  expect((await recorder.info()).edges).toEqual([])
  expect((await recorder.info()).criticalPath).toEqual(['one', 'other'])
})

test('secrets of options are masked in attributes and wherever else they stand', async () => {
  const group = environment()
    .add('server', () => new Listener())
    .add('client', ({ server }) => new Caller({ port: server.port as never, password: 'correct horse' }))
    .create()
  Object.assign(group.drivers.client, { note: 'I know that correct horse is the word', apiKey: 'abc' })
  const told = recordDriverInfo(group, { scope: 'file' })
  const open = recordDriverInfo(group, { scope: 'file', mask: false })
  await group.start()
  await group.stop()
  expect((await told.info()).drivers[1]?.attributes).toMatchObject({
    note: 'I know that *** is the word',
    apiKey: '***',
  })
  expect((await open.info()).drivers[1]?.attributes).toMatchObject({
    note: 'I know that correct horse is the word',
    apiKey: 'abc',
  })
})
