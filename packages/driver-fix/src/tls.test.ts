import { once } from 'node:events'
import { type AddressInfo, connect as connectPlain, createServer as createPlain } from 'node:net'
import { connect, createServer } from 'node:tls'
import { running } from '@testrig/sockets/testing'
import { createTestCertificates, type TestCertificates } from '@testrig/tls'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { clientOf, failure, loggedOn, stable } from '../test/logged-on.ts'
import { RawPeer } from '../test/raw-peer.ts'
import { FixServer } from './fix-server.ts'

let known: TestCertificates
let stranger: TestCertificates
let expired: TestCertificates

beforeAll(async () => {
  const day = 24 * 60 * 60 * 1_000
  known = await createTestCertificates()
  stranger = await createTestCertificates()
  expired = await createTestCertificates({
    notBefore: new Date(Date.now() - 2 * day),
    notAfter: new Date(Date.now() - day),
  })
})

/** The client's options with a certificate of others, while it knows the server. */
const presenting = ({ client: { key, cert } }: TestCertificates) => ({ key, cert, ca: known.ca })

test('messages go both ways, with certificates of both sides', async () => {
  const tlsConfig = { ...known.server, requestCert: true }
  const { server, client } = await loggedOn({ tlsConfig }, { tlsConfig: known.client })
  await client.send({ 35: 'D', 11: '1', 58: 'x'.repeat(100_000) })
  const order = await server.receive()
  await server.send({ 35: '8', 11: order.get(11), 58: order.get(58) })
  expect((await client.receive()).get(58)).toHaveLength(100_000)
  await client.logoff()
  expect([...client.errors(), ...server.errors()]).toEqual([])
})

describe('a server that demands certificates refuses, with the reason,', () => {
  test.for([
    { what: 'a client without one', offer: () => ({ ca: known.ca }), reason: 'the peer sent no certificate' },
    {
      what: 'a client with one of another authority',
      offer: () => presenting(stranger),
      reason: 'the certificate of the peer comes from an authority that is not known here',
    },
    {
      what: 'a client whose has expired',
      offer: () => presenting(expired),
      reason: 'the certificate of the peer has expired',
    },
  ])('$what', async ({ offer, reason }) => {
    const tlsConfig = { ...known.server, ca: [known.ca, expired.ca], requestCert: true }
    const server = await running(new FixServer({ name: 'server', tlsConfig }))
    // Once with our own client, once with that of Node.js.
    const error = await failure(clientOf(server, { tlsConfig: offer() }).start())
    expect(error.code).toMatch(/^FIX_(LOGON_REFUSED|CONNECT_FAILED)$/)
    expect(server.errors()).toMatchObject([
      { code: 'FIX_TLS_FAILED', message: expect.stringContaining(reason) },
    ])

    server.flush()
    const closed = Promise.withResolvers<void>()
    connect({ port: server.port, host: '127.0.0.1', ...offer() })
      .on('error', () => {})
      .on('close', closed.resolve)
    await closed.promise
    await expect.poll(() => server.errors()).toMatchObject([{ message: expect.stringContaining(reason) }])

    expect(server.activeConnections).toEqual([])
    await running(clientOf(server, { tlsConfig: known.client }))
    expect(server.activeConnections).toHaveLength(1)
  })
})

