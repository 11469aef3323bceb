export type { KafkaStandaloneOptions } from './kafka-options.ts'
export { type CreateTopicsOptions, KafkaStandalone } from './kafka-standalone.ts'
export type { Topic, TopicOptions } from './topic-options.ts'
