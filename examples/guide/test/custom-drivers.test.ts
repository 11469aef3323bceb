import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { type Condition, environment, polled } from '@testrig/core'
import { testDriver } from '@testrig/core/testing'
import { App } from '@testrig/driver-app'
import { HTTPServer } from '@testrig/driver-http'
import { expect, test } from 'vitest'
import { SocketServer, type SocketServerOptions } from './socket-server.ts'

test('SocketServer greets', async () => {
  await using group = await environment()
    .add('server', () => new SocketServer({ greeting: 'good morning' }))
    .start()
  const [text] = await once(connect(group.drivers.server.path).setEncoding('utf8'), 'data')
  expect(text).toBe('good morning')
})

// #region test-driver
testDriver('SocketServer', {
  create: (options) => new SocketServer(options as SocketServerOptions),
  createAny: (options) => new SocketServer(options as SocketServerOptions),
  probe: (driver) => {
    const { path } = driver
    return () => existsSync(path)
  },
  badOptions: [{ greeting: 7 }],
})
// #endregion test-driver

// #region conditions
class Gateway extends App {
  protected override conditions(): readonly Condition[] {
    return [...super.conditions(), polled('the gateway has peers', () => this.#countPeers())]
  }

  async #countPeers(): Promise<boolean | string> {
    const peers = await peersOf(this.pid)
    return peers >= 2 || `it has ${peers} of 2`
  }
}
// #endregion conditions

let asked = 0
async function peersOf(_pid: number | undefined): Promise<number> {
  asked += 1
  return asked
}

test('a condition is asked until it holds', async () => {
  await using gateway = await new Gateway({ binary: 'sleep', args: ['60'] }).start()
  expect(asked).toBe(2)
  expect(gateway.timeline.conditions.map(({ name }) => name)).toContain('the gateway has peers')
})

test('hooks of the options run after the methods', async () => {
  // #region hook
  const server = new HTTPServer({
    name: 'server',
    postStart: (driver) => driver.route('GET /health', { body: 'up' }),
  })
  // #endregion hook
  await using _ = await server.start()
  expect(await (await fetch(`${server.url}/health`)).text()).toBe('up')
})
