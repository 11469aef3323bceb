import { createServer } from 'node:net'
import { context, environment, own } from '@testrig/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { failure, start } from '../test/environments.ts'
import { program } from '../test/programs/index.ts'
import { App } from './app.ts'
import type { AppOptions } from './app-options.ts'
import { tcp } from './readiness.ts'

function server(name = 'app'): App<string, 'http'> {
  return new App({
    name,
    binary: process.execPath,
    args: [program('server'), '--port', own<App, number>((driver) => driver.ports.http as number)],
    ports: { http: 'auto' },
    readiness: [tcp('http')],
  })
}

/** Whether nobody listens on a port any more. */
async function isFree(port: number): Promise<boolean> {
  const probe = createServer()
  const free = await new Promise<boolean>((done) => {
    probe.once('error', () => done(false))
    probe.listen(port, '127.0.0.1', () => done(true))
  })
  await new Promise((closed) => probe.close(closed))
  return free
}

describe("a port that is 'auto'", () => {
  test('is allocated before the start, and kept over a restart', async () => {
    const app = server()
    const group = environment([app]).create()
    onTestFinished(() => group.stop())
    await group.graph()
    const { http } = app.ports
    expect(http).toBeGreaterThan(1024)
    await group.start()
    await app.restart()
    expect(app.ports.http).toBe(http)
  })

  test('is free again when stop has resolved', async () => {
    const app = await start(server())
    expect(await isFree(app.ports.http)).toBe(false)
    await app.stop()
    expect(await isFree(app.ports.http)).toBe(true)
  })

  test('is another one in each of many environments at once', async () => {
    const groups = await Promise.all(
      Array.from({ length: 8 }, () =>
        environment([
          new App({ name: 'app', binary: 'sleep', args: [60], ports: { a: 'auto', b: 'auto' } }),
        ]).start(),
      ),
    )
    onTestFinished(async () => void (await Promise.all(groups.map((group) => group.stop()))))
    const ports = groups.flatMap((group) => Object.values((group.drivers.app as App).ports))
    expect(new Set(ports).size).toBe(16)
  })

  test('can be read by others without making them wait', async () => {
    const group = environment()
      .add('app', () => server())
      .add(
        'reader',
        ({ app }) =>
          new App({
            binary: 'true',
            args: [app.ports.http, context('app', '{{ ports.http }}')],
            expectedExitCode: 0,
          }),
      )
      .create()
    onTestFinished(() => group.stop())
    expect((await group.graph()).edges).toEqual([])
    await group.start()
    const { app, reader } = group.drivers
    expect(reader.cmd).toEqual(['true', String(app.ports.http), String(app.ports.http)])
  })
})

test('members of a cluster that name the ports of one another start together', async () => {
  const names = ['one', 'two', 'three'] as const
  const members = names.map((name) => {
    const peers = names.filter((each) => each !== name)
    return new App({
      name,
      binary: process.execPath,
      args: [
        program('member'),
        own('{{ ports.peer }}'),
        ...peers.map((peer) => context(peer, '{{ ports.peer }}')),
      ],
      ports: { peer: 'auto' },
      stdoutRegexps: [/joined (?<peers>.*)/],
    })
  })
  const group = environment(members, { dependencies: 'inferred' }).create()
  onTestFinished(() => group.stop())
  expect((await group.graph()).edges).toEqual([])
  await group.start()
  const [one, two, three] = members as [App, App, App]
  expect(one.extracts.peers).toBe(`${two.ports.peer} ${three.ports.peer}`)
  expect(three.extracts.peers).toBe(`${one.ports.peer} ${two.ports.peer}`)
})

