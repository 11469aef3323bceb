import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment, leasePort, own } from '@testrig/core'
import { App } from '@testrig/driver-app'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { partitionsOf } from '../test/admin.ts'
import { broker } from '../test/broker.ts'
import { clients } from '../test/clients.ts'
import { file } from '../test/files.ts'
import { kafka4, reason, SLOW, skipped } from '../test/homes.ts'
import { rejection, started } from '../test/started.ts'
import { KafkaStandalone } from './kafka-standalone.ts'

vi.setConfig(SLOW)

const withoutListeners = `
process.roles=broker,controller
node.id={{ nodeId }}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={{ dataPath }}
offsets.topic.replication.factor=1
`
const listeners = `
controller.quorum.voters={{ controllerQuorumVoters }}
listeners=PLAINTEXT://{{ host }}:{{ port }},CONTROLLER://{{ host }}:{{ controllerPort }}
`

describe.skipIf(skipped)(`the configuration${reason}`, () => {
  test('is made from a template of the user', async () => {
    const template = `${withoutListeners}${listeners}num.partitions=4\nauto.create.topics.enable=true\n`
    const kafka = await started({ cfgTemplate: file('my.properties', template) })
    await clients.kafkajs!(kafka.bootstrapServers).produce('orders', ['a=b'])
    expect(await partitionsOf(kafka.bootstrapServers)).toMatchObject({ orders: 4 })
  })

  test('may let the broker choose its port', async () => {
    const template = `${withoutListeners}${listeners.replace('{{ port }}', '0')}`
    const kafka = await started({
      cfgTemplate: file('my.properties', template),
      topics: [{ name: 'orders' }],
    })
    expect(kafka.port).not.toBe(kafka.ports.broker)
    expect(await partitionsOf(kafka.bootstrapServers)).toEqual({ orders: 1 })
  })

  test('may name no controllers, but where to ask for them', async () => {
    const servers = listeners.replace(
      'voters={{ controllerQuorumVoters }}',
      'bootstrap.servers={{ controllerAddress }}',
    )
    const kafka = await started({ cfgTemplate: file('my.properties', withoutListeners + servers) })
    expect(await partitionsOf(kafka.bootstrapServers)).toEqual({})
  })

  test('has the properties that were given, in the place of those of the template', async () => {
    const kafka = await started({ properties: { 'auto.create.topics.enable': true, 'num.partitions': 4 } })
    await clients.kafkajs!(kafka.bootstrapServers).produce('orders', ['a=b'])
    expect(await partitionsOf(kafka.bootstrapServers)).toMatchObject({ orders: 4 })
  })

  test('makes a dependency on the driver that its template names', async () => {
    const template = file('my.properties', '#{{ context["app"].pid }}\n')
    const app = new App({ name: 'app', binary: 'sleep', args: [60] })
    const group = environment([broker({ cfgTemplate: template }), app], { dependencies: 'inferred' }).create()
    onTestFinished(() => group.stop())
    expect((await group.graph()).edges).toMatchObject([{ before: 'app', after: 'kafka' }])
  })

  test('that cannot be rendered fails the start with its line; mended, the driver starts', async () => {
    const template = file('my.properties', `${withoutListeners}${listeners}{{ prot }}`)
    const kafka = broker({ cfgTemplate: template })
    onTestFinished(() => kafka[Symbol.asyncDispose]())
    const { message } = await rejection(kafka.start())
    expect(message.split('. ')[0]?.replace(/\/\S*\//, '')).toMatchInlineSnapshot(
      `"KafkaStandalone "kafka" failed to start (preStart): my.properties:11: \`prot\` is neither an attribute of kafka nor in the initial context"`,
    )
    writeFileSync(template, withoutListeners + listeners)
    await kafka.start()
    expect(kafka.state).toBe('started')
  })

  test('that Kafka refuses fails the start with what it says', async () => {
    const { message } = await rejection(started({ properties: { 'num.io.threads': 'many' } }))
    expect(message).toContain('the storage could not be formatted')
    expect(message).toContain('ConfigException: Invalid value many for configuration num.io.threads')
  })

  test('may ask clients who they are', async () => {
    const login =
      'org.apache.kafka.common.security.plain.PlainLoginModule required username="a" password="b" user_a="b";'
    const kafka = await started({
      properties: {
        listeners: own('SASL_PLAINTEXT://{{ bootstrapServers }},CONTROLLER://{{ controllerAddress }}'),
        'listener.security.protocol.map': 'SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
        'inter.broker.listener.name': 'SASL_PLAINTEXT',
        'sasl.enabled.mechanisms': 'PLAIN',
        'sasl.mechanism.inter.broker.protocol': 'PLAIN',
        'listener.name.sasl_plaintext.plain.sasl.jaas.config': login,
      },
    })
    const sasl = { mechanism: 'plain', username: 'a', password: 'b' } as const
    expect(await partitionsOf(kafka.bootstrapServers, { sasl })).toEqual({})
    const error = await rejection(kafka.createTopics([{ name: 'orders' }]))
    expect(error.code).toBe('KAFKA_CONNECTION_ENDED')
  })
})

describe.skipIf(skipped)(`ports${reason}`, () => {
  test('that are given are used; one that is in use fails the start', async () => {
    const leases = await Promise.all([leasePort(), leasePort()])
    onTestFinished(async () => void (await Promise.all(leases.map((lease) => lease.release()))))
    const [port, controllerPort] = leases.map((lease) => lease.port)
    const kafka = await started({ port, controllerPort })
    expect([kafka.port, kafka.controllerPort]).toEqual([port, controllerPort])
    const { message } = await rejection(started({ name: 'second', port }))
    expect(message).toContain(`the port ${port} given as \`broker\` is that of KafkaStandalone`)
  })

  test('are those of ::1 when the host is that', async () => {
    const kafka = await started({ host: '::1', topics: [{ name: 'orders' }] })
    expect(kafka.bootstrapServers).toBe(`[::1]:${kafka.port}`)
    await clients['@platformatic/kafka']!(kafka.bootstrapServers).produce('orders', ['a=b'])
  })
})

describe.skipIf(skipped)(`the storage${reason}`, () => {
  test('is formatted once, for the cluster that was named', async () => {
    const kafka = await started({ clusterId: '-wAAAAAAAAAAAAAAAAAAAA' })
    const mark = () => readFileSync(join(kafka.dataPath, 'meta.properties'), 'utf8')
    const formatted = () => statSync(join(kafka.appPath, 'format/stdout')).mtimeMs
    const before = [mark(), formatted()]
    expect(mark()).toContain('cluster.id=-wAAAAAAAAAAAAAAAAAAAA')
    await kafka.restart()
    expect([mark(), formatted()]).toEqual(before)
    await kafka.restart({ clean: true })
    expect(mark()).not.toBe(before[0])
  })
})

describe.skipIf(skipped)(`options of App${reason}`, () => {
  test('are kept, and what the user passed is not changed', async () => {
    const options = {
      preArgs: ['nice', '-n', 0],
      args: ['--override', 'num.partitions=5'],
      env: { GREETING: 'hello' },
      stdoutRegexps: [/Kafka version: (?<version>\S+)/],
      installFiles: [[file('more.txt', 'on {{ port }}'), 'more.txt']] as [string, string][],
      ports: { more: 'auto' as const },
      properties: { 'auto.create.topics.enable': true },
      jvmArgs: ['-Xmx300m', '-Dgreeting=hello'],
    }
    const before = structuredClone(options)
    const kafka = await started(options)
    expect(options).toEqual(before)
    expect(kafka.cmd.slice(0, 3)).toEqual(['nice', '-n', '0'])
    expect(kafka.cmd.slice(-3)).toEqual([kafka.configPath, '--override', 'num.partitions=5'])
    expect(kafka.extracts.version).toMatch(/^4\./)
    expect(readFileSync(join(kafka.etcpath, 'more.txt'), 'utf8')).toBe(`on ${kafka.port}`)
    expect(Object.keys(kafka.ports).toSorted()).toEqual(['broker', 'controller', 'more'])
    await clients.kafkajs!(kafka.bootstrapServers).produce('orders', ['a=b'])
    expect(await partitionsOf(kafka.bootstrapServers)).toMatchObject({ orders: 5 })
    await kafka.restart()
    expect(kafka.cmd.filter((each) => each === '-Dgreeting=hello')).toHaveLength(1)
  })
})

test.skipIf(skipped)(`brokers that name each other as controllers start together${reason}`, async () => {
  stubKafkaHome(kafka4)
  // #region cluster
  const clusterId = 'AAAAAAAAAAAAAAAAAAAAAA'
  const controllerQuorumVoters = [1, 2]
    .map((id) => `${id}@127.0.0.1:{{ context["kafka${id}"].ports.controller }}`)
    .join(',')
  const kafkas = [1, 2].map((nodeId) => {
    const name = `kafka${nodeId}`
    return new KafkaStandalone({
      name,
      nodeId,
      clusterId,
      controllerQuorumVoters: own(controllerQuorumVoters),
    })
  })
  const group = environment(kafkas, { dependencies: 'inferred' })
  // #endregion cluster
  const [one, two] = kafkas as [KafkaStandalone, KafkaStandalone]
  await using _ = await group.start()
  await two.createTopics([{ name: 'orders', partitions: 2, replicationFactor: 2 }])
  expect(await partitionsOf(one.bootstrapServers)).toEqual({ orders: 2 })
})

function stubKafkaHome(home: string): void {
  vi.stubEnv('KAFKA_HOME', home)
  onTestFinished(() => void vi.unstubAllEnvs())
}
