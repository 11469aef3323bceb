import { once } from 'node:events'
import { connect } from 'node:net'
import { environment } from '@testrig/core'
import { testDriver } from '@testrig/core/testing'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { broker } from '../test/broker.ts'
import { reason, SLOW, skipped } from '../test/homes.ts'
import type { KafkaStandaloneOptions } from './kafka-options.ts'
import { KafkaStandalone } from './kafka-standalone.ts'

vi.setConfig(SLOW)

async function accepts(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

describe.skipIf(skipped)(`KafkaStandalone${reason}`, () => {
  testDriver('KafkaStandalone', {
    create: (options) => broker(options as KafkaStandaloneOptions),
    createAny: (options) => new KafkaStandalone(options),
    probe: ({ host, port }) => {
      return () => accepts(host, port)
    },
    badOptions: [
      { binary: '' },
      { home: 1 },
      { java: '' },
      { jvmArgs: '-Xmx1g' },
      { cfgTemplate: 1 },
      { properties: { 'log.dirs': [] } },
      { host: '' },
      { port: -1 },
      { zookeeper: '' },
      { nodeId: 1.5 },
      { controllerPort: 65_536 },
      { controllerQuorumVoters: 1 },
      { kafkaStorage: '' },
      { clusterId: '' },
      { topics: 'orders' },
      { topics: [{ partitions: 3 }] },
      { topics: [{ name: 'orders', partitions: 0 }] },
      { topics: [{ name: 'orders', replicas: 1 }] },
      { args: 'one' },
      { ports: { broker: 'any' } },
    ],
  })
})

test('a driver that reads the bootstrap servers starts after the broker', async () => {
  const group = environment()
    .add('kafka', () => new KafkaStandalone())
    .add('reader', ({ kafka }) => new KafkaStandalone({ env: { KAFKA: kafka.bootstrapServers } }))
    .create()
  onTestFinished(() => group.stop())
  expect((await group.graph()).edges).toMatchObject([{ before: 'kafka', after: 'reader' }])
})

describe('options that would mean nothing are refused', () => {
  test.for<[string, KafkaStandaloneOptions]>([
    [
      '`home` must be left out when `binary` is given',
      { binary: 'kafka-server-start.sh', home: '/opt/kafka' },
    ],
    ['`jvmArgs` must be left out when `binary` is given', { binary: 'kafka-server-start.sh', jvmArgs: [] }],
    ['`kafkaStorage` must be left out unless `binary` is given', { kafkaStorage: 'kafka-storage.sh' }],
    ['`clusterId` must be left out when `zookeeper` is given', { zookeeper: 'a:1', clusterId: 'x' }],
    ['`controllerPort` must be left out when `zookeeper` is given', { zookeeper: 'a:1', controllerPort: 1 }],
  ])('%s', ([message, options]) => {
    expect(() => new KafkaStandalone(options)).toThrow(`option ${message}`)
  })
})
