import { spawnSync } from 'node:child_process'
import { type BaseConnectionExtractor, context, Driver, environment, type Late, own } from '@testrig/core'
import { type EnvironmentInfo, recordDriverInfo } from '@testrig/core/driver-info'
import { describe, expect, onTestFinished, test } from 'vitest'
import { start } from '../test/environments.ts'
import { program } from '../test/programs/index.ts'
import { App } from './app.ts'
import { ProcInspector } from './inspect/proc-inspector.ts'
import { SystemInspector } from './inspect/system-inspector.ts'
import {
  type FileExtractorOptions,
  SubprocessFileConnectionExtractor,
} from './subprocess-file-connection-extractor.ts'
import {
  type PortExtractorOptions,
  SubprocessPortConnectionExtractor,
} from './subprocess-port-connection-extractor.ts'

const noLsof = spawnSync('lsof', ['-v']).status === 0 ? '' : ' (skipped: there is no lsof)'

const DONE = /done: (?<place>\S+)/

/** An App that is one side of a connection. */
function peer(name: string, ...args: readonly unknown[]): App<string, string> {
  return new App({
    name,
    binary: process.execPath,
    args: [program('peer'), ...(args as string[])],
    stdoutRegexps: [DONE],
  })
}

/** Runs a script of the shell, in which $PEER runs one side of a connection, and $PLACE is where the server is. */
function script(name: string, text: string, place: Late<string> = ''): App<string, string> {
  return new App({
    name,
    binary: '/bin/sh',
    args: ['-c', text],
    env: { PEER: `${process.execPath} ${program('peer')}`, PLACE: place },
    stdoutRegexps: [DONE],
  })
}

async function recorded(...drivers: Driver[]): Promise<EnvironmentInfo> {
  const group = environment(drivers, { keepRunpath: 'never' }).create()
  onTestFinished(() => group.stop())
  const recorder = recordDriverInfo(group, { scope: 'test' })
  await group.start()
  await recorder.sample()
  return recorder.info()
}

/** The edges, as `from → to: connections`. */
function edges(info: EnvironmentInfo): readonly string[] {
  return info.edges.map(
    ({ from, to, observed }) => `${from} → ${to}: ${observed.map(({ connection }) => connection).join(', ')}`,
  )
}

/** What an extractor finds of a driver, each thing once. */
async function extracted(extractor: BaseConnectionExtractor, driver: Driver): Promise<readonly string[]> {
  const found = [...(await extractor.extractConnections(driver))]
  const texts = found.map((each) =>
    each instanceof Error ? each.message : `${each.direction} ${each.connectionRep}`,
  )
  return [...new Set(texts)].toSorted()
}

const place = (driver: App<string, string>) => driver.extracts.place as string
const placeOf = (name: string) => context(name, '{{ extracts.place }}')

