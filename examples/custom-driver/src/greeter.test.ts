import { connect } from 'node:net'
import { context, environment } from '@testrig/core'
import { testDriver } from '@testrig/core/testing'
import { expect, test } from 'vitest'
import { Greeter, type GreeterOptions } from './greeter.ts'

// #region contract
// What every driver must do: start, stop, restart, run beside a copy of itself, refuse bad options, leave nothing behind.
testDriver('Greeter', {
  create: (options) => new Greeter(options as GreeterOptions),
  createAny: (options) => new Greeter(options as GreeterOptions),
  probe:
    ({ host, port }) =>
    () =>
      accepts(host, port),
  badOptions: [{ greeting: '' }, { greeting: 1 }, { language: 'english' }],
})
// #endregion contract

// #region own-tests
test('it greets by name', async () => {
  await using greeter = await new Greeter({ greeting: 'Good morning' }).start()
  expect(await greeter.greet('Ada')).toBe('Good morning, Ada!')
})

test('a greeting may come from another driver', async () => {
  const first = new Greeter({ name: 'first', language: 'fr' })
  const second = new Greeter({ name: 'second', greeting: context('first', 'I know {{ host }}:{{ port }}') })
  await using _ = await environment([first, second]).start()
  expect(await second.greet('Ada')).toBe(`I know 127.0.0.1:${first.port}, Ada!`)
})
// #endregion own-tests

function accepts(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(port, host)
  socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  return promise.finally(() => socket.destroy())
}
