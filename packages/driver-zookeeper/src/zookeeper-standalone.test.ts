import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environment, leasePort } from '@testrig/core'
import { testDriver } from '@testrig/core/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { reason, skipped } from '../test/programs.ts'
import { session } from '../test/session.ts'
import { rejection, started } from '../test/started.ts'
import { exchange } from './exchange.ts'
import { ZookeeperStandalone, type ZookeeperStandaloneOptions } from './zookeeper-standalone.ts'

function ask(server: { readonly host: string; readonly port: number }, question: string): Promise<string> {
  return exchange(server, question, AbortSignal.timeout(1_000)).then(String)
}

describe.skipIf(skipped !== undefined)(`ZookeeperStandalone${reason}`, () => {
  testDriver('ZookeeperStandalone', {
    create: (options) => new ZookeeperStandalone(options as ZookeeperStandaloneOptions),
    createAny: (options) => new ZookeeperStandalone(options),
    probe: ({ host, port }) => {
      return () =>
        ask({ host, port }, 'ruok').then(
          (answer) => answer === 'imok',
          () => false,
        )
    },
    badOptions: [
      { binary: '' },
      { home: 1 },
      { java: '' },
      { jvmArgs: '-Xmx1g' },
      { cfgTemplate: 1 },
      { properties: { tickTime: null } },
      { host: '' },
      { port: 65_536 },
      { chroot: 'app' },
      { chroot: '/app/' },
      { args: 'one' },
      { ports: { client: 'any' } },
    ],
  })

  test('a client writes and reads', async () => {
    const client = await session((await started()).connectionString)
    expect(await client.create('/greeting', 'hello')).toBe('/greeting')
    expect(await client.read('/greeting')).toBe('hello')
  })

  test('it serves as soon as it is up', async () => {
    expect(await ask(await started(), 'srvr')).toContain('Mode: standalone')
  })

  test('two servers have data of their own', async () => {
    const [one, two] = await Promise.all([started(), started()])
    const clients = await Promise.all([session(one.connectionString), session(two.connectionString)])
    await clients[0].create('/one')
    await clients[1].create('/two')
    expect(await clients[0].children('/')).not.toContain('two')
    expect(await clients[1].children('/')).not.toContain('one')
  })

  test('a restart keeps data and port', async () => {
    const driver = await started()
    const { connectionString } = driver
    await (await session(connectionString)).create('/kept', 'as it was')
    await driver.restart()
    expect(driver.connectionString).toBe(connectionString)
    expect(await (await session(connectionString)).read('/kept')).toBe('as it was')
  })

  test('a clean restart begins without data', async () => {
    const driver = await started()
    await (await session(driver.connectionString)).create('/gone')
    await driver.restart({ clean: true })
    expect(await (await session(driver.connectionString)).children('/')).toEqual(['zookeeper'])
  })

  test('a message of 64 MiB is refused, and the server goes on', async () => {
    const driver = await started()
    const size = 64 * 1024 * 1024
    const message = Buffer.alloc(4 + size)
    message.writeInt32BE(size)
    const answer = await exchange(driver, message, AbortSignal.timeout(5_000)).then(String, String)
    expect(answer).toMatch(/^$|ECONNRESET|EPIPE/)
    expect(driver.state).toBe('started')
    expect(await (await session(driver.connectionString)).children('/')).toEqual(['zookeeper'])
  })

  test('a server on ::1 has brackets in its connection string', async () => {
    const driver = await started({ host: '::1' })
    expect(driver.connectionString).toBe(`[::1]:${driver.port}`)
    expect(await ask(driver, 'srvr')).toContain('Mode: standalone')
  })

  test('a port that is given is used, and one that is in use fails the start', async () => {
    const lease = await leasePort()
    onTestFinished(() => lease.release())
    const { port } = await started({ port: lease.port })
    expect(port).toBe(lease.port)
    const { message } = await rejection(started({ name: 'second', port }))
    expect(message).toContain(`the port ${port} given as \`client\` is that of ZookeeperStandalone`)
  })

  test('a driver that reads the connection string starts after it', async () => {
    const group = environment()
      .add('zookeeper', () => new ZookeeperStandalone())
      .add(
        'reader',
        ({ zookeeper }) => new ZookeeperStandalone({ env: { FIRST: zookeeper.connectionString } }),
      )
      .create()
    onTestFinished(() => group.stop())
    expect((await group.graph()).edges).toMatchObject([{ before: 'zookeeper', after: 'reader' }])
  })
})

describe.skipIf(skipped !== undefined)(`the chroot${reason}`, () => {
  test('is there when the driver is up', async () => {
    const driver = await started({ chroot: '/company/app' })
    expect(driver.connectionString).toBe(`127.0.0.1:${driver.port}/company/app`)
    await (await session(driver.connectionString)).create('/leader')
    const root = await session(`${driver.host}:${driver.port}`)
    expect(await root.children('/company/app')).toEqual(['leader'])
  })

  test('stays with what it holds over a restart', async () => {
    const driver = await started({ chroot: '/app' })
    await (await session(driver.connectionString)).create('/leader')
    await driver.restart()
    expect(await (await session(driver.connectionString)).children('/')).toEqual(['leader'])
  })

  test('fails the start when the server refuses to create it', async () => {
    const runpath = mkdtempSync(join(tmpdir(), 'zookeeper-'))
    onTestFinished(() => rmSync(runpath, { recursive: true }))
    const first = await started({ runpath })
    await (await session(first.connectionString)).protect('/')
    await first.stop()
    const { message } = await rejection(started({ runpath, cleanRunpath: false, chroot: '/app' }))
    expect(message.split('\n')[0]).toMatchInlineSnapshot(
      `"ZookeeperStandalone "zookeeper" failed to start (postStart): the node /app of the option \`chroot\` could not be created: error -102, the access list of its parent forbids it. Leave \`chroot\` out, and create it with a client of yours."`,
    )
  })
})
