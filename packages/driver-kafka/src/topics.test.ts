import { createServer } from 'node:net'
import { environment, leasePort, own } from '@testrig/core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { partitionsOf, settingOf } from '../test/admin.ts'
import { broker } from '../test/broker.ts'
import { reason, SLOW, skipped } from '../test/homes.ts'
import { rejection } from '../test/started.ts'
import { createTopics } from './create-topics.ts'

vi.setConfig(SLOW)

describe.skipIf(skipped)(`topics${reason}`, () => {
  const kafka = broker({
    topics: [
      { name: 'orders', partitions: 3 },
      { name: own('of-{{ name }}'), config: { 'cleanup.policy': 'compact', 'retention.ms': 60_000 } },
    ],
  })
  const group = environment([kafka], { keepRunpath: 'never' }).create()

  beforeAll(() => group.start())
  afterAll(() => group.stop())

  test('that are named by the option exist when the driver is up, and after a restart', async () => {
    expect(await partitionsOf(kafka.bootstrapServers)).toMatchObject({ orders: 3, 'of-kafka': 1 })
    expect(await settingOf(kafka.bootstrapServers, 'of-kafka', 'cleanup.policy')).toBe('compact')
    expect(await settingOf(kafka.bootstrapServers, 'of-kafka', 'retention.ms')).toBe('60000')
    await kafka.restart()
    expect(await partitionsOf(kafka.bootstrapServers)).toMatchObject({ orders: 3, 'of-kafka': 1 })
  })

  test('are created while the driver runs, unless they exist', async () => {
    await kafka.createTopics([{ name: 'payments', partitions: 20 }, { name: 'refunds' }])
    await kafka.createTopics([{ name: 'payments', partitions: 5 }])
    expect(await partitionsOf(kafka.bootstrapServers)).toMatchObject({ payments: 20, refunds: 1 })
  })

  test.for([
    [{ name: 'no spaces' }, 'error 17, Topic name is invalid'],
    [{ name: 'large', replicationFactor: 2 }, 'error 38, '],
    [{ name: 'odd', config: { colour: 'red' } }, 'error 40, Unknown topic config name: colour'],
  ] as const)('that the broker refuses are an error with its reason: %o', async ([topic, expected]) => {
    const error = await rejection(kafka.createTopics([topic]))
    expect(error.code).toBe('KAFKA_TOPIC_REFUSED')
    expect(error.message).toContain(`refuses to create the topic "${topic.name}": ${expected}`)
    expect(await partitionsOf(kafka.bootstrapServers)).not.toHaveProperty(topic.name)
    expect(kafka.state).toBe('started')
  })
})

test('topics cannot be created before the start', async () => {
  const { message } = await rejection(broker().createTopics([{ name: 'orders' }]))
  expect(message).toMatchInlineSnapshot(
    `"KafkaStandalone "kafka": topics can be created while the driver runs, but it is idle. Start it first, or name them in the option \`topics\`."`,
  )
})

describe('a server that is not what it should be', () => {
  async function create(answer: (socket: import('node:net').Socket) => void, timeout: number) {
    const server = createServer(answer).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await new Promise((listening) => server.once('listening', listening))
    const { port } = server.address() as { port: number }
    const signal = AbortSignal.timeout(timeout)
    const target = { label: 'KafkaStandalone "kafka"', host: '127.0.0.1', port }
    const error = await rejection(
      createTopics({ broker: target, topics: [{ name: 'orders' }], signal, timeout }),
    )
    return error.message.replace(String(port), 'PORT')
  }

  test('that ends the connection is an error', async () => {
    expect(await create((socket) => void socket.destroy(), 1_000)).toMatchInlineSnapshot(
      `"KafkaStandalone "kafka": the broker ended the connection to 127.0.0.1:PORT. Topics are created over a listener without encryption and authentication: have one at the option \`port\`, or create them with a client of yours."`,
    )
  })

  test('that is not there is an error', async () => {
    const { port, release } = await leasePort()
    onTestFinished(release)
    const broker = { label: 'KafkaStandalone "kafka"', host: '127.0.0.1', port }
    const signal = AbortSignal.timeout(5_000)
    const topics = [{ name: 'orders' }]
    const { message } = await rejection(createTopics({ broker, topics, signal, timeout: 5_000 }))
    expect(message.replaceAll(String(port), 'PORT')).toMatchInlineSnapshot(
      `"KafkaStandalone "kafka": cannot connect to the broker at 127.0.0.1:PORT: connect ECONNREFUSED 127.0.0.1:PORT. See the broker's log; a template of yours must have it listen on \`host\` and \`port\` of the driver."`,
    )
  })

  test('that does not answer is an error when the time is over', async () => {
    expect(await create((socket) => void socket.resume(), 50)).toMatchInlineSnapshot(
      `"KafkaStandalone "kafka": the topics orders could not be used within 50 ms. See the broker's log, or raise \`timeout\`."`,
    )
  })
})
