import type { KafkaStandalone } from './kafka-standalone.ts'

/** What a broker logs when it is up, with a controller of its own and with ZooKeeper. */
export const STARTED: RegExp =
  /\[KafkaRaftServer nodeId=\d+\] Kafka Server started|\[KafkaServer id=\d+\] started/

/** What it logs when it listens: on the port that it was asked for, or, if it was not, on any but its controller's. */
export function listening(
  { port, controllerPort }: Pick<KafkaStandalone, 'port' | 'controllerPort'>,
  properties: ReadonlyMap<string, string>,
): RegExp {
  const isAsked = properties.get('listeners')?.includes(`:${port}`) === true
  const shown = isAsked ? `(?<brokerPort>${port})` : `(?!${controllerPort}\\.)(?<brokerPort>\\d+)`
  return new RegExp(`Awaiting socket connections on \\S+:${shown}\\.`)
}
