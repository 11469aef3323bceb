import { environment } from '@testrig/core'
import { recordDriverInfo } from '@testrig/core/driver-info'
import { ZookeeperStandalone } from '@testrig/driver-zookeeper'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { partitionsOf } from '../test/admin.ts'
import { broker } from '../test/broker.ts'
import { clients, consume } from '../test/clients.ts'
import { file } from '../test/files.ts'
import { kafka3, reason, SLOW, skipped } from '../test/homes.ts'
import { rejection, startAll, started } from '../test/started.ts'
import { KafkaStandalone } from './kafka-standalone.ts'

vi.setConfig(SLOW)

/** The ZooKeeper that this version of Kafka brings. */
function zookeeper(): ZookeeperStandalone {
  return new ZookeeperStandalone({ name: 'zookeeper', home: kafka3 })
}

describe.skipIf(skipped)(`a broker below version 4${reason}`, () => {
  test('keeps its metadata in ZooKeeper when it is given', { timeout: 60_000 }, async () => {
    const group = environment({ keepRunpath: 'never' })
      .add('zookeeper', () => new ZookeeperStandalone({ home: kafka3, chroot: '/kafka' }))
      .add(
        'kafka',
        ({ zookeeper }) =>
          new KafkaStandalone({
            home: kafka3,
            zookeeper: zookeeper.connectionString,
            topics: [{ name: 'orders', partitions: 3 }],
          }),
      )
      .create()
    onTestFinished(() => group.stop())
    const recorder = recordDriverInfo(group, { scope: 'test' })
    await group.start()
    const { kafka, zookeeper } = group.drivers
    await recorder.sample()
    const { edges, drivers } = await recorder.info()
    expect(
      edges.map(({ from, to, observed }) => [from, to, observed.map(({ connection }) => connection)]),
    ).toEqual([['kafka', 'zookeeper', [`tcp://${zookeeper.port}`]]])
    expect(drivers.map(({ listening }) => listening)).toEqual([
      expect.arrayContaining([`tcp://127.0.0.1:${zookeeper.port}`]),
      expect.arrayContaining([`tcp://127.0.0.1:${kafka.port}`]),
    ])
    const client = clients.kafkajs!(kafka.bootstrapServers)
    await client.produce('orders', ['a=1', 'b=2', 'c=3'])
    await kafka.restart()
    expect(await partitionsOf(kafka.bootstrapServers)).toMatchObject({ orders: 3 })
    expect(await consume(client, 'orders', 3)).toEqual(['a=1', 'b=2', 'c=3'])
  })

  test('does so also when a template of the user says so', async () => {
    const cfgTemplate = file(
      'my.properties',
      `broker.id={{ nodeId }}
      zookeeper.connect={{ context["zookeeper"].connectionString }}
      listeners=PLAINTEXT://{{ host }}:{{ port }}
      log.dirs={{ dataPath }}`,
    )
    const kafka = broker({ home: kafka3, cfgTemplate, topics: [{ name: 'orders' }] })
    await startAll([kafka, zookeeper()])
    expect(await partitionsOf(kafka.bootstrapServers)).toEqual({ orders: 1 })
  })

  test('is its own controller else', async () => {
    const kafka = await started({ home: kafka3, topics: [{ name: 'orders' }] })
    expect(await partitionsOf(kafka.bootstrapServers)).toEqual({ orders: 1 })
  })
})

test.skipIf(skipped)(`a broker of version 4 is refused a ZooKeeper${reason}`, async () => {
  const { message } = await rejection(started({ zookeeper: '127.0.0.1:2181' }))
  expect(message.split('\n')[0]?.replaceAll(/\/\S*\//g, '')).toMatchInlineSnapshot(
    `"KafkaStandalone "kafka" failed to start (preStart): the option \`zookeeper\` is given, but kafka_2.13-4.4.0.jar works without ZooKeeper, as all versions from 4 on. Leave the option out, or name a version below 4 by the option \`home\`."`,
  )
})
