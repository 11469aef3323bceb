import { poll } from '@testrig/core'
import { topicRefused, topicsTimeout } from './errors.ts'
import { readMetadata } from './metadata.ts'
import { type Broker, request } from './request.ts'
import type { Topic } from './topic-options.ts'
import { array, bool, int16, int32, text } from './wire.ts'

export interface TopicsToCreate {
  readonly broker: Broker
  readonly topics: readonly Topic[]
  /** Ends the wait. */
  readonly signal: AbortSignal
  /** When it does, in milliseconds, for the error. */
  readonly timeout: number
}

interface Answer {
  readonly topic: string
  readonly code: number
  readonly reason: string | undefined
}

/** The version that all brokers from 2.4 to 4 understand, before fields of variable length came in. */
const CREATE_TOPICS = { api: 19, version: 4 }

/** Source: Apache Kafka protocol guide, "Error Codes". */
const NONE = 0
const ALREADY_EXISTS = 36
/** The broker is not ready for it: leader not available, timed out, no controller (14, 41). */
const NOT_YET: readonly number[] = [5, 7, 14, 41]

/**
 * Creates topics, but for those that exist; resolves when all of their partitions can be used.
 *
 * @throws KAFKA_TOPIC_REFUSED, KAFKA_TOPICS_TIMEOUT, KAFKA_CONNECTION_ENDED
 */
export async function createTopics({ broker, topics, signal, timeout }: TopicsToCreate): Promise<void> {
  const created = async () => {
    const refused = (await create(broker, topics, signal)).filter(isRefused)
    const [first] = refused.filter(({ code }) => !NOT_YET.includes(code))
    if (first !== undefined) throw topicRefused(broker.label, first)
    return refused.length === 0
  }
  const names = topics.map(({ name }) => name)
  try {
    await poll(created, signal)
    await poll(async () => (await readMetadata(broker, names, signal)).topicsAreLed, signal)
  } catch (error) {
    throw signal.aborted ? topicsTimeout(broker.label, names, timeout, error) : error
  }
}

function isRefused({ code }: Answer): boolean {
  return code !== NONE && code !== ALREADY_EXISTS
}

async function create(
  broker: Broker,
  topics: readonly Topic[],
  signal: AbortSignal,
): Promise<readonly Answer[]> {
  const body = Buffer.concat([array(topics.map(topicFields)), int32(5_000), bool(false)])
  const response = await request(broker, { ...CREATE_TOPICS, body }, signal)
  response.int32() // For how long the broker wants no further request.
  return response.array(() => ({
    topic: response.text() ?? '',
    code: response.int16(),
    reason: response.text(),
  }))
}

/** Name, partitions, replicas, no brokers chosen by hand, settings. */
function topicFields({ name, partitions = 1, replicationFactor = 1, config = {} }: Topic): Buffer {
  const settings = Object.entries(config).map(([key, value]) =>
    Buffer.concat([text(key), text(String(value))]),
  )
  return Buffer.concat([text(name), int32(partitions), int16(replicationFactor), array([]), array(settings)])
}
