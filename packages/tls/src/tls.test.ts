import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer as createPlainServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConnectionOptions, connect, createServer, type TlsOptions } from 'node:tls'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { loadTLS } from './options.ts'
import { createTestCertificates, type TestCertificates } from './test-certificates.ts'
import { tlsProblem } from './tls-problem.ts'

let known: TestCertificates
let stranger: TestCertificates
let expired: TestCertificates
let future: TestCertificates

beforeAll(async () => {
  const day = 24 * 60 * 60 * 1_000
  const at = (days: number) => new Date(Date.now() + days * day)
  known = await createTestCertificates()
  stranger = await createTestCertificates()
  expired = await createTestCertificates({ notBefore: at(-2), notAfter: at(-1) })
  future = await createTestCertificates({ notBefore: at(1), notAfter: at(2) })
})

describe('loadTLS', () => {
  test('gives texts, bytes and files as bytes', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'testrig-tls-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const files = await createTestCertificates({ directory })
    const { key, cert, ca } = known.server
    const { options } = await loadTLS('Driver', 'tls', { key: Buffer.from(key), cert, ca: [ca, files.ca] })
    expect(options).toEqual({
      secureContext: expect.anything(),
      key: Buffer.from(key),
      cert: Buffer.from(cert),
      ca: [Buffer.from(ca), expect.any(Buffer)],
    })
    const others = { servername: 'x.test', rejectUnauthorized: false }
    const loaded = await loadTLS('Driver', 'tls', { ...files.client, ...others })
    expect(loaded.options).toMatchObject(others)
    expect(Object.keys(loaded.options).sort().slice(0, 3)).toEqual(['ca', 'cert', 'key'])
    expect(Object.keys((await loadTLS('Driver', 'tls', {})).options)).toEqual(['secureContext'])
  })

  test.for([
    {
      what: 'a file that is missing',
      config: () => ({ ...known.server, cert: '/nowhere/cert.pem' }),
      message:
        'Driver: option `tls.cert` is neither PEM text nor the path of a file that can be read: /nowhere/cert.pem (no such file).',
    },
    {
      what: 'a key of another certificate',
      config: () => ({ ...known.server, key: stranger.server.key }),
      message:
        'Driver: option `tls` cannot be used: key values mismatch. Check that `key`, `cert` and `ca` are PEM, and that the key is the one of the certificate.',
    },
    {
      what: 'a certificate without its key',
      config: () => ({ ca: known.ca, cert: known.client.cert }),
      message:
        'Driver: option `tls` has a `cert` without a `key`, and neither is of use by itself. Give both; where one file has both, name it twice.',
    },
    {
      what: 'a key without its certificate',
      config: () => ({ key: known.client.key }),
      message: expect.stringContaining('has a `key` without a `cert`'),
    },
    {
      what: 'bytes that are no PEM',
      config: () => ({ ...known.server, key: Buffer.from('none') }),
      message: expect.stringMatching(/^Driver: option `tls` cannot be used: /),
    },
  ])('refuses $what', async ({ config, message }) => {
    await expect(loadTLS('Driver', 'tls', config())).rejects.toMatchObject({ code: 'TLS_INVALID', message })
  })
})

interface Outcome {
  readonly client: string | undefined
  readonly server: string | undefined
}

/** What both sides say of a handshake. */
async function handshake(server: TlsOptions, client: ConnectionOptions): Promise<Outcome> {
  const refused = Promise.withResolvers<string | undefined>()
  const listener = createServer(server, (socket) => socket.on('error', () => {}).end('welcome'))
  listener.on('tlsClientError', (error, socket) => refused.resolve(tlsProblem(error, socket)))
  const outcome = await problemOfClient(listener, client)
  return { client: outcome, server: outcome === 'welcome' ? undefined : await refused.promise }
}

async function problemOfClient(listener: Server, client: ConnectionOptions): Promise<string | undefined> {
  listener.listen(0, '127.0.0.1')
  onTestFinished(() => void listener.close())
  await once(listener, 'listening')
  const socket = connect({ port: (listener.address() as AddressInfo).port, host: '127.0.0.1', ...client })
  onTestFinished(() => void socket.destroy())
  return new Promise((resolve) => {
    socket.once('data', (data) => resolve(data.toString()))
    socket.once('error', (error) => resolve(tlsProblem(error)))
    socket.once('close', () => resolve('closed'))
  })
}

describe('tlsProblem', () => {
  test('is not asked when both sides have what they need', async () => {
    expect(await handshake({ ...known.server, requestCert: true }, known.client)).toEqual({
      client: 'welcome',
    })
  })

  test('a server whose certificate is not good', async () => {
    const { ca } = known
    expect((await handshake(stranger.server, { ca })).client).toMatchInlineSnapshot(
      `"the certificate of the peer comes from an authority that is not known here: give the one of that authority as \`ca\`"`,
    )
    expect((await handshake(expired.server, { ca: expired.ca })).client).toMatchInlineSnapshot(
      `"the certificate of the peer has expired"`,
    )
    expect((await handshake(future.server, { ca: future.ca })).client).toMatchInlineSnapshot(
      `"the certificate of the peer is not valid yet"`,
    )
    expect((await handshake(known.server, { ca, servername: 'other.test' })).client).toMatchInlineSnapshot(
      `"the certificate of the peer is for other names (Host: other.test. is not in the cert's altnames: DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1): give one of them as \`servername\`"`,
    )
    expect((await handshake(known.client, { ca })).client).toMatchInlineSnapshot(
      `"the certificate of the peer is for another purpose"`,
    )
  })

  test('a client that does not know the authority, and hangs up', async () => {
    expect((await handshake(stranger.server, { ca: known.ca })).server).toMatchInlineSnapshot(
      `"the peer hung up during the TLS handshake: it may not accept the certificate of this side, or not speak TLS"`,
    )
  })

  test.for(['TLSv1.2', 'TLSv1.3'] as const)(
    'a client whose certificate is not good, with %s',
    async (version) => {
      const server = {
        ...known.server,
        ca: [known.ca, expired.ca, future.ca],
        requestCert: true,
        maxVersion: version,
      }
      const client = (certificates: TestCertificates) => ({ ...certificates.client, ca: known.ca })
      const outcomes = {
        none: await handshake(server, { ca: known.ca }),
        stranger: await handshake(server, client(stranger)),
        expired: await handshake(server, client(expired)),
        future: await handshake(server, client(future)),
      }
      const ofServer = Object.fromEntries(
        Object.entries(outcomes).map(([name, outcome]) => [name, outcome.server]),
      )
      expect(ofServer).toMatchInlineSnapshot(`
      {
        "expired": "the certificate of the peer has expired",
        "future": "the certificate of the peer is not valid yet",
        "none": "the peer sent no certificate",
        "stranger": "the certificate of the peer comes from an authority that is not known here: give the one of that authority as \`ca\`",
      }
    `)
      expect(outcomes.none.client).toMatch(/wants? a certificate/)
    },
  )

  test('a peer that does not speak TLS', async () => {
    const plain = createPlainServer((socket) => socket.on('error', () => {}).end('220 welcome\r\n'))
    expect(await problemOfClient(plain, {})).toBe('the peer does not speak TLS')
  })

  test('versions of TLS that differ', async () => {
    const outcome = await handshake(
      { ...known.server, minVersion: 'TLSv1.3' },
      { ca: known.ca, maxVersion: 'TLSv1.2' },
    )
    expect(outcome.client).toBe('the two sides have no version of TLS in common')
  })

  test('an error that is not of TLS has none', () => {
    expect(
      tlsProblem(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })),
    ).toBeUndefined()
  })
})
