import { environment } from '@testrig/core'
import { type EnvironmentInfo, recordDriverInfo } from '@testrig/core/driver-info'
import { HTTPClient, HTTPServer } from '@testrig/driver-http'
import { Sqlite3 } from '@testrig/driver-sqlite'
import { TCPClient, TCPServer } from '@testrig/driver-tcp'
import { expect, onTestFinished, test } from 'vitest'
import { program } from '../test/programs/index.ts'
import { App } from './app.ts'

const DONE = /done: (?<place>\S+)/

/** The edges that were observed, with the port or file that joins the two. */
function observed({ edges }: EnvironmentInfo): readonly string[] {
  return edges.flatMap(({ from, to, observed }) =>
    observed.map(({ connection }) => `${from} → ${to}: ${connection}`),
  )
}

test('a program is joined with the servers and clients of this process', async () => {
  const group = environment({ keepRunpath: 'never' })
    .add('tcp', () => new TCPServer())
    .add('http', () => new HTTPServer({ routes: { 'GET /': { body: 'hello' } } }))
    .add(
      'app',
      ({ tcp }) =>
        new App({
          binary: process.execPath,
          args: [program('peer'), 'connect', 'tcp', tcp.port],
          stdoutRegexps: [DONE],
        }),
    )
    .add(
      'service',
      () =>
        new App({
          binary: process.execPath,
          args: [program('server'), '--http'],
          stdoutRegexps: [/Listening on .*:(?<port>\d+)/],
          extracts: ['port'],
        }),
    )
    .add('tcp client', ({ service }) => new TCPClient({ port: service.extracts.port }))
    .add('http client', ({ service }) => new HTTPClient({ host: '127.0.0.1', port: service.extracts.port }))
    .add('local client', ({ http }) => new HTTPClient({ host: '127.0.0.1', port: http.port }))
    .create()
  onTestFinished(() => group.stop())
  const recorder = recordDriverInfo(group, { scope: 'test' })
  await group.start()
  const { tcp, http, service } = group.drivers
  await recorder.sample()
  const before = await recorder.info()
  await Promise.all([group.drivers['http client'].get('/'), group.drivers['local client'].get('/')])
  await recorder.sample()
  expect(observed(before)).toEqual([
    `app → tcp: tcp://${tcp.port}`,
    `tcp client → service: tcp://${service.extracts.port}`,
  ])
  expect(observed(await recorder.info())).toEqual([
    `app → tcp: tcp://${tcp.port}`,
    `tcp client → service: tcp://${service.extracts.port}`,
    `http client → service: tcp://${service.extracts.port}`,
    `local client → http: tcp://${http.port}`,
  ])
})

test('a program is joined with the database whose file it has open', async () => {
  const group = environment({ keepRunpath: 'never' })
    .add('db', () => new Sqlite3({ dbPath: 'orders.db', schema: 'CREATE TABLE orders (id)' }))
    .add('memory', () => new Sqlite3({ dbPath: ':memory:' }))
    .add(
      'app',
      ({ db }) =>
        new App({
          binary: process.execPath,
          args: [program('peer'), 'open', 'r+', db.dbPath],
          stdoutRegexps: [DONE],
        }),
    )
    .create()
  onTestFinished(() => group.stop())
  const recorder = recordDriverInfo(group, { scope: 'test' })
  await group.start()
  await recorder.sample()
  const { edges } = await recorder.info()
  expect(edges).toMatchObject([
    {
      from: 'app',
      to: 'db',
      values: [{ attribute: 'dbPath', origin: 'args[3]' }],
      observed: [{ protocol: 'file', fromEnds: ['Read', 'Write'], toEnds: ['Read', 'Write'] }],
    },
  ])
})
