import { execFileSync } from 'node:child_process'
import { environment } from '@testrig/core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { broker } from '../test/broker.ts'
import { clients, consume, taken } from '../test/clients.ts'
import { reason, SLOW, skipped } from '../test/homes.ts'
import { started } from '../test/started.ts'

vi.setConfig(SLOW)

const kafka = broker()
const group = environment([kafka], { keepRunpath: 'never' }).create()
let topics = 0

beforeAll(async () => {
  if (!skipped) await group.start()
})
afterAll(() => group.stop())

/** Creates a topic with three partitions for one test. */
async function newTopic(): Promise<string> {
  topics += 1
  const name = `topic-${topics}`
  await kafka.createTopics([{ name, partitions: 3 }])
  return name
}

function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `key-${index}=value-${index}`).toSorted()
}

describe.skipIf(skipped).for(Object.entries(clients))(`with %s${reason}`, ([, connect]) => {
  test('messages are produced to several partitions, and consumed', async () => {
    const client = connect(kafka.bootstrapServers)
    const topic = await newTopic()
    await client.produce(topic, numbered(30))
    expect(await consume(client, topic, 30)).toEqual(numbered(30))
  })

  test('the members of a group share the partitions', async () => {
    const client = connect(kafka.bootstrapServers)
    const topic = await newTopic()
    const [one, two] = await Promise.all([client.join(topic, topic), client.join(topic, topic)])
    const assigned = () => [one, two].map((member) => member.partitions().length).toSorted()
    await expect.poll(assigned, { timeout: 20_000 }).toEqual([1, 2])
    await client.produce(topic, numbered(30))
    expect(await taken([one, two], 30)).toEqual(numbered(30))
    expect(one.taken.length).toBeGreaterThan(0)
    expect(two.taken.length).toBeGreaterThan(0)
  })

  test('a restart keeps messages, and where the broker is', async () => {
    const { bootstrapServers } = kafka
    const client = connect(bootstrapServers)
    const topic = await newTopic()
    await client.produce(topic, numbered(10))
    await kafka.restart()
    expect(kafka.bootstrapServers).toBe(bootstrapServers)
    expect(await consume(client, topic, 10)).toEqual(numbered(10))
  })

  test('a message of 64 MiB is an error, and the broker goes on', async () => {
    const client = connect(kafka.bootstrapServers)
    const topic = await newTopic()
    await expect(client.produce(topic, [`large=${'x'.repeat(64 * 1024 * 1024)}`])).rejects.toThrow()
    await client.produce(topic, ['small=x'])
    expect(await consume(client, topic, 1)).toEqual(['small=x'])
    expect(kafka.state).toBe('started')
  })

  test('a topic that does not exist is an error, and the broker goes on', async () => {
    const client = connect(kafka.bootstrapServers)
    await expect(client.produce('nowhere', ['a=b'])).rejects.toThrow()
    expect(kafka.state).toBe('started')
    const topic = await newTopic()
    await client.produce(topic, ['a=b'])
    expect(await consume(client, topic, 1)).toEqual(['a=b'])
  })
})

test.skipIf(skipped)(`two brokers have messages of their own${reason}`, async () => {
  const other = await started({ topics: [{ name: 'shared' }] })
  await kafka.createTopics([{ name: 'shared' }])
  const [here, there] = [kafka, other].map(({ bootstrapServers }) => clients.kafkajs!(bootstrapServers))
  await here!.produce('shared', ['at=here'])
  await there!.produce('shared', ['at=there'])
  expect(await consume(here!, 'shared', 1)).toEqual(['at=here'])
  expect(await consume(there!, 'shared', 1)).toEqual(['at=there'])
})

const noKcat = process.env.CI !== 'true' && !existsOnPath('kcat')

test.skipIf(skipped || noKcat)(
  `kcat, which uses librdkafka, produces and consumes${noKcat ? ' (skipped: there is no kcat)' : reason}`,
  async () => {
    const topic = await newTopic()
    kcat(['-P', '-t', topic, '-K', '='], numbered(30).join('\n'))
    const consumed = kcat(['-C', '-t', topic, '-K', '=', '-o', 'beginning', '-e', '-q'])
    expect(consumed.trim().split('\n').toSorted()).toEqual(numbered(30))
  },
)

function kcat(args: readonly string[], input = ''): string {
  return execFileSync('kcat', ['-b', kafka.bootstrapServers, ...args], { input, encoding: 'utf8' })
}

function existsOnPath(program: string): boolean {
  try {
    execFileSync('which', [program])
    return true
  } catch {
    return false
  }
}