describe('a client says why', () => {
  test('a server of Node.js wants a certificate', async () => {
    const port = await tlsServer({ ...known.server, requestCert: true })
    const error = await failure(clientOf({ port }, { tlsConfig: { ca: known.ca } }).start())
    expect([error.code, error.message]).toMatchInlineSnapshot(`
      [
        "FIX_LOGON_REFUSED",
        "FixClient "client" could not log on: the peer wants a certificate: give \`cert\` and \`key\`.",
      ]
    `)
  })

  test('a server of Node.js does not accept its certificate', async () => {
    const port = await tlsServer({ ...known.server, requestCert: true })
    const error = await failure(clientOf({ port }, { tlsConfig: presenting(stranger) }).start())
    expect([error.code, error.message]).toMatchInlineSnapshot(`
      [
        "FIX_LOGON_REFUSED",
        "FixClient "client" could not log on: the peer closed the connection. A server may do that when it does not know \`sender\`, \`target\` or \`version\`, or does not accept the certificate.",
      ]
    `)
  })

  test.for([
    { what: 'of an unknown authority', server: () => stranger.server, client: {} },
    { what: 'that has expired', server: () => expired.server, client: {} },
    { what: 'for another name', server: () => known.server, client: { servername: 'other.test' } },
  ])('it refuses a certificate $what', async ({ server, client }) => {
    const port = await tlsServer(server())
    const tlsConfig = { ca: [known.ca, expired.ca], ...client }
    const error = await failure(clientOf({ port }, { tlsConfig }).start())
    expect(error.code).toBe('FIX_CONNECT_FAILED')
    expect(error.message).toMatch(
      /cannot connect to 127.0.0.1:PORT: the certificate of the peer (comes from an authority|has expired|is for other names)/,
    )
  })

  test('a server answers nothing', async () => {
    const silent = createPlain().listen(0, '127.0.0.1')
    onTestFinished(() => void silent.close())
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const error = await failure(clientOf({ port }, { tlsConfig: {}, connectTimeout: 50 }).start())
    expect(error.message).toMatchInlineSnapshot(
      `"FixClient "client" did not connect to 127.0.0.1:PORT within its connectTimeout of 50 ms. Check that the server is up and reachable, and speaks TLS, or raise \`connectTimeout\`."`,
    )
  })

  test('a server does not speak TLS', async () => {
    const server = await running(new FixServer({ name: 'server', logonTimeout: 100 }))
    const error = await failure(clientOf(server, { tlsConfig: {}, connectTimeout: 2_000 }).start())
    expect(error.message).toMatchInlineSnapshot(
      `"FixClient "client" cannot connect to 127.0.0.1:PORT: the peer hung up during the TLS handshake: it may not accept the certificate of this side, or not speak TLS."`,
    )
  })
})

test('rejectUnauthorized: false accepts any certificate, on either side', async () => {
  const tlsConfig = { ...known.server, requestCert: true, rejectUnauthorized: false }
  const server = await running(new FixServer({ name: 'server', tlsConfig }))
  await running(clientOf(server, { tlsConfig: { rejectUnauthorized: false } }))
  expect(server.activeConnections).toHaveLength(1)
})

test('a client that does not speak TLS is refused', async () => {
  const server = await running(new FixServer({ name: 'server', tlsConfig: known.server }))
  const error = await failure(clientOf(server).start())
  expect(error.code).toBe('FIX_LOGON_REFUSED')
  expect(stable(server.errors()[0]?.message ?? '').replace(/1:PORT/, 'PEER')).toContain(
    'the peer does not speak TLS',
  )
})

test('a connection that never agrees on TLS does not hold up the stop', async () => {
  const tlsConfig = known.server
  const server = await new FixServer({ name: 'server', tlsConfig, logonTimeout: 600_000 }).start()
  const mute = connectPlain(server.port, '127.0.0.1')
  onTestFinished(() => void mute.destroy())
  await once(mute, 'connect')
  await server.stop()
})

test('a peer over TLS is answered as one without', async () => {
  const server = await running(
    new FixServer({ name: 'server', tlsConfig: known.server, logoffAtStop: false }),
  )
  const socket = connect({ port: server.port, host: '127.0.0.1', ca: known.ca })
  await once(socket, 'secureConnect')
  const peer = new RawPeer(socket)
  expect(await peer.logon()).toBe('35=A|34=1|98=0|108=0')
  peer.send('35=5|34=2')
  expect(await peer.next()).toBe('35=5|34=2')
  expect(await peer.next()).toBe('end')
})

test('a key that is not the one of the certificate fails the start', async () => {
  const tlsConfig = { ...known.server, key: stranger.server.key }
  const error = await failure(new FixServer({ name: 'server', tlsConfig }).start())
  expect([error.code, error.message]).toMatchInlineSnapshot(`
    [
      "TLS_INVALID",
      "FixServer "server": option \`tlsConfig\` cannot be used: key values mismatch. Check that \`key\`, \`cert\` and \`ca\` are PEM, and that the key is the one of the certificate.",
    ]
  `)
})

/** A server of Node.js that does nothing with its connections. */
async function tlsServer(options: object): Promise<number> {
  const server = createServer(options, (socket) => socket.on('error', () => {}).resume()).listen(
    0,
    '127.0.0.1',
  )
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
