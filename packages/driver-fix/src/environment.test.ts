import { type ContextValue, context, Driver, environment, type Reference } from '@testrig/core'
import { recordDriverInfo } from '@testrig/core/driver-info'
import { expect, expectTypeOf, onTestFinished, test } from 'vitest'
import type { ConnectionName } from './connection-name.ts'
import { FixClient } from './fix-client.ts'
import type { FixMessage } from './fix-message.ts'
import { FixServer } from './fix-server.ts'

const pair = environment()
  .add('server', () => new FixServer())
  .add('client', ({ server }) => {
    expectTypeOf(server.host).toEqualTypeOf<Reference<string>>()
    expectTypeOf(server.port).toExtend<ContextValue<number>>()
    expectTypeOf(server).not.toHaveProperty('receive')
    return new FixClient({ host: server.host, port: server.port, sender: 'CLIENT', target: 'SERVER' })
  })

test('a client takes host and port of the server that it is declared with, and is logged on when it has started', async () => {
  const group = await pair.start()
  onTestFinished(() => group.stop())
  const { server, client } = group.drivers
  expect(server.activeConnections).toEqual([['SERVER', 'CLIENT']])
  await client.send({ 35: 'D', 11: '1' })
  expect((await server.receive()).get(11)).toBe('1')
})

test('names, passwords and other texts may be context values', async () => {
  class Desk extends Driver {
    readonly sender = 'DESK'
    readonly password = 'secret'
    readonly trader = 'trader'
  }
  const logons: FixMessage[] = []
  const authenticate = (logon: FixMessage) => void logons.push(logon)
  const server = new FixServer({ name: 'server', authenticate })
  const client = new FixClient({
    name: 'client',
    port: context('server', '{{ port }}'),
    sender: context('desk', '{{ sender }}'),
    senderSub: context('desk', '{{ trader }}'),
    target: 'SERVER',
    heartbeatInterval: 5_000,
    customLogonTags: { 553: 'user', 554: context('desk', '{{ password }}'), 141: null },
  })
  const group = environment([new Desk({ name: 'desk' }), server, client]).create()
  onTestFinished(() => group.stop())
  await group.start()
  const [logon] = logons
  expect(logon?.toObject()).toMatchObject({
    49: 'DESK',
    50: 'trader',
    56: 'SERVER',
    108: '5',
    553: 'user',
    554: 'secret',
  })
  expect(logon?.has(141)).toBe(false)
})

test('reconnect() finds a server that was restarted on another port', async () => {
  const group = await pair.start()
  onTestFinished(() => group.stop())
  const { server, client } = group.drivers
  const { port } = server
  await server.stop()
  const thief = await new FixServer({ port }).start()
  onTestFinished(() => thief.stop())
  await server.start()
  expect(client.port).toBe(port)
  await client.reconnect()
  expect(client.port).toBe(server.port)
  expect(server.activeConnections).toHaveLength(1)
})

test('driver info joins a client with its server', async () => {
  const group = pair.create()
  onTestFinished(() => group.stop())
  const recorder = recordDriverInfo(group, { scope: 'test' })
  await group.start()
  await recorder.sample()
  const { edges } = await recorder.info()
  expect(edges.map(({ from, to, observed }) => [from, to, observed[0]?.connection])).toEqual([
    ['client', 'server', `tcp://${group.drivers.server.port}`],
  ])
})

test('options of the wrong type do not compile', () => {
  expectTypeOf<FixServer['receive']>().returns.resolves.toEqualTypeOf<FixMessage>()
  expectTypeOf<FixServer['activeConnections']>().toEqualTypeOf<readonly ConnectionName[]>()
  const wrong = () => {
    // @ts-expect-error: a client needs a target
    new FixClient({ port: 1, sender: 'A' })
    // @ts-expect-error: no such version
    new FixServer({ version: 'FIX.5.0' })
    // @ts-expect-error: a connection has two names
    void new FixServer().receive({ connection: ['A'] })
    // @ts-expect-error: no such option
    void new FixClient({ port: 1, sender: 'A', target: 'B' }).receive({ connection: ['A', 'B'] })
  }
  expect(wrong).toBeTypeOf('function')
})
