import { testDriver } from '@testrig/core/testing'
import { afterAll, beforeAll } from 'vitest'
import { isListening } from './is-listening.ts'
import { ZMQClient, type ZMQClientOptions } from './zmq-client.ts'
import { ZMQServer, type ZMQServerOptions } from './zmq-server.ts'

testDriver('ZMQServer', {
  create: (options) => new ZMQServer(options as ZMQServerOptions),
  probe:
    ({ endpoint }) =>
    () =>
      isListening(endpoint),
  badOptions: [
    { port: 'x' },
    { port: 65_536 },
    { host: '' },
    { messagePattern: 'REQ' },
    { highWaterMark: -1 },
    { topics: 'a' },
  ],
  createAny: (options) => new ZMQServer(options as ZMQServerOptions),
})

const server = new ZMQServer({ messagePattern: 'ROUTER' })
let clients = 0

beforeAll(() => server.start())
afterAll(() => server.stop())

testDriver('ZMQClient', {
  create(options) {
    clients += 1
    const routingId = `client-${clients}`
    const own = { messagePattern: 'DEALER', ports: [server.port], routingId, ...options }
    return new ZMQClient(own as ZMQClientOptions)
  },
  probe: (client) => async () => {
    if (!client.connected) return false
    await client.send('up')
    return (await server.receiveMultipart()).at(-1)?.toString() === 'up'
  },
  badOptions: [
    { ports: [0] },
    { ports: 5 },
    { hosts: [1] },
    { endpoints: [''] },
    { messagePattern: 'REP' },
    { routingId: '' },
    { connectAtStart: 1 },
  ],
  createAny: (options) => new ZMQClient({ ports: [1], ...(options as object) } as ZMQClientOptions),
})