describe('two programs are joined', () => {
  test('by a socket that a grandchild has opened, and that a process of another session connects to', async () => {
    const server = script('server', '(sh -c "$PEER listen tcp; true" & wait) & wait')
    const client = script('client', 'setsid sh -c "$PEER connect tcp $PLACE; true" & wait', placeOf('server'))
    const info = await recorded(server, client)
    expect(edges(info)).toEqual([`client → server: tcp://${place(server)}`])
    expect(info.edges[0]?.observed[0]?.toEnds).toEqual([place(server)])
    expect(info.drivers[0]?.listening).toEqual([`tcp://127.0.0.1:${place(server)}`])
    expect(info.drivers[0]?.pids?.length).toBeGreaterThanOrEqual(3)
    expect(info.drivers[0]?.command?.slice(0, 2)).toEqual(['/bin/sh', '-c'])
  })

  test('by a datagram socket', async () => {
    const server = peer('server', 'listen', 'udp')
    const client = peer('client', 'connect', 'udp', placeOf('server'))
    expect(edges(await recorded(server, client))).toEqual([`client → server: udp://${place(server)}`])
  })

  test('by a Unix socket', async () => {
    const server = peer('server', 'listen', 'unix', own('{{ scratch }}/socket'))
    const client = peer('client', 'connect', 'unix', placeOf('server'))
    const info = await recorded(server, client)
    expect(edges(info)).toEqual([`client → server: unix://${place(server)}`])
    expect(info.drivers[0]?.listening).toEqual([`unix://${place(server)}`])
  })

  test('by a file that one writes and the other reads', async () => {
    const writer = peer('writer', 'open', 'w', own('{{ scratch }}/file'))
    const reader = peer('reader', 'open', 'r', placeOf('writer'))
    const { edges } = await recorded(writer, reader)
    expect(edges).toEqual([
      {
        from: 'reader',
        to: 'writer',
        values: [{ attribute: 'extracts.place', origin: 'args[3]' }],
        dependency: true,
        observed: [
          {
            protocol: 'file',
            connection: `file://${place(writer)}`,
            reversed: true,
            fromEnds: ['Read'],
            toEnds: ['Write'],
          },
        ],
      },
    ])
  })

  test('not by files that both only read', async () => {
    const [one, other] = [peer('one', 'open', 'r', '/etc/hosts'), peer('other', 'open', 'r', '/etc/hosts')]
    expect((await recorded(one, other)).edges).toEqual([])
  })
})

test('a program that listens is shown without a peer, and one that does nothing has no connections', async () => {
  const info = await recorded(
    peer('server', 'listen', 'tcp'),
    new App({ name: 'idle', binary: 'sleep', args: [60] }),
  )
  expect(info.edges).toEqual([])
  expect(info.drivers.map(({ listening }) => listening.length)).toEqual([1, 0])
  expect(info.drivers.flatMap(({ problems }) => problems)).toEqual([])
})

describe('what is looked at', () => {
  const ports = (options: PortExtractorOptions, driver: Driver) =>
    extracted(new SubprocessPortConnectionExtractor(options), driver)
  const files = (options: FileExtractorOptions, driver: Driver) =>
    extracted(new SubprocessFileConnectionExtractor(options), driver)

  test('connectionsToCheck takes some protocols, connectionsToIgnore leaves out ports and connections', async () => {
    const server = await start(peer('server', 'listen', 'tcp'))
    const port = place(server)
    expect(await ports({}, server)).toEqual([`listening tcp://${port}`])
    expect(await ports({ connectionsToCheck: ['udp', 'unix'] }, server)).toEqual([])
    expect(await ports({ connectionsToIgnore: [Number(port)] }, server)).toEqual([])
    expect(await ports({ connectionsToIgnore: [`tcp://${port}`] }, server)).toEqual([])
    expect(await ports({ connectionsToIgnore: [1] }, server)).toEqual([`listening tcp://${port}`])
  })

  test('filesToIgnore takes names and paths in place of the logs', async () => {
    const app = await start(peer('app', 'open', 'a+', own('{{ scratch }}/both')))
    const both = place(app)
    expect(await files({}, app)).toEqual([`connecting file://${both}`, `listening file://${both}`])
    expect(await files({ filesToIgnore: ['both'] }, app)).toEqual([
      `connecting file://${app.errpath}`,
      `connecting file://${app.outpath}`,
    ])
    expect(await files({ filesToIgnore: ['stdout', 'stderr', both] }, app)).toEqual([])
  })

  test('a driver class may have extractors of its own', async () => {
    // #region quiet-app
    class QuietApp extends App {
      static override readonly EXTRACTORS: readonly BaseConnectionExtractor[] = [
        new SubprocessPortConnectionExtractor({ connectionsToCheck: ['tcp'], connectionsToIgnore: [9090] }),
        new SubprocessFileConnectionExtractor({ filesToIgnore: ['stdout', 'stderr', 'app.log'] }),
      ]
    }
    // #endregion quiet-app
    const options = { name: 'quiet', binary: process.execPath, stdoutRegexps: [DONE] }
    const quiet = new QuietApp({
      ...options,
      args: [program('peer'), 'open', 'w', own('{{ scratch }}/app.log')],
    })
    const reader = peer('reader', 'open', 'r', placeOf('quiet'))
    const { edges } = await recorded(quiet, reader)
    expect(edges.map(({ observed }) => observed)).toEqual([[]])
  })

  test('a driver that is no App is looked at by its pid', async () => {
    const server = await start(peer('server', 'listen', 'tcp'))
    const driver = Object.assign(new Driver(), { pid: server.pid })
    expect(await ports({}, driver)).toEqual([`listening tcp://${place(server)}`])
    expect(await ports({}, new Driver())).toEqual([])
  })

  test('it is told when who connects to a Unix socket cannot be seen, for want of a program', async () => {
    const server = await start(peer('server', 'listen', 'unix', own('{{ scratch }}/socket')))
    await start(peer('client', 'connect', 'unix', place(server)))
    const { PATH } = process.env
    process.env.PATH = ''
    const found = await ports({}, server).finally(() => (process.env.PATH = PATH))
    expect(found).toEqual([
      'Who connects to Unix sockets was not seen, as there is no program `ss`. Install iproute2.',
      `listening unix://${place(server)}`,
    ])
  })

  test('processes of another user are told', async () => {
    const server = await start(peer('server', 'listen', 'tcp'))
    const isRoot = process.getuid?.() === 0
    const foreign = isRoot ? server : Object.assign(new Driver(), { pid: 1 })
    const extractor = new SubprocessPortConnectionExtractor()
    await extractor.extractConnections(foreign) // Loads what it needs while it may.
    if (isRoot) process.seteuid?.(65_534)
    const found = await extracted(extractor, foreign).finally(() => isRoot && process.seteuid?.(0))
    expect(found).toEqual([
      expect.stringMatching(
        /^No access to what process(es)? [\d, ]+ (has|have) open, which runs? as another user/,
      ),
    ])
  })
})

