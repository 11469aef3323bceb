import { createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { createServer } from 'node:tls'
import { Driver, environment } from '@testrig/core'
import { failure, running } from '@testrig/sockets/testing'
import { createTestCertificates } from '@testrig/tls'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connected, listening } from '../test/connected.ts'
import { TCPClient } from './tcp-client.ts'
import { TCPServer } from './tcp-server.ts'

/** A stop that waited for its time to be over would take longer than a test may. */
const NEVER = 600_000

interface Certificates {
  readonly key: string
  readonly cert: string
  readonly ca: string
}

let pems: Certificates
let client: Certificates

describe('TLS', () => {
  beforeAll(async () => {
    const made = await createTestCertificates({ names: ['localhost', 'example.test'] })
    pems = made.server
    client = made.client
  })

  test.for(['127.0.0.1', 'localhost'])('data goes both ways with a client of %s', async (host) => {
    const { key, cert, ca } = pems
    const { server, client } = await connected({ host, tls: { key, cert } }, { host, tls: { ca } })
    await client.send('ping')
    expect(await server.receiveText({ size: 4 })).toBe('ping')
    await server.send('pong')
    expect(await client.receiveText({ size: 4 })).toBe('pong')
    await client.close()
    await expect(server.receive()).rejects.toMatchObject({ code: 'TCP_CONNECTION_CLOSED' })
  })

  test('10 MB arrive as they were sent', async () => {
    const { key, cert, ca } = pems
    const { server, client } = await connected({ tls: { key, cert } }, { tls: { ca } })
    const data = Buffer.alloc(10_000_000, 'abcdefghijk')
    const sent = client.send(data)
    expect((await server.receive({ size: data.length })).equals(data)).toBe(true)
    await sent
  })

  test('certificates may be buffers, and the key encrypted', async () => {
    const encrypted = createPrivateKey(pems.key).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'secret',
    })
    const tls = { key: Buffer.from(encrypted), cert: Buffer.from(pems.cert), passphrase: 'secret' }
    const { server } = await connected({ tls }, { tls: { ca: [Buffer.from(pems.ca)] } })
    expect(server.connections).toBe(1)
  })

  test('certificates may be context values', async () => {
    class Authority extends Driver {
      readonly pems = pems
    }
    const group = await environment()
      .add('authority', () => new Authority())
      .add(
        'server',
        ({ authority }) => new TCPServer({ tls: { key: authority.pems.key, cert: authority.pems.cert } }),
      )
      .add(
        'client',
        ({ authority, server }) => new TCPClient({ port: server.port, tls: { ca: authority.pems.ca } }),
      )
      .start()
    onTestFinished(() => group.stop())
    expect(await group.drivers.server.acceptConnection()).toBe(0)
  })

  test('a server of an unknown authority is refused, unless rejectUnauthorized is false', async () => {
    const { key, cert } = pems
    const { port } = await running(new TCPServer({ tls: { key, cert } }))
    const error = await failure(new TCPClient({ name: 'client', port, tls: {} }).start())
    expect(error.code).toBe('TCP_CONNECT_FAILED')
    expect(error.message).toMatchInlineSnapshot(
      `"TCPClient "client" cannot connect to 127.0.0.1:PORT: the certificate of the peer comes from an authority that is not known here: give the one of that authority as \`ca\`."`,
    )
    await running(new TCPClient({ port, tls: { rejectUnauthorized: false } }))
  })

  test('a server with a certificate for another name is refused, unless servername is that name', async () => {
    const { key, cert, ca } = pems
    const { port } = await running(new TCPServer({ tls: { key, cert } }))
    const refused = new TCPClient({ name: 'client', port, tls: { ca, servername: 'other.test' } })
    expect((await failure(refused.start())).message).toMatchInlineSnapshot(
      `"TCPClient "client" cannot connect to 127.0.0.1:PORT: the certificate of the peer is for other names (Host: other.test. is not in the cert's altnames: DNS:localhost, DNS:example.test, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1): give one of them as \`servername\`."`,
    )
    await running(new TCPClient({ port, tls: { ca, servername: 'example.test' } }))
  })

  test('the server is told the name of the host, unless that is an address', async () => {
    const { key, cert, ca } = pems
    const names: string[] = []
    const SNICallback = (name: string, done: (error: null) => void) => {
      names.push(name)
      done(null)
    }
    const server = createServer({ key, cert, SNICallback }, (socket) => socket.end()).listen(0)
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await running(new TCPClient({ host: 'localhost', port, tls: { ca } }))
    await running(new TCPClient({ host: '127.0.0.1', port, tls: { ca } }))
    await running(new TCPClient({ port, tls: { ca, servername: 'example.test' } }))
    expect(names).toEqual(['localhost', 'example.test'])
  })

  test('requestCert accepts clients with a certificate and refuses those without', async () => {
    const { key, cert, ca } = pems
    const server = await running(new TCPServer({ name: 'server', tls: { key, cert, ca, requestCert: true } }))
    const { port } = server
    const anonymous = await running(new TCPClient({ port, tls: { ca } }))
    await expect(anonymous.receive()).rejects.toMatchObject({ code: 'TCP_CONNECTION_CLOSED' })
    const error = await failure(server.acceptConnection({ timeout: 20 }))
    expect(error.message).toMatchInlineSnapshot(
      `"TCPServer "server": no client connected to 127.0.0.1:PORT within 20 ms (0 accepted before). The last TLS handshake failed: the peer sent no certificate. Let the client connect there, or raise \`timeout\`."`,
    )
    await running(new TCPClient({ port, tls: client }))
    expect(await server.acceptConnection()).toBe(0)
  })

  test('stop does not wait for a handshake', async () => {
    const { key, cert } = pems
    const server = await running(new TCPServer({ tls: { key, cert }, stopTimeout: NEVER }))
    const mute = connect(server.port, server.host)
    onTestFinished(() => void mute.destroy())
    await once(mute, 'connect')
    await server.stop()
  })

  test('a key that is not the one of the certificate fails the start', async () => {
    const { cert } = pems
    const { key } = client
    const error = await failure(new TCPServer({ name: 'server', tls: { key, cert } }).start())
    expect(error.code).toBe('TLS_INVALID')
    expect(error.message).toMatchInlineSnapshot(
      `"TCPServer "server": option \`tls\` cannot be used: key values mismatch. Check that \`key\`, \`cert\` and \`ca\` are PEM, and that the key is the one of the certificate."`,
    )
  })
})

test('a server without TLS ends the start of a client with TLS in its connectTimeout', async () => {
  const { port } = await listening()
  const client = new TCPClient({ name: 'client', port, tls: {}, connectTimeout: 50 })
  expect((await failure(client.start())).message).toMatchInlineSnapshot(
    `"TCPClient "client" did not connect to 127.0.0.1:PORT within its connectTimeout of 50 ms. Check that the server is up and reachable, and speaks TLS, or raise \`connectTimeout\`."`,
  )
})

test('text that is no PEM is refused when the client starts', async () => {
  const { port } = await listening()
  const error = await failure(
    new TCPClient({ name: 'client', port, tls: { ca: 'none', key: 'x', cert: 'y' } }).start(),
  )
  expect(error.code).toBe('TLS_INVALID')
})
