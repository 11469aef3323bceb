import { testDriver } from '@testrig/core/testing'
import { accepts } from '@testrig/sockets/testing'
import { afterAll, beforeAll } from 'vitest'
import type { FixClientOptions } from './client-options.ts'
import type { ConnectionName } from './connection-name.ts'
import { FixClient } from './fix-client.ts'
import { FixServer } from './fix-server.ts'
import type { FixServerOptions } from './server-options.ts'

testDriver('FixServer', {
  create: (options) => new FixServer(options as FixServerOptions),
  probe:
    ({ host, port }) =>
    () =>
      accepts(port, host),
  badOptions: [
    { port: 'x' },
    { port: 65_536 },
    { host: '' },
    { version: 'FIX.4.1' },
    { version: ['FIX.4.4', 'FIX.6'] },
    { sender: 1 },
    { defaultApplVerID: 'FIX.5.0' },
    { authenticate: 'no' },
    { dictionary: 1 },
    { maxMessageSize: 1 },
    { resetOnLogon: 'Y' },
  ],
  createAny: (options) => new FixServer(options as FixServerOptions),
})

let server: FixServer
let clients = 0

beforeAll(async () => {
  server = await new FixServer().start()
})

afterAll(() => server.stop())

const made = () => {
  clients += 1
  return { port: server?.port ?? 1, sender: `CLIENT${clients}`, target: 'SERVER' }
}

testDriver('FixClient', {
  create: (options) => new FixClient({ ...made(), ...options } as FixClientOptions),
  probe: ({ sender }) => {
    const name: ConnectionName = ['SERVER', sender]
    return () => server.isConnectionActive(name)
  },
  badOptions: [
    { port: 0 },
    { sender: '' },
    { target: 1 },
    { senderSub: '' },
    { version: 'FIX.5.0' },
    { interface: 'lo' },
    { connectTimeout: 0 },
    { heartbeatInterval: 1_500 },
    { heartbeatInterval: -1_000 },
    { customLogonTags: 'x' },
    { logonTimeout: 0 },
    { logoffAtStop: 1 },
  ],
  createAny: (options) => new FixClient({ ...made(), ...options } as FixClientOptions),
})
