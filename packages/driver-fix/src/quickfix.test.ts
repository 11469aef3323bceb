import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, running } from '@testrig/sockets/testing'
import { createTestCertificates, type TestCertificates } from '@testrig/tls'
import { beforeAll, describe, expect, test } from 'vitest'
import { compilePeer, noQuickFix, PEER, type PeerView, quickFixPeer } from '../test/quickfix.ts'
import type { ConnectionName } from './connection-name.ts'
import { FixClient } from './fix-client.ts'
import { FixServer } from './fix-server.ts'
import type { FixVersion } from './identity.ts'

const SESSIONS: readonly { readonly version: FixVersion; readonly us: string }[] = [
  { version: 'FIX.4.2', us: 'US-42' },
  { version: 'FIX.4.4', us: 'US-44' },
  { version: 'FIXT.1.1', us: 'US-11' },
]

const order = { 35: 'D', 55: 'EURUSD', 54: 1, 38: 100, 40: 1 }

const TRANSPORTS = [
  { over: 'TCP', clientTLS: undefined, serverTLS: undefined, certificates: undefined },
  {
    over: 'TLS with certificates of both sides',
    clientTLS: () => certificates.client,
    serverTLS: () => ({ ...certificates.server, requestCert: true }),
    certificates: () => certificates,
  },
]

let certificates: TestCertificates

describe.skipIf(noQuickFix !== undefined)(`QuickFIX${noQuickFix ?? ''}`, () => {
  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'testrig-fix-'))
    const [made] = await Promise.all([createTestCertificates({ directory }), compilePeer()])
    certificates = made
    return () => rmSync(directory, { recursive: true })
  }, 60_000)

  describe.for(TRANSPORTS)('over $over', (transport) => {
    test('three clients, of FIX.4.2, FIX.4.4 and FIXT.1.1, on one acceptor', async () => {
      const port = await freePort()
      const tlsConfig = transport.clientTLS?.()
      const peer = await quickFixPeer({
        role: 'acceptor',
        port,
        sessions: SESSIONS,
        certificates: transport.certificates?.(),
      })
      const conversations = SESSIONS.map(async ({ version, us }) => {
        const view = peer.session(version, us)
        const names = { version, sender: us, target: PEER }
        const client = await running(
          new FixClient({ name: us, port, ...names, heartbeatInterval: 1_000, tlsConfig }),
        )
        await view.sees('logon')
        await converse(view, clientSide(client))
        await client.logoff()
        await view.sees('logout')
        expect(client.errors()).toEqual([])
      })
      await Promise.all(conversations)
    })

    test('three initiators, of FIX.4.2, FIX.4.4 and FIXT.1.1, on one server', async () => {
      const server = await running(new FixServer({ name: 'server', tlsConfig: transport.serverTLS?.() }))
      const peer = await quickFixPeer({
        role: 'initiator',
        port: server.port,
        sessions: SESSIONS,
        settings: { HeartBtInt: '1', ReconnectInterval: '60' },
        certificates: transport.certificates?.(),
      })
      const conversations = SESSIONS.map(async ({ version, us }) => {
        const view = peer.session(version, us)
        const connection = await server.waitForConnection({ connection: [us, PEER] })
        await view.sees('logon')
        await converse(view, serverSide(server, connection))
        view.tell('logout')
        await expect(server.receive({ connection })).rejects.toThrow('the peer logged off')
        await view.sees('logout')
      })
      await Promise.all(conversations)
      expect(server.errors()).toEqual([])
      expect(server.activeConnections).toEqual([])
    })
  })

  test('what an acceptor sends while nobody is there arrives after the next Logon, when numbers are kept', async () => {
    const port = await freePort()
    const sessions = [{ version: 'FIX.4.4', us: 'US-44' }]
    const peer = await quickFixPeer({ role: 'acceptor', port, sessions, settings: { ResetOnLogon: 'N' } })
    const view = peer.session('FIX.4.4', 'US-44')
    const names = { version: 'FIX.4.4', sender: 'US-44', target: PEER } as const
    const client = await running(new FixClient({ name: 'client', port, ...names, resetOnLogon: false }))
    for (const id of ['a', 'b']) {
      await view.sees('logon')
      await client.send({ ...order, 11: id })
      expect((await client.receive()).get(11)).toBe(id)
      await client.disconnect()
      await view.sees('logout')
      for (const missed of ['1', '2', '3']) view.tell('send', `35=8|37=${id}${missed}|39=0`)
      await view.sees('sent', `37=${id}3`)
      await client.logon()
      for (const missed of ['1', '2', '3']) {
        const message = await client.receive()
        expect([message.get(37), message.get(43)]).toEqual([`${id}${missed}`, 'Y'])
      }
    }
    expect(client.errors()).toEqual([])
  })

  test('an initiator is told why its Logon is refused', async () => {
    const server = await running(new FixServer({ name: 'server', authenticate: () => 'not you' }))
    const sessions = SESSIONS.slice(0, 1)
    const peer = await quickFixPeer({ role: 'initiator', port: server.port, sessions })
    expect(await peer.session('FIX.4.2', 'US-42').sees('in')).toContain('|58=not you|')
  })
})

/** One of our ends of a session. */
interface Side {
  send(clOrdID: string): Promise<unknown>
  /** The value of a tag of the next message of the application. */
  next(tag: number): Promise<string | undefined>
  heartbeat(): Promise<unknown>
  /** Leaves out so many numbers. */
  skip(count: number): void
  /** Has the peer answer. */
  test(): Promise<void>
}

function clientSide(client: FixClient): Side {
  return {
    send: (clOrdID) => client.send({ ...order, 11: clOrdID }),
    next: async (tag) => (await client.receive()).get(tag),
    heartbeat: () => client.expect({ 35: '0' }),
    skip: (count) => client.setSequenceNumbers({ outgoing: client.sequenceNumbers.outgoing + count }),
    test: () => client.testRequest(),
  }
}

function serverSide(server: FixServer, connection: ConnectionName): Side {
  return {
    send: (clOrdID) => server.send({ ...order, 11: clOrdID }, { connection }),
    next: async (tag) => (await server.receive({ connection })).get(tag),
    heartbeat: () => server.expect({ 35: '0' }, { connection }),
    skip: (count) => {
      const { outgoing } = server.sequenceNumbers({ connection })
      server.setSequenceNumbers({ connection, outgoing: outgoing + count })
    },
    test: () => server.testRequest({ connection }),
  }
}

/** All that two sides do between Logon and Logout. */
async function converse(peer: PeerView, side: Side): Promise<void> {
  await side.send('first')
  await peer.sees('app', '35=D')
  expect(await side.next(11)).toBe('first')
  peer.tell('send', '35=8|37=from the peer|39=0|58=quiet')
  expect(await side.next(37)).toBe('from the peer')

  peer.tell('next-out', '10')
  peer.tell('send', '35=8|37=behind a gap|39=1')
  expect(await side.next(37)).toBe('behind a gap')
  expect(await peer.sees('in', '35=2')).toContain('|16=9|')
  side.skip(5)
  await side.send('second')
  await peer.sees('out', '35=2')
  expect(await side.next(11)).toBe('second')

  for (let count = 0; count < 3; count += 1) await side.heartbeat()
  for (let count = 0; count < 3; count += 1) await peer.sees('in', '35=0')
  await side.test()
}
