import { join } from 'node:path'
import { environment } from '@testrig/core'
import { App } from '@testrig/driver-app'
import { ZookeeperStandalone } from '@testrig/driver-zookeeper'
import kafkajs from 'kafkajs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { kafka3, kafka4, reason, SLOW, skipped } from '../test/homes.ts'
import { KafkaStandalone } from './kafka-standalone.ts'

vi.setConfig(SLOW)

const app = join(import.meta.dirname, '../test/programs/orders.mjs')

// #region environment
const orders = environment()
  .add('kafka', () => new KafkaStandalone({ topics: [{ name: 'orders', partitions: 3 }] }))
  .add(
    'app',
    ({ kafka }) =>
      new App({
        binary: process.execPath,
        args: [app],
        env: { BROKERS: kafka.bootstrapServers },
        stdoutRegexps: [/Waiting for orders/],
      }),
  )
// #endregion environment

// #region with-zookeeper
const olderKafka = environment()
  .add('zookeeper', () => new ZookeeperStandalone({ chroot: '/kafka' }))
  .add('kafka', ({ zookeeper }) => new KafkaStandalone({ zookeeper: zookeeper.connectionString }))
// #endregion with-zookeeper

/** Has a version of Kafka found, and ZooKeeper beside it. */
function found(home: string): void {
  vi.stubEnv('KAFKA_HOME', home)
  vi.stubEnv('ZOOKEEPER_HOME', kafka3)
  vi.stubEnv('KAFKAJS_NO_PARTITIONER_WARNING', '1')
  onTestFinished(() => void vi.unstubAllEnvs())
}

test.skipIf(skipped)(`an application gets what a test sends${reason}`, async () => {
  found(kafka4)
  // #region test
  await using group = await orders.start()
  const { kafka, app } = group.drivers
  const producer = new kafkajs.Kafka({ brokers: [kafka.bootstrapServers] }).producer()
  await producer.connect()
  await producer.send({ topic: 'orders', messages: [{ key: 'ada', value: '7' }] })
  await app.logMatcher().match(/^Order 7$/)
  // #endregion test
  await producer.disconnect()
})

test.skipIf(skipped)(`a broker below version 4 starts after its ZooKeeper${reason}`, async () => {
  found(kafka3)
  await using group = await olderKafka.start()
  const { kafka, zookeeper } = group.drivers
  expect(kafka.zookeeper).toBe(`127.0.0.1:${zookeeper.port}/kafka`)
  await kafka.createTopics([{ name: 'orders' }])
})
