import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Certificates, hasProgram, makeCertificates } from '../test/certificates.ts'
import { running } from '../test/running.ts'
import { HTTPClient } from './http-client.ts'
import { HTTPServer, type HTTPServerOptions } from './http-server.ts'
import type { ClientTLSOptions, ServerTLSOptions } from './tls-options.ts'

const openssl = hasProgram('openssl', 'version')
const curl = hasProgram('curl', '--version')

describe.skipIf(!openssl)(`TLS${openssl ? '' : ' (skipped: openssl is not installed)'}`, () => {
  let made: Certificates
  beforeAll(async () => {
    made = await makeCertificates()
  })
  afterAll(() => made.remove())

  const serving = (tls: Partial<ServerTLSOptions> = {}, more: HTTPServerOptions = {}) =>
    running(
      new HTTPServer({
        name: 'service',
        handler: () => ({ body: 'ok' }),
        tls: { ...made.server, ...tls },
        ...more,
      }),
    )
  const asking = (server: HTTPServer, tls?: ClientTLSOptions) =>
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

  test('a certificate of an unknown authority is refused by the client', async () => {
    const server = await serving()
    expect(await message((await asking(server)).get('/'))).toMatchInlineSnapshot(
      `"HTTPClient "client": GET https://127.0.0.1:1234/ failed: unable to verify the first certificate. Give the certificate authority as \`tls.ca\`, or set \`tls.rejectUnauthorized: false\`."`,
    )
  })

  test('a certificate for another name is refused', async () => {
    const server = await serving()
    const client = await asking(server, { ca: made.ca, servername: 'other.test' })
    expect(await message(client.get('/'))).toMatchInlineSnapshot(
      `"HTTPClient "client": GET https://127.0.0.1:1234/ failed: Hostname/IP does not match certificate's altnames: Host: other.test. is not in the cert's altnames: IP Address:127.0.0.1, DNS:service.test. Set \`tls.servername\` to a name that is in the certificate."`,
    )
    const named = await asking(server, { ca: made.ca, servername: 'service.test' })
    expect((await named.get('/')).status).toBe(200)
  })

  test('a server that asks for certificates takes clients that have one, and no others', async () => {
    const server = await serving({ requestCert: true, ca: made.ca })
    const known = await asking(server, { ca: made.ca, ...made.client })
    expect((await known.get('/')).text).toBe('ok')
    const unknown = await asking(server, { ca: made.ca })
    const error = await unknown.get('/').catch((thrown) => thrown)
    expect(error.code).toBe('HTTP_REQUEST_FAILED')
    expect(error.message).toContain('does the server want a client certificate')
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
    const start = (tls: ServerTLSOptions) => message(new HTTPServer({ name: 'service', tls }).start())
    const { key, cert } = made.server
    expect(await start({ key: '/nowhere/a.key', cert })).toMatchInlineSnapshot(
      `"HTTPServer "service" failed to start (starting): option \`tls.key\`: '/nowhere/a.key' is neither PEM text nor the path of a file that can be read: ENOENT: no such file or directory, open '/nowhere/a.key'."`,
    )
    const other = made.client.key
    expect(await start({ key: other, cert })).toContain(
      'failed to start (starting): option `tls` is not usable',
    )
    const broken = join(dirname(key), 'broken.pem')
    writeFileSync(broken, 'not PEM')
    expect(await start({ key, cert: broken })).toContain('option `tls` is not usable')
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
