import { integer, type Late, late, type Resolved, type Schema, strictObject, text } from '@testrig/core'
import * as v from 'valibot'

/** A topic to create. */
export interface TopicOptions {
  readonly name: Late<string>
  /** How many partitions it has, from 1. @default 1 */
  readonly partitions?: Late<number> | undefined
  /** How many brokers hold each partition, from 1. @default 1 */
  readonly replicationFactor?: Late<number> | undefined
  /** Settings of the topic, such as `{ 'cleanup.policy': 'compact' }`. @default {} */
  readonly config?: Readonly<Record<string, Late<string | number | boolean>>> | undefined
}

/** The same, with context values resolved. */
export type Topic = Resolved<{ readonly topic: TopicOptions }>['topic']

const setting = late(
  v.union([v.string(), v.number(), v.boolean()], 'a string, a number or a boolean') as unknown as Schema<
    string | number | boolean
  >,
)

export const topicSchema: Schema<TopicOptions> = strictObject<TopicOptions>({
  name: late(text()),
  partitions: v.optional(late(integer({ min: 1, max: 100_000 }))),
  replicationFactor: v.optional(late(integer({ min: 1, max: 32_767 }))),
  config: v.optional(v.record(v.string(), setting, 'an object of settings')),
})
