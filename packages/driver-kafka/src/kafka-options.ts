import { integer, type Late, late, type OptionSchemas, portNumber, text } from '@testrig/core'
import type { AppDefaults, AppOptions } from '@testrig/driver-app'
import { App } from '@testrig/driver-app'
import { type JavaServerDefaults, type JavaServerOptions, javaServerOptions } from '@testrig/java'
import * as v from 'valibot'
import type { KafkaStandalone } from './kafka-standalone.ts'
import { type TopicOptions, topicSchema } from './topic-options.ts'

interface OwnOptions extends JavaServerOptions {
  /** ZooKeeper's connection string, for a broker below version 4 that keeps its metadata there. @default none: KRaft mode */
  readonly zookeeper?: Late<string> | undefined
  /** Number of the broker. @default 1 */
  readonly nodeId?: Late<number> | undefined
  /** Port of the controller in KRaft mode, from 0 to 65535; 0 has one allocated, which restarts keep. @default 0 */
  readonly controllerPort?: Late<number> | undefined
  /** Controllers of the cluster, such as `1@127.0.0.1:9093,2@…`. @default this one */
  readonly controllerQuorumVoters?: Late<string> | undefined
  /** Program that formats the storage, beside `binary`. @default kafka-storage.sh in the directory of `binary` */
  readonly kafkaStorage?: Late<string> | undefined
  /** Name of the cluster that the storage is formatted for: 16 bytes in base64url. @default a random one */
  readonly clusterId?: Late<string> | undefined
  /** Topics that exist when the broker is up. @default [] */
  readonly topics?: readonly TopicOptions[] | undefined
}

/** Options of KafkaStandalone: its own and those of App. Times are milliseconds. */
export interface KafkaStandaloneOptions extends Omit<AppOptions<KafkaStandalone>, 'binary'>, OwnOptions {}

/** All options once they are checked: `binary` has a default. */
export type KafkaOptions = AppOptions & OwnOptions

/** Options that have a value even when they are not given. */
export type KafkaDefaults = AppDefaults | JavaServerDefaults | 'nodeId' | 'controllerPort' | 'topics'

/** What Java runs unless `binary` is given. */
export const MAIN_CLASS = 'kafka.Kafka'

export const kafkaOptions: OptionSchemas<KafkaOptions> = {
  ...javaServerOptions('512m'),
  zookeeper: v.optional(late(text())),
  nodeId: v.optional(late(integer({ max: 2_147_483_647 })), 1),
  controllerPort: v.optional(late(portNumber()), 0),
  controllerQuorumVoters: v.optional(late(text())),
  kafkaStorage: v.optional(late(text())),
  clusterId: v.optional(late(text())),
  topics: v.optional(v.array(topicSchema, 'an array of topics'), []),
  ...App.options,
}
