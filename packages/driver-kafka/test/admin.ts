import kafkajs from 'kafkajs'

/** Topics as a client that is not ours sees them: the number of partitions by name. */
export async function partitionsOf(
  bootstrapServers: string,
  options: Pick<kafkajs.KafkaConfig, 'sasl'> = {},
): Promise<Readonly<Record<string, number>>> {
  return withAdmin({ brokers: [bootstrapServers], ...options }, async (admin) => {
    const { topics } = await admin.fetchTopicMetadata()
    return Object.fromEntries(topics.map(({ name, partitions }) => [name, partitions.length]))
  })
}

/** A setting of a topic. */
export async function settingOf(
  bootstrapServers: string,
  topic: string,
  name: string,
): Promise<string | undefined> {
  return withAdmin({ brokers: [bootstrapServers] }, async (admin) => {
    const type = kafkajs.ConfigResourceTypes.TOPIC
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type, name: topic, configNames: [name] }],
    })
    return resources[0]?.configEntries[0]?.configValue
  })
}

async function withAdmin<T>(
  config: kafkajs.KafkaConfig,
  work: (admin: kafkajs.Admin) => Promise<T>,
): Promise<T> {
  const admin = new kafkajs.Kafka({ logLevel: kafkajs.logLevel.NOTHING, ...config }).admin()
  await admin.connect()
  return work(admin).finally(() => admin.disconnect())
}
