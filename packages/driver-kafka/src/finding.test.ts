import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { partitionsOf } from '../test/admin.ts'
import { directory, file } from '../test/files.ts'
import { kafka4, reason, SLOW, skipped } from '../test/homes.ts'
import { rejection, started } from '../test/started.ts'
import { findKafka, majorVersion } from './find-kafka.ts'
import { KafkaStandalone } from './kafka-standalone.ts'

vi.setConfig(SLOW)

const JAR = 'libs/kafka_2.13-4.1.0.jar'
const release = {
  [JAR]: '',
  'libs/kafka_2.13-4.1.0-sources.jar': '',
  'libs/kafka-clients-4.1.0.jar': '',
  'bin/kafka-server-start.sh': '',
}

function stubbed(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
}

describe('Kafka is found', () => {
  test('by the option `home`: a release, or a directory of jars', () => {
    const home = directory(release)
    expect(findKafka('kafka', home)).toBe(join(home, JAR))
    expect(findKafka('kafka', join(home, 'libs'))).toBe(join(home, JAR))
  })

  test('by the variable KAFKA_HOME, before the PATH', () => {
    const [first, second] = [directory(release), directory(release)]
    stubbed({ KAFKA_HOME: first, PATH: join(second, 'bin') })
    expect(findKafka('kafka', undefined)).toBe(join(first, JAR))
  })

  test('by its script on the PATH, also when that is a link', () => {
    const [home, bin] = [directory(release), directory({})]
    symlinkSync(join(home, 'bin/kafka-server-start.sh'), join(bin, 'kafka-server-start.sh'))
    stubbed({ KAFKA_HOME: undefined, PATH: `/nowhere:${bin}` })
    expect(findKafka('kafka', undefined)).toBe(join(home, JAR))
  })

  test('with its version', () => {
    expect(majorVersion('/opt/kafka/libs/kafka_2.13-3.9.2.jar')).toBe(3)
    expect(majorVersion('/opt/kafka-3.0/libs/kafka_2.12-4.0.0.jar')).toBe(4)
  })
})

describe('a missing program fails the start: what was looked for, where, and how to install it', () => {
  test('Kafka', async () => {
    stubbed({ KAFKA_HOME: undefined, PATH: '/nowhere' })
    const kafka = new KafkaStandalone({ name: 'kafka' })
    onTestFinished(() => kafka[Symbol.asyncDispose]())
    const { message } = await rejection(kafka.start())
    expect(message.split('\n')[0]).toMatchInlineSnapshot(
      `"KafkaStandalone "kafka" failed to start (preStart): no Apache Kafka was found. Looked for a kafka_<version>.jar in KAFKA_HOME, which is not set; the PATH, which has no kafka-server-start.sh or kafka-server-start. Unpack a release of https://kafka.apache.org/downloads, and name its directory by the option \`home\` or the variable KAFKA_HOME."`,
    )
  })

  test('Kafka in `home`', async () => {
    const { message } = await rejection(started({ home: '/nowhere' }))
    expect(message).toContain(
      'Looked for a kafka_<version>.jar in /nowhere/libs, /nowhere/libexec/libs, /nowhere (the option `home`).',
    )
  })

  test('Java', async () => {
    stubbed({ JAVA_HOME: undefined, PATH: '/nowhere' })
    const { message } = await rejection(started({ home: directory(release) }))
    expect(message).toContain('no Java was found. JAVA_HOME is not set, and there is no `java` on the PATH.')
  })
})

describe.skipIf(skipped)(`a program that finds Kafka itself${reason}`, () => {
  const script = (main: string) =>
    `#!/bin/sh\nexec java -cp '${kafka4}/libs/*' -Dlog4j2.level=INFO ${main} "$@"\n`

  test('runs the broker, and one beside it formats the storage', async () => {
    const bin = directory({
      'kafka-server-start.sh': script('kafka.Kafka'),
      'kafka-storage.sh': script('kafka.tools.StorageTool'),
    })
    const kafka = await started({ binary: join(bin, 'kafka-server-start.sh'), topics: [{ name: 'orders' }] })
    expect(kafka.cmd).toEqual([join(bin, 'kafka-server-start.sh'), kafka.configPath])
    expect(await partitionsOf(kafka.bootstrapServers)).toEqual({ orders: 1 })
  })

  test('may be named as one likes, with the one that formats the storage', async () => {
    const binary = file('run-broker', script('kafka.Kafka'))
    const kafkaStorage = file('prepare', script('kafka.tools.StorageTool'))
    expect((await started({ binary, kafkaStorage })).state).toBe('started')
    const { message } = await rejection(started({ binary }))
    expect(message).toContain('option `kafkaStorage` must name the program that formats the storage')
  })
})
