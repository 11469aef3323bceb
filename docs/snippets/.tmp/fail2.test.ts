import { environment } from '@testrig/core'
import { App, tcp } from '@testrig/driver-app'
import { HTTPClient, HTTPServer } from '@testrig/driver-http'
import { fixtures } from '@testrig/vitest'
import { expect, test as plain } from 'vitest'
const program = `${import.meta.dirname}/../server.js`
const env = environment()
  .add('app', () => new App({ binary: process.execPath, args: [program], stdoutRegexps: [/Listening on (?<host>\S+):(?<port>\d+),/], ports: {a: 'discover'} }))
  .add('client', ({ app }) => new HTTPClient({ host: app.extracts.host, port: app.extracts.port }))
const test = fixtures(env)
test('a wrong answer', async ({ client }) => { expect((await client.get('/x')).text).toBe('nope') })
test('it dies', async ({ client, app }) => { await client.get('/quit').catch(() => {}); await new Promise(() => {}) })
plain('pattern', async () => {
  await environment().add('app', () => new App({ binary: process.execPath, args: [program], startTimeout: 300, stdoutRegexps: [/Listens on (?<port>\d+)/] })).start()
})
plain('cycle', async () => {
  const { context } = await import('@testrig/core')
  await environment([new App({ name: 'a', binary: 'true', args: [context('b', '{{ pid }}')] }), new App({ name: 'b', binary: 'true', env: { A: context('a', '{{ pid }}') } })], { dependencies: 'inferred' }).start()
})
plain('typo', async () => {
  const { context } = await import('@testrig/core')
  await environment([new App({ name: 'a', binary: 'true' }), new App({ name: 'b', binary: 'true', env: { A: context('a', '{{ pit }}') } })], { dependencies: 'inferred' }).start()
})
plain('option', async () => { new App({ binary: 'true', argz: [] } as never) })
