import { Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'
import kafkajs from 'kafkajs'
import { expect, onTestFinished } from 'vitest'

/** What a client that is not ours does; messages are `key=value`. */
export interface Client {
  produce(topic: string, messages: readonly string[]): Promise<void>
  /** Joins a group that takes a topic from its beginning, until the test has finished. */
  join(topic: string, group: string): Promise<Member>
}

/** A member of a group of consumers; Kafka may deliver a message more than once. */
export interface Member {
  /** The partitions that it takes messages of. */
  partitions(): readonly number[]
  /** The messages that it has taken. */
  readonly taken: readonly string[]
}

/** Milliseconds after which a member asks whether its group has changed, and until which it waits for messages. */
const HEARTBEAT = 100

/** Clients of two makers, given the bootstrap servers. */
export const clients: Readonly<Record<string, (bootstrapServers: string) => Client>> = {
  kafkajs: withKafkajs,
  '@platformatic/kafka': withPlatformatic,
}

/** Takes messages of a topic until there are so many, in a group of its own. */
export async function consume(client: Client, topic: string, count: number): Promise<readonly string[]> {
  const member = await client.join(topic, `${topic}-${performance.now()}`)
  return taken([member], count)
}

/** What the members of a group take, when it is so many different messages. */
export async function taken(members: readonly Member[], count: number): Promise<readonly string[]> {
  const messages = () => [...new Set(members.flatMap((member) => member.taken))].toSorted()
  await expect.poll(messages, { timeout: 20_000 }).toHaveLength(count)
  return messages()
}

function withKafkajs(bootstrapServers: string): Client {
  const kafka = new kafkajs.Kafka({
    brokers: [bootstrapServers],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 8, initialRetryTime: 50 },
  })
  return {
    async produce(topic, messages) {
      const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
      await producer.connect()
      await producer.send({ topic, messages: messages.map(parted) }).finally(() => producer.disconnect())
    },
    async join(topic, group) {
      const consumer = kafka.consumer({
        groupId: group,
        heartbeatInterval: HEARTBEAT,
        maxWaitTimeInMs: HEARTBEAT,
      })
      const taken: string[] = []
      let partitions: readonly number[] = []
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        partitions = payload.memberAssignment[topic] ?? []
      })
      await consumer.connect()
      onTestFinished(() => consumer.disconnect())
      await consumer.subscribe({ topic, fromBeginning: true })
      await consumer.run({
        eachMessage: async ({ message: { key, value } }) => void taken.push(`${key}=${value}`),
      })
      return { taken, partitions: () => partitions }
    },
  }
}

function withPlatformatic(bootstrapServers: string): Client {
  const connection = { clientId: 'test', bootstrapBrokers: [bootstrapServers], retries: 8, retryDelay: 100 }
  return {
    async produce(topic, messages) {
      const producer = new Producer({ ...connection, serializers: stringSerializers })
      const sent = producer.send({ messages: messages.map((message) => ({ topic, ...parted(message) })) })
      await sent.finally(() => producer.close())
    },
    async join(topic, group) {
      const consumer = new Consumer({
        ...connection,
        groupId: group,
        deserializers: stringDeserializers,
        heartbeatInterval: HEARTBEAT,
        maxWaitTime: HEARTBEAT,
      })
      onTestFinished(() => consumer.close(true))
      const stream = await consumer.consume({ topics: [topic], mode: 'committed', fallbackMode: 'earliest' })
      const taken: string[] = []
      stream.on('data', ({ key, value }) => taken.push(`${key}=${value}`))
      const partitions = () => consumer.assignments?.flatMap((each) => each.partitions) ?? []
      return { taken, partitions }
    },
  }
}

function parted(message: string): { readonly key: string; readonly value: string } {
  const at = message.indexOf('=')
  return { key: message.slice(0, at), value: message.slice(at + 1) }
}
