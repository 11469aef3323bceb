import { dirname, join } from 'node:path'
import type { Resolved } from '@testrig/core'
import { javaCommand } from '@testrig/java'
import { noZookeeperMode, storageProgramUnknown } from './errors.ts'
import { findKafka, majorVersion } from './find-kafka.ts'
import { type KafkaDefaults, type KafkaOptions, MAIN_CLASS } from './kafka-options.ts'

export type KafkaConfig = Resolved<KafkaOptions, KafkaDefaults>

/** What formats the storage when Java runs Kafka. */
const STORAGE_CLASS = 'kafka.tools.StorageTool'

/**
 * The command of Java with the jars that are found; nothing when a program is given that finds them itself.
 *
 * @throws KAFKA_MISSING, KAFKA_NO_ZOOKEEPER, JAVA_MISSING
 */
export function javaFor(label: string, config: KafkaConfig): readonly string[] {
  const { binary, home, java, jvmArgs, zookeeper } = config
  if (binary !== MAIN_CLASS) return []
  const jar = findKafka(label, home)
  if (zookeeper !== undefined && majorVersion(jar) >= 4) throw noZookeeperMode(label, jar)
  return javaCommand(label, { java, jvmArgs, classpath: join(dirname(jar), '*') })
}

/** The program, or the class, that formats the storage. @throws OPTION_INVALID when `binary` does not tell */
export function storageProgram(label: string, { binary, kafkaStorage }: KafkaConfig): string {
  if (kafkaStorage !== undefined) return kafkaStorage
  if (binary === MAIN_CLASS) return STORAGE_CLASS
  const beside = binary.replace(/server-start(?=[^/]*$)/, 'storage')
  if (beside === binary) throw storageProgramUnknown(label, binary)
  return beside
}

/** The variables of the program; scripts of Kafka keep files in LOG_DIR, which is in their own directory else. */
export function variablesFor({ binary, env }: KafkaConfig, appPath: string): KafkaConfig['env'] {
  return binary === MAIN_CLASS ? env : { LOG_DIR: join(appPath, 'logs'), ...env }
}
