import { TestrigError } from '@testrig/core'

// All wording of errors of this package. Each code is explained in docs/errors.md.

interface BrokerAddress {
  /** The driver's label. */
  readonly label: string
  readonly host: string
  readonly port: number
}

export function kafkaMissing(label: string, looked: string): TestrigError {
  return new TestrigError(
    'KAFKA_MISSING',
    `${label}: no Apache Kafka was found. Looked for a kafka_<version>.jar in ${looked}. Unpack a release of https://kafka.apache.org/downloads, and name its directory by the option \`home\` or the variable KAFKA_HOME.`,
  )
}

export function noZookeeperMode(label: string, jar: string): TestrigError {
  return new TestrigError(
    'KAFKA_NO_ZOOKEEPER',
    `${label}: the option \`zookeeper\` is given, but ${jar} works without ZooKeeper, as all versions from 4 on. Leave the option out, or name a version below 4 by the option \`home\`.`,
  )
}

export function storageProgramUnknown(label: string, binary: string): TestrigError {
  return new TestrigError(
    'OPTION_INVALID',
    `${label}: option \`kafkaStorage\` must name the program that formats the storage, as \`binary\` is ${binary}, and not a kafka-server-start.sh that has a kafka-storage.sh beside it.`,
  )
}

export function storageProgramAlone(label: string): TestrigError {
  return new TestrigError(
    'OPTION_INVALID',
    `${label}: option \`kafkaStorage\` must be left out unless \`binary\` is given: without it, Java formats the storage.`,
  )
}

export function formatFailed(label: string, cause: Error): TestrigError {
  return new TestrigError(
    'KAFKA_FORMAT',
    `${label}: the storage could not be formatted; the lines below say why.\n${cause.message}`,
    { cause },
  )
}

export function notStarted(label: string, state: string): TestrigError {
  return new TestrigError(
    'KAFKA_NOT_STARTED',
    `${label}: topics can be created while the driver runs, but it is ${state}. Start it first, or name them in the option \`topics\`.`,
  )
}

export function topicRefused(
  label: string,
  {
    topic,
    code,
    reason,
  }: { readonly topic: string; readonly code: number; readonly reason: string | undefined },
): TestrigError {
  return new TestrigError(
    'KAFKA_TOPIC_REFUSED',
    `${label}: the broker refuses to create the topic ${JSON.stringify(topic)}: error ${code}${reason === undefined ? '' : `, ${reason}`}`,
  )
}

export function topicsTimeout(
  label: string,
  names: readonly string[],
  milliseconds: number,
  cause: unknown,
): TestrigError {
  return new TestrigError(
    'KAFKA_TOPICS_TIMEOUT',
    `${label}: the topics ${names.join(', ')} could not be used within ${milliseconds} ms. See the broker's log, or raise \`timeout\`.`,
    { cause },
  )
}

export function connectionFailed({ label, host, port }: BrokerAddress, cause: Error): TestrigError {
  return new TestrigError(
    'KAFKA_CONNECTION_FAILED',
    `${label}: cannot connect to the broker at ${host}:${port}: ${cause.message}. See the broker's log; a template of yours must have it listen on \`host\` and \`port\` of the driver.`,
    { cause },
  )
}

export function connectionEnded({ label, host, port }: BrokerAddress): TestrigError {
  return new TestrigError(
    'KAFKA_CONNECTION_ENDED',
    `${label}: the broker ended the connection to ${host}:${port}. Topics are created over a listener without encryption and authentication: have one at the option \`port\`, or create them with a client of yours.`,
  )
}
