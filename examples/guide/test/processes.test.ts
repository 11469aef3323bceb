import { join } from 'node:path'
import { environment, own } from '@testrig/core'
import { App, command, file, http, log, tcp } from '@testrig/driver-app'
import { expect, test } from 'vitest'

const program = join(import.meta.dirname, '../src/server.js')

test('patterns tell when a program is up, and what it chose', async () => {
  // #region patterns
  const app = new App({
    name: 'app',
    binary: process.execPath,
    args: [program],
    stdoutRegexps: [/Listening on (?<host>\S+):(?<port>\d+)/],
    failRegexps: [/EADDRINUSE/],
  })
  // #endregion patterns
  await using _ = await app.start()
  expect(app.extracts.port).toMatch(/^\d+$/)
})

test('conditions of readiness combine', async () => {
  // #region readiness
  const app = new App({
    name: 'app',
    binary: process.execPath,
    args: [program, '--port', own('{{ ports.http }}'), '--port-file', 'ports.json'],
    ports: { http: 'auto' },
    readiness: [
      tcp('http'), // the port accepts connections
      http('/health', { port: 'http', status: 200 }), // the URL answers so
      file('ports.json', { json: { chosen: 'ports[0]' } }), // the file exists, and yields a value for extracts
      command('test', ['-s', 'ports.json']), // the command ends with exit code 0
      log(/Listening on/), // a line of the log matches
      ({ pid }) => pid !== undefined || 'it has no process', // a function says so
    ],
  })
  // #endregion readiness
  await using _ = await app.start()
  expect(app.extracts.chosen).toBe(String(app.ports.http))
  expect(app.timeline.conditions).toHaveLength(6)
})

test('a port can be discovered', async () => {
  // #region discover
  const app = new App({
    name: 'app',
    binary: process.execPath,
    args: [program, '--quiet'],
    ports: { http: 'discover' },
  })
  // #endregion discover
  await using _ = await app.start()
  expect((await fetch(`http://127.0.0.1:${app.ports.http}/health`)).status).toBe(200)
})

test('a task is up when it has ended', async () => {
  // #region task
  const definition = environment()
    .add('migration', () => {
      return new App({ binary: 'sh', args: ['-c', 'echo migrated'], expectedExitCode: 0 })
    })
    .add('app', () => new App({ binary: process.execPath, args: [program] }), { after: ['migration'] })
  // #endregion task
  await using group = await definition.start()
  expect(group.drivers.migration.exitCode).toBe(0)
})

test('the log tells what the program did', async () => {
  const app = new App({
    name: 'app',
    binary: process.execPath,
    args: [program],
    stdoutRegexps: [/(?<url>http\S+)/],
  })
  await using _ = await app.start()
  const get = (path: string) => fetch(`${app.extracts.url}${path}`)
  // #region log-matcher
  const log = app.logMatcher()
  await get('/orders/7')
  const [, id] = await log.match(/GET \/orders\/(\d+)/) // waits for the line, up to 5 s
  expect(id).toBe('7')

  await log.expect(/GET \/orders\/8/, () => get('/orders/8')) // a line written since
  await log.notMatch(/error/i, { timeout: 100 }) // no such line for 100 ms

  await log.mark('before')
  await get('/orders/9')
  await log.match(/orders\/9/)
  await log.mark('after')
  expect(await log.getBetween('before', 'after')).toBe('GET /orders/9\n')
  // #endregion log-matcher
})

test('a driver runs alone', async () => {
  // #region alone
  await using app = await new App({ name: 'app', binary: process.execPath, args: [program] }).start()
  expect(app.state).toBe('started')
  // #endregion alone
})

test('a program that ends by itself is waited for', async () => {
  const app = new App({
    name: 'app',
    binary: process.execPath,
    args: [program],
    stdoutRegexps: [/(?<url>http\S+)/],
  })
  await using _ = await app.start()
  // #region exit
  await fetch(`${app.extracts.url}/quit`)
  const { exitCode } = await app.waitForExit({ timeout: 5_000 })
  expect(exitCode).toBe(3)

  await app.start() // runs it again
  // #endregion exit
  expect((await fetch(`${app.extracts.url}/orders/7`)).ok).toBe(true)
})

test('variables reach a program that is no driver', async () => {
  const definition = environment().add(
    'my server',
    () => new App({ binary: process.execPath, args: [program], stdoutRegexps: [/(?<port>\d+)$/] }),
  )
  await using group = await definition.start()
  // #region variables
  const variables = group.variables()
  expect(variables.DRIVER_MY_SERVER_ATTR_PID).toBe(String(group.drivers['my server'].pid))
  expect(variables.DRIVER_MY_SERVER_ATTR_EXTRACTS).toBe(
    JSON.stringify({ port: group.drivers['my server'].extracts.port }),
  )
  // #endregion variables
})