describe('where there is no /proc', () => {
  const inspector = () => new SystemInspector()

  test('sockets are found by systeminformation', async () => {
    const server = await start(peer('server', 'listen', 'tcp'))
    const client = peer('client', 'connect', 'tcp', place(server))
    await start(client)
    const [listening] = await inspector().sockets(server.pid as number)
    const port = Number(place(server))
    expect(listening).toEqual({
      protocol: 'tcp',
      state: 'listening',
      local: { host: '127.0.0.1', port },
      peer: undefined,
    })
    const sockets = await inspector().sockets(client.pid as number)
    expect(sockets).toMatchObject([{ state: 'connected', peer: { host: '127.0.0.1', port } }])
  })

  test('nor its tables of sockets, as in a sandbox, systeminformation finds them', async () => {
    const server = await start(peer('server', 'listen', 'tcp'))
    const denied = Object.assign(new Error('no'), { code: 'EACCES' })
    const sandboxed = new ProcInspector(() => Promise.reject(denied))
    const sockets = await sandboxed.sockets(server.pid as number)
    expect(sockets).toMatchObject([{ state: 'listening', local: { port: Number(place(server)) } }])
  })

  test.skipIf(noLsof !== '')(`files are found by lsof${noLsof}`, async () => {
    const app = await start(peer('app', 'open', 'r+', own('{{ errpath }}')))
    const other = await start(peer('other', 'open', 'r', '/etc/hosts'))
    const looking = inspector()
    const pids = [app.pid, other.pid] as number[]
    const [files = [], others] = await Promise.all(pids.map((pid) => looking.files(pid)))
    expect(others).toContainEqual({ path: '/etc/hosts', reads: true, writes: false })
    expect(await looking.problems()).toEqual([])
    expect(files.toSorted((one, other) => one.path.localeCompare(other.path))).toEqual([
      { path: app.errpath, reads: false, writes: true },
      { path: app.errpath, reads: false, writes: true }, // As its token.
      { path: app.errpath, reads: true, writes: true },
      { path: app.outpath, reads: false, writes: true },
    ])
  })
})
