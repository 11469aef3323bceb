import { type Broker, request } from './request.ts'
import { array, bool, text, type WireReader } from './wire.ts'

/** What a broker knows of its cluster. */
export interface Metadata {
  /** How many brokers there are, and whether one of them is the controller. */
  readonly brokers: number
  readonly hasController: boolean
  /** Whether the topics that were asked for exist, and each of their partitions has a broker that leads it. */
  readonly topicsAreLed: boolean
}

/** The version that all brokers from 1.0 to 4 understand, before fields of variable length came in. */
const METADATA = { api: 3, version: 4 }

const NO_ERROR = 0
const NOBODY = -1

/** Asks a broker about its cluster and about topics. Source: Apache Kafka protocol guide, "Metadata API (Key: 3)". */
export async function readMetadata(
  broker: Broker,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<Metadata> {
  const body = Buffer.concat([array(topics.map(text)), bool(false)])
  const response = await request(broker, { ...METADATA, body }, signal)
  response.int32() // For how long the broker wants no further request.
  const brokers = response.array(() => skipBroker(response)).length
  response.text() // The cluster.
  const hasController = response.int32() !== NOBODY
  return { brokers, hasController, topicsAreLed: response.array(() => topicIsLed(response)).every(Boolean) }
}

/** Number, host, port, rack. */
function skipBroker(response: WireReader): void {
  response.int32()
  response.text()
  response.int32()
  response.text()
}

/** Error, name, whether it is Kafka's own, partitions. */
function topicIsLed(response: WireReader): boolean {
  const code = response.int16()
  response.text()
  response.bool()
  const leaders = response.array(() => leaderOf(response))
  return code === NO_ERROR && leaders.every((leader) => leader !== NOBODY)
}

/** Error, number, leader; then the brokers that hold the partition, and those of them that are up to date. */
function leaderOf(response: WireReader): number {
  response.int16()
  response.int32()
  const leader = response.int32()
  response.array(() => response.int32())
  response.array(() => response.int32())
  return leader
}
