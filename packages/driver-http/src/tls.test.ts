import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Driver, environment } from '@testrig/core'
import { running } from '@testrig/sockets/testing'
import {
  createTestCertificates,
  type TestCertificates,
  type TLSClientConfig,
  type TLSServerConfig,
} from '@testrig/tls'
import { beforeAll, describe, expect, test } from 'vitest'
import { hasProgram } from '../test/has-program.ts'
import { HTTPClient } from './http-client.ts'
import { HTTPServer, type HTTPServerOptions } from './http-server.ts'

const curl = hasProgram('curl', '--version')

describe('TLS', () => {
  let made: TestCertificates
  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'testrig-http-'))
    made = await createTestCertificates({ directory, names: ['service.test'] })
    return () => rmSync(directory, { recursive: true })
  })

  const serving = (tls: Partial<TLSServerConfig> = {}, more: HTTPServerOptions = {}) =>
    running(
      new HTTPServer({
        name: 'service',
        handler: () => ({ body: 'ok' }),
        tls: { key: made.server.key, cert: made.server.cert, ...tls },
        ...more,
      }),
    )
  const asking = (server: HTTPServer, tls?: TLSClientConfig) =>
    running(new HTTPClient({ name: 'client', baseUrl: server.url, tls }))
  const message = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'nothing failed',
      (error) =>
        error.message.replace(/:\d{4,5}\b/g, ':1234').replace(/; if the root CA.*--use-system-ca/, ''),
    )

  test('a server with a certificate is asked by https, with files or their text', async () => {
    const server = await serving()
    expect(server.url).toBe(`https://127.0.0.1:${server.port}`)
    expect((await (await asking(server, { ca: made.ca })).get('/')).text).toBe('ok')
    const text = readFileSync(made.ca, 'utf8')
    expect((await (await asking(server, { ca: [text] })).get('/')).text).toBe('ok')
    expect((await (await asking(server, { ca: readFileSync(made.ca) })).get('/')).text).toBe('ok')
    expect((await (await asking(server, { rejectUnauthorized: false })).get('/')).text).toBe('ok')
  })

  test('the whole option may be a value of another driver', async () => {
    class Certificates extends Driver {
      readonly server: TLSServerConfig = made.server
      readonly client: TLSClientConfig = { ca: made.ca }
    }
    await using group = await environment()
      .add('certificates', () => new Certificates())
      .add('service', ({ certificates }) => new HTTPServer({ tls: certificates.server, handler: () => ({}) }))
      .add(
        'client',
        ({ certificates, service }) => new HTTPClient({ baseUrl: service.url, tls: certificates.client }),
      )
      .start()
    const { client, service } = group.drivers
    expect(service.url).toContain('https://')
    expect((await client.get('/')).status).toBe(200)
  })

  test('a certificate of an unknown authority is refused by the client', async () => {
    const server = await serving()
    expect(await message((await asking(server)).get('/'))).toMatchInlineSnapshot(
      `"HTTPClient "client": GET https://127.0.0.1:1234/ failed: the certificate of the peer comes from an authority that is not known here: give the one of that authority as \`ca\`."`,
    )
  })

  test('a certificate for another name is refused', async () => {
    const server = await serving()
    const client = await asking(server, { ca: made.ca, servername: 'other.test' })
    expect(await message(client.get('/'))).toMatchInlineSnapshot(
      `"HTTPClient "client": GET https://127.0.0.1:1234/ failed: the certificate of the peer is for other names (Host: other.test. is not in the cert's altnames: DNS:service.test, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1): give one of them as \`servername\`."`,
    )
    const named = await asking(server, { ca: made.ca, servername: 'service.test' })
    expect((await named.get('/')).status).toBe(200)
  })

  test('a server that asks for certificates takes clients that have one, and no others', async () => {
    const server = await serving({ requestCert: true, ca: made.ca })
    const known = await asking(server, made.client)
    expect((await known.get('/')).text).toBe('ok')
    const unknown = await asking(server, { ca: made.ca })
    const error = await unknown.get('/').catch((thrown) => thrown)
    expect(error.code).toBe('HTTP_REQUEST_FAILED')
    expect(error.message).toContain('the peer wants a certificate')
    await expect.poll(() => server.errors().map(({ code }) => code)).toEqual(['HTTP_TLS_FAILED'])
  })

  test('with rejectUnauthorized: false, a server takes clients without a certificate', async () => {
    const server = await serving({ requestCert: true, rejectUnauthorized: false, ca: made.ca })
    expect((await (await asking(server, { ca: made.ca })).get('/')).text).toBe('ok')
  })

  test('a client that does not speak TLS is an error of the server', async () => {
    const server = await serving()
    const client = await running(new HTTPClient({ host: server.host, port: server.port }))
    await expect(client.get('/')).rejects.toMatchObject({ code: 'HTTP_REQUEST_FAILED' })
    await expect.poll(() => server.errors().map(({ code }) => code)).toEqual(['HTTP_TLS_FAILED'])
  })

  test('stop closes connections in the middle of the handshake', async () => {
    const server = await serving()
    const socket = connect(server.port, server.host)
    const closed = once(socket, 'close')
    await expect.poll(() => server.connections).toBe(1)
    await server.stop()
    await closed
  })

  test('certificates that cannot be used fail the start', async () => {
    const start = (tls: TLSServerConfig) => message(new HTTPServer({ name: 'service', tls }).start())
    const { key, cert } = made.server
    expect(await start({ key: '/nowhere/a.key', cert })).toMatchInlineSnapshot(
      `"HTTPServer "service" failed to start (starting): option \`tls.key\` is neither PEM text nor the path of a file that can be read: /nowhere/a.key (no such file)."`,
    )
    const other = made.client.key
    expect(await start({ key: other, cert })).toContain(
      'failed to start (starting): option `tls` cannot be used',
    )
    const broken = join(dirname(key), 'broken.pem')
    writeFileSync(broken, 'not PEM')
    expect(await start({ key, cert: broken })).toContain('option `tls` cannot be used')
    const client = new HTTPClient({ baseUrl: 'https://a', tls: { ca: '/nowhere/ca.pem' } })
    expect(await message(client.start())).toContain('option `tls.ca`')
  })

  test.skipIf(!curl)(
    `curl is answered by https${curl ? '' : ' (skipped: curl is not installed)'}`,
    async () => {
      const server = await serving({ requestCert: true, ca: made.ca })
      const own = ['--cert', made.client.cert, '--key', made.client.key]
      const { stdout } = await promisify(execFile)('curl', ['-sS', '--cacert', made.ca, ...own, server.url])
      expect(stdout).toBe('ok')
    },
  )
})
