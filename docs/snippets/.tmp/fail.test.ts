import { createServer } from 'node:http'
import { environment } from '@testrig/core'
import { App, tcp } from '@testrig/driver-app'
import { HTTPClient, HTTPServer } from '@testrig/driver-http'
import { fixtures } from '@testrig/vitest'
import { describe, expect } from 'vitest'
const program = `${import.meta.dirname}/../server.js`
const blocker = createServer().listen(18080, '127.0.0.1')
const env = environment()
  .add('service', () => new HTTPServer())
  .add('app', () => new App({ binary: process.execPath, args: [program, '--port', 18080], stdoutRegexps: [/Listening on (?<host>\S+):(?<port>\d+)/] }))
  .add('client', ({ app }) => new HTTPClient({ host: app.extracts.host, port: app.extracts.port }))
const test = fixtures(env)
test('a request is answered', async ({ client }) => { await client.get('/') })
test('the service works', async ({ service }) => { expect(service.port).toBeGreaterThan(0) })