describe("a port to 'discover'", () => {
  function discovering(
    args: readonly string[],
    options: Pick<AppOptions<App>, 'startTimeout' | 'stdoutRegexps' | 'preStart'> = {},
  ): App<string, 'http'> {
    return new App({ name: 'app', binary: process.execPath, args, ports: { http: 'discover' }, ...options })
  }

  test('is what the program listens on, also when it logs nothing', async () => {
    const app = await start(discovering([program('server'), '--silent', '--delay', '100']))
    expect(await isFree(app.ports.http)).toBe(false)
    expect(app.timeline.conditions.map(({ name }) => name)).toEqual(['the port http is open'])
  })

  test('is found on IPv6, and once when the program listens on both', async () => {
    const six = await start(discovering([program('server'), '--host', '::1']))
    expect(six.ports.http).toBeGreaterThan(0)
    const dual = await start(discovering([program('listen-twice'), '--dual']))
    expect(dual.ports.http).toBeGreaterThan(0)
  })

  test('is found in a process that the program has started', async () => {
    const app = await start(
      new App({
        name: 'app',
        shell: true,
        binary: `'${process.execPath}' '${program('server')}' & wait`,
        ports: { http: 'discover' },
      }),
    )
    expect(app.ports.http).toBeGreaterThan(0)
  })

  test('is the one beside ports that are known', async () => {
    const app = await start(
      new App({
        name: 'app',
        shell: true,
        binary: `'${process.execPath}' '${program('server')}' --port "$ADMIN" & exec '${process.execPath}' '${program('server')}'`,
        env: { ADMIN: own('{{ ports.admin }}') },
        ports: { admin: 'auto', http: 'discover' },
      }),
    )
    expect(app.ports.http).not.toBe(app.ports.admin)
  })

  test('is found anew at a restart, and not known in between', async () => {
    const atPreStart: unknown[] = []
    const preStart = ({ ports }: App) => atPreStart.push(ports.http)
    const app = await start(discovering([program('server')], { preStart }))
    const before = app.ports.http
    await app.restart()
    expect(app.ports.http).toBeGreaterThan(0)
    expect(app.ports.http).not.toBe(before)
    expect(atPreStart).toEqual([undefined, undefined])
  })

  test('that could be either of two is an error', async () => {
    const app = discovering([program('listen-twice')], { stdoutRegexps: [/both/] })
    expect((await failure(app)).split('\n')[0]?.replace(/ \(\w+\)/, '')).toMatchInlineSnapshot(
      `"App "app" failed to start: the port \`http\` to discover could be any of 127.0.0.1:<port>, 127.0.0.1:<port>. Give the others in \`ports\`, or take the port from a log with a pattern."`,
    )
  })

  test('that does not open fails the start when its time is over', async () => {
    const message = await failure(discovering(['-e', 'setInterval(() => {}, 1e6)'], { startTimeout: 300 }))
    expect(message).toContain('waiting for: the port http is open: it listens on no further TCP port')
  })

  test('has others that use all ports wait, and not those that use the others', async () => {
    const server = () =>
      new App({
        binary: process.execPath,
        args: [program('server'), '--delay', '100'],
        ports: { http: 'discover', peer: 'auto' },
      })
    const reader = (template: string) =>
      new App({ binary: 'echo', args: [context('app', template)], expectedExitCode: 0 })
    const group = environment()
      .add('app', server)
      .add('all', () => reader('{{ ports | dump }}'))
      .add('peer', () => reader('{{ ports.peer }} {{ ports["peer"] }}'))
      .create()
    onTestFinished(() => group.stop())
    const graph = await group.graph()
    expect([graph.before('all'), graph.before('peer')]).toEqual([['app'], []])
    await group.start()
    const { app, all, peer } = group.drivers
    expect(JSON.parse(all.cmd[1] as string)).toEqual(app.ports)
    expect(peer.cmd[1]).toBe(`${app.ports.peer} ${app.ports.peer}`)
  })

  test('has others that use it wait', async () => {
    const group = environment()
      .add('app', () => discovering([program('server'), '--delay', '100']))
      .add(
        'reader',
        ({ app }) =>
          new App({
            binary: 'true',
            args: [app.ports.http, context('app', '{{ ports.http }}')],
            expectedExitCode: 0,
          }),
      )
      .create()
    onTestFinished(() => group.stop())
    expect((await group.graph()).before('reader')).toEqual(['app'])
    await group.start()
    expect(group.drivers.reader.cmd).toEqual(['true', ...Array(2).fill(String(group.drivers.app.ports.http))])
  })
})
