import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { type Driver, environment, poll, type TestrigError } from '@testrig/core'
import type { App } from '@testrig/driver-app'
import { KafkaStandalone } from '@testrig/driver-kafka'
import { ZookeeperStandalone } from '@testrig/driver-zookeeper'
import { kafka4 } from '../packages/driver-kafka/test/homes.ts'
import { paired, rounded, timed } from './statistics.ts'

/** A server as a driver starts it, and as one would by hand, with the same command and the same wait. */
interface Server<D extends Driver> {
  create(): D
  /** Starts it by hand, in the directory and with the command of a driver that has run; resolves when it is ready. */
  start(model: D): Promise<ChildProcess>
}

type Figures = Readonly<Record<string, number | string>>

/** Milliseconds until a server is ready, against the same server started by hand. */
export async function drivers(turns: number): Promise<Readonly<Record<string, Figures>>> {
  // Kafka takes seconds, so that a few milliseconds more or less count for little.
  return { zookeeper: await measured(zookeeper, turns), kafka: await measured(kafka, Math.ceil(turns / 2)) }
}

const zookeeper: Server<ZookeeperStandalone> = {
  create: () => new ZookeeperStandalone({ name: 'zookeeper' }),
  async start(model) {
    const server = run(model.cmd)
    await poll(async () => (await asked(model.port, 'srvr')).includes('Mode: '))
    return server
  },
}

const kafka: Server<KafkaStandalone> = {
  create: () => new KafkaStandalone({ name: 'kafka', home: process.env.KAFKA_HOME ?? kafka4 }),
  async start(model) {
    const java = model.cmd.slice(0, -2)
    const format = [
      'kafka.tools.StorageTool',
      'format',
      '-t',
      'AAAAAAAAAAAAAAAAAAAAAA',
      '-c',
      model.configPath,
    ]
    const formatted = run([...java, ...format])
    formatted.stdout?.resume()
    await once(formatted, 'exit')
    const server = run(model.cmd)
    await lineWith(server, 'Kafka Server started')
    return server
  },
}

async function measured<D extends App<string, string> & { readonly dataPath: string }>(
  { create, start }: Server<D>,
  turns: number,
): Promise<Figures> {
  const model = create()
  await using group = environment([model], { keepRunpath: 'never' }).create()
  try {
    await group.start()
  } catch (error) {
    return { skipped: (error as TestrigError).message }
  }
  await model.stop()
  const [ms, bareMs] = await paired(
    turns,
    () => driverStart(create()),
    () => bareStart(model, start),
  )
  return { ms: rounded(ms), bareMs: rounded(bareMs), ratio: rounded(ms / bareMs) }
}

async function driverStart(driver: Driver): Promise<number> {
  await using group = environment([driver], { keepRunpath: 'never' }).create()
  return await timed(() => group.start())
}

async function bareStart<D extends { readonly dataPath: string }>(
  model: D,
  start: Server<D & Driver>['start'],
): Promise<number> {
  rmSync(model.dataPath, { recursive: true, force: true })
  let server: ChildProcess | undefined
  const ms = await timed(async () => {
    server = await start(model as D & Driver)
  })
  server?.kill()
  if (server !== undefined) await once(server, 'exit')
  return ms
}

function run([file = '', ...args]: readonly string[]): ChildProcess {
  return spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'] })
}

async function lineWith(server: ChildProcess, wanted: string): Promise<void> {
  const lines = createInterface(server.stdout as NodeJS.ReadableStream)
  for await (const line of lines) if (line.includes(wanted)) break
  server.stdout?.resume()
}

/** A question that comes too early is never answered. */
async function asked(port: number, question: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, signal: AbortSignal.timeout(250) })
  socket.write(question)
  return text(socket).catch(() => '')
}
