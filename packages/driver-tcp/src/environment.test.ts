import {
  type ContextValue,
  context,
  type Drivers,
  type EnvironmentDefinition,
  environment,
  type Reference,
} from '@testrig/core'
import { expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { TCPClient } from './tcp-client.ts'
import { TCPServer } from './tcp-server.ts'

const pair = environment()
  .add('server', () => new TCPServer())
  .add('client', ({ server }) => {
    expectTypeOf(server.host).toEqualTypeOf<Reference<string>>()
    expectTypeOf(server.port).toExtend<ContextValue<number>>()
    expectTypeOf(server.address).toExtend<ContextValue<string>>()
    expectTypeOf(server.connections).toExtend<ContextValue<number>>()
    expectTypeOf(server).not.toHaveProperty('acceptConnection')
    expectTypeOf(server).not.toHaveProperty('receive')
    return new TCPClient({ host: server.host, port: server.port })
  })

test('a client takes host and port of the server that it is declared with, and starts after it', async () => {
  const { server, client } = await started(pair)
  await client.send('hello')
  expect(await server.acceptConnection()).toBe(0)
  expect(await server.receiveText()).toBe('hello')
})

test('the types of the drivers come through', () => {
  expectTypeOf<typeof pair.$drivers.server>().toEqualTypeOf<TCPServer>()
  expectTypeOf<typeof pair.$drivers.client>().toEqualTypeOf<TCPClient>()
  expectTypeOf<TCPClient['receive']>().returns.resolves.toEqualTypeOf<Buffer>()
  expectTypeOf<TCPServer['acceptConnection']>().returns.resolves.toEqualTypeOf<number>()
})

test('options of the wrong type do not compile', () => {
  const wrong = () => {
    // @ts-expect-error: a port is a number
    new TCPServer({ port: '80' })
    // @ts-expect-error: a client needs a port
    new TCPClient({ host: 'localhost' })
    // @ts-expect-error: no such option
    new TCPServer({ prot: 1 })
    environment()
      .add('server', () => new TCPServer())
      // @ts-expect-error: a host is text
      .add('client', ({ server }) => new TCPClient({ host: server.port, port: 1 }))
    // @ts-expect-error: a certificate needs its key
    new TCPServer({ tls: { cert: '' } })
  }
  expect(wrong).toBeTypeOf('function')
})

test('a list wires with templates, and a text gives the port', async () => {
  const server = new TCPServer({ name: 'server' })
  const client = new TCPClient({
    name: 'client',
    host: context('server', '{{ host }}'),
    port: context('server', '{{ port }}'),
  })
  const group = environment([server, client]).create()
  onTestFinished(() => group.stop())
  await group.start()
  expect(client.port).toBe(server.port)
  expect(client.port).toBeTypeOf('number')
})

test('a server takes its port from a context value', async () => {
  const group = environment()
    .add('first', () => new TCPServer())
    .add('second', ({ first }) => new TCPServer({ host: '127.0.0.2', port: first.port }))
  const { first, second } = await started(group)
  expect(second.address).toBe(`127.0.0.2:${first.port}`)
})

test('reconnect() finds a server that was restarted on another port', async () => {
  const { server, client } = await started(pair)
  const { port } = server
  await server.stop()
  const thief = await new TCPServer({ port }).start()
  onTestFinished(() => thief.stop())
  await server.start()
  expect(server.port).not.toBe(port)
  expect(client.port).toBe(port)
  await client.reconnect()
  expect(client.port).toBe(server.port)
  await server.acceptConnection()
  await client.send('found')
  expect(await server.receiveText({ size: 5 })).toBe('found')
})

/** Starts what is declared; it stops when the test ends. */
async function started<D extends Drivers>(definition: EnvironmentDefinition<D>): Promise<D> {
  const group = await definition.start()
  onTestFinished(() => group.stop())
  return group.drivers
}
