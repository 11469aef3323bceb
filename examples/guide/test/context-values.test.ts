import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { context, environment, interpolate, own } from '@testrig/core'
import { App, tcp } from '@testrig/driver-app'
import { HTTPClient, HTTPServer } from '@testrig/driver-http'
import { TCPClient, TCPServer } from '@testrig/driver-tcp'
import { expect, onTestFinished, test } from 'vitest'

test('a template names a driver and renders text', async () => {
  // #region template
  const service = new TCPServer({ name: 'service' })
  const client = new TCPClient({
    name: 'client',
    host: context('service', '{{ host }}'),
    port: context('service', '{{ port }}'),
  })
  const group = await environment([service, client]).start()
  // #endregion template
  await using _ = group
  expect(client.port).toBe(service.port)
})

test('a selector keeps the type', async () => {
  // #region selector
  const service = new TCPServer({ name: 'service' })
  const client = new TCPClient({
    name: 'client',
    host: context(service, (driver) => driver.host),
    port: context(service, (driver) => driver.port), // a ContextValue<number>
  })
  // #endregion selector
  await using _ = await environment([service, client]).start()
  expect(client.port).toBe(service.port)
})

test('the builder hands stand-ins to later drivers', async () => {
  // #region builder
  const definition = environment()
    .add('service', () => new TCPServer())
    .add('client', ({ service }) => new TCPClient({ host: service.host, port: service.port }))
  // #endregion builder
  // #region started
  await using group = await definition.start()
  const { client, service } = group.drivers

  await client.send('hello\n')
  await service.acceptConnection()
  const line = await service.receiveText({ until: '\n' })
  // #endregion started
  expect(line).toBe('hello\n')
})

test('interpolate builds text around context values', async () => {
  // #region interpolate
  const definition = environment()
    .add('service', () => new HTTPServer({ routes: { '/api/health': { body: 'up' } } }))
    .add('client', ({ service }) => {
      return new HTTPClient({ baseUrl: interpolate`http://${service.host}:${service.port}/api` })
    })
  // #endregion interpolate
  await using group = await definition.start()
  expect((await group.drivers.client.get('/health')).text).toBe('up')
})

const listen = `const [port] = process.argv.slice(1)
  require('node:net').createServer().listen(port, '127.0.0.1', () => console.log('up'))`
const connect = `const [port] = process.argv.slice(1)
  require('node:net').connect(port, '127.0.0.1', () => process.exit())`

test('own reads the attributes of the driver itself', async () => {
  // #region own
  const server = new App({
    name: 'server',
    binary: process.execPath,
    args: ['-e', listen, own('{{ ports.main }}')],
    ports: { main: 'auto' },
    stdoutRegexps: [/up/],
  })
  // #endregion own
  await using _ = await server.start()
  expect(server.cmd.at(-1)).toBe(String(server.ports.main))
})

test('a file is a template', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'testrig-guide-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const source = join(directory, 'settings.ini')
  writeFileSync(
    source,
    'name = {{ name }}\nservice = {{ context["service"].host }}:{{ context.service.port }}\nregion = {{ region }}\n',
  )
  // #region files
  const definition = environment({ initialContext: { region: 'eu' } })
    .add('service', () => new TCPServer())
    .add('app', () => {
      return new App({ binary: 'sleep', args: ['60'], installFiles: [source, [source, '{{ name }}.ini']] })
    })
  // #endregion files
  await using group = await definition.start()
  const { app, service } = group.drivers
  const text = readFileSync(join(app.etcpath, 'settings.ini'), 'utf8')
  expect(text).toBe(`name = app\nservice = 127.0.0.1:${service.port}\nregion = eu\n`)
  expect(readFileSync(join(app.etcpath, 'app.ini'), 'utf8')).toBe(text)
  expect((await group.graph()).edges.map(({ before, after }) => `${after} → ${before}`)).toEqual([
    'app → service',
  ])
})

test('members of a cluster name each other by ports that are known before the start', async () => {
  // #region cluster
  const node = (name: string, peer: string) =>
    new App({
      name,
      binary: process.execPath,
      args: ['-e', listen, own('{{ ports.peer }}')],
      env: { PEER: context(peer, '127.0.0.1:{{ ports.peer }}') },
      ports: { peer: 'auto' },
      stdoutRegexps: [/up/],
    })
  const cluster = environment([node('one', 'two'), node('two', 'one')], { dependencies: 'inferred' })
  // #endregion cluster
  await using group = await cluster.start()
  expect((await group.graph()).edges).toEqual([])
})

test('a dependency that an allocated port does not make is declared', async () => {
  // #region after
  const definition = environment()
    .add('server', () => {
      const args = ['-e', listen, own('{{ ports.main }}')]
      return new App({ binary: process.execPath, args, ports: { main: 'auto' }, readiness: [tcp('main')] })
    })
    .add(
      'task',
      ({ server }) => {
        const args = ['-e', connect, server.ports.main]
        return new App({ binary: process.execPath, args, expectedExitCode: 0 })
      },
      { after: ['server'] },
    )
  // #endregion after
  await using group = await definition.start()
  expect((await group.graph()).edges).toEqual([{ before: 'server', after: 'task', origins: ['after'] }])
})

test('a context value is not text before the start', () => {
  environment()
    .add('service', () => new HTTPServer())
    .add('client', ({ service }) => {
      expect(() => `${service.url}/api`).toThrow(/The context value service.url was turned into text/)
      return new HTTPClient({ baseUrl: service.url })
    })
    .create()
})
