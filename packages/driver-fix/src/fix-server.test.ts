import { once } from 'node:events'
import { connect } from 'node:net'
import { running } from '@testrig/sockets/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { clientOf, failure, loggedOn } from '../test/logged-on.ts'
import { frame, RawPeer } from '../test/raw-peer.ts'
import { FixServer } from './fix-server.ts'

const MEGABYTE = 1024 * 1024

describe('connections', () => {
  test('several are told apart by their names', async () => {
    const server = await running(new FixServer({ name: 'server' }))
    const [a, b, c] = await Promise.all(
      ['A', 'B', 'C'].map((sender, index) =>
        running(clientOf(server, { sender, version: (['FIX.4.2', 'FIX.4.4', 'FIXT.1.1'] as const)[index] })),
      ),
    )
    expect(server.activeConnections.toSorted()).toEqual([
      ['SERVER', 'A'],
      ['SERVER', 'B'],
      ['SERVER', 'C'],
    ])
    await Promise.all([a, b, c].map((client) => client?.send({ 35: 'D', 11: client.sender })))
    for (const sender of ['C', 'A', 'B']) {
      const order = await server.receive({ connection: ['SERVER', sender] })
      expect(order.get(11)).toBe(sender)
      await server.send({ 35: '8', 11: order.get(11) }, { connection: ['SERVER', sender] })
    }
    for (const client of [a, b, c]) expect((await client?.receive())?.get(11)).toBe(client?.sender)
  })

  test('without a name the only active one is meant', async () => {
    const server = await running(new FixServer({ name: 'server' }))
    expect((await failure(server.receive())).message).toMatchInlineSnapshot(
      `"FixServer "server": without \`connection\`, exactly one connection must be active, but 0 are. Name one, or await waitForConnection() first."`,
    )
    const first = await running(clientOf(server))
    await running(clientOf(server, { sender: 'OTHER' }))
    expect((await failure(server.send({ 35: '8' }))).message).toMatchInlineSnapshot(
      `"FixServer "server": without \`connection\`, exactly one connection must be active, but 2 are ([ 'SERVER', 'CLIENT' ], [ 'SERVER', 'OTHER' ]). Name one, or await waitForConnection() first."`,
    )
    await first.logoff()
    expect(server.isConnectionActive(['SERVER', 'CLIENT'])).toBe(false)
    expect(server.isConnectionActive(['SERVER', 'OTHER'])).toBe(true)
    await server.send({ 35: '8', 37: '1' })
    expect(
      (await failure(server.send({ 35: '8' }, { connection: ['SERVER', 'CLIENT'] }))).message,
    ).toMatchInlineSnapshot(
      `"FixServer "server": connection SERVER ↔ CLIENT is not active: the peer logged off. Await waitForConnection() first, or have the client log on."`,
    )
    expect(
      (await failure(server.send({ 35: '8' }, { connection: ['SERVER', 'NOBODY'] }))).message,
    ).toMatchInlineSnapshot(
      `"FixServer "server": no connection [ 'SERVER', 'NOBODY' ] has logged on; these have: [ 'SERVER', 'CLIENT' ], [ 'SERVER', 'OTHER' ]."`,
    )
  })

  test('waitForConnection() waits for any client, or for one', async () => {
    const server = await running(new FixServer({ name: 'server' }))
    const any = server.waitForConnection()
    const other = server.waitForConnection({ connection: ['SERVER', 'OTHER'] })
    await running(clientOf(server))
    expect(await any).toEqual(['SERVER', 'CLIENT'])
    await running(clientOf(server, { sender: 'OTHER' }))
    expect(await other).toEqual(['SERVER', 'OTHER'])
    expect(await server.waitForConnection()).toEqual(['SERVER', 'CLIENT'])
    const never = server.waitForConnection({ connection: ['SERVER', 'NOBODY'], timeout: 20 })
    expect((await failure(never)).message).toMatchInlineSnapshot(
      `"FixServer "server": no client logged on at 127.0.0.1:PORT within 20 ms. Let the client log on, or raise \`timeout\`."`,
    )
  })

  test('waitForConnection() ends when the driver stops', async () => {
    const server = await new FixServer({ name: 'server' }).start()
    const waiting = failure(server.waitForConnection())
    await server.stop()
    expect((await waiting).message).toMatchInlineSnapshot(
      `"FixServer "server": the driver was stopped while waitForConnection() waited. Await the call before stopping."`,
    )
  })

  test('what arrived before the end can be received by name, and after a new logon', async () => {
    const { server, client } = await loggedOn()
    await client.send({ 35: 'D', 11: '1' })
    await client.send({ 35: 'D', 11: '2' })
    await client.logoff()
    expect((await server.receive({ connection: ['SERVER', 'CLIENT'] })).get(11)).toBe('1')
    await client.logon()
    expect((await server.receive()).get(11)).toBe('2')
  })

  test('stop logs all clients off, with those that do not answer too', async () => {
    const server = new FixServer({ name: 'server', logoffTimeout: 50 })
    onTestFinished(() => server.stop())
    await server.start()
    const client = await running(clientOf(server))
    const mute = await RawPeer.connect(server, { from: 'MUTE' })
    await mute.logon()
    await server.stop()
    expect(await mute.next()).toBe('35=5|34=2')
    expect(await mute.next()).toBe('end')
    expect(client.loggedOn).toBe(false)
    expect((await failure(client.receive())).message).toContain('the peer logged off')
  })
})

test('a client that comes back while the server stops is not let in', async () => {
  const server = await new FixServer({ name: 'server' }).start()
  const mute = await RawPeer.connect(server, { from: 'MUTE' })
  await mute.logon()
  const client = await running(clientOf(server))
  const stopped = server.stop()
  await expect.poll(() => client.connected).toBe(false)
  const error = await failure(client.logon())
  expect(error.code).toMatch(/^FIX_(LOGON_REFUSED|CONNECT_FAILED)$/)
  mute.send('35=5|34=2')
  await stopped
})

describe('a Logon that is not accepted', () => {
  test.for([
    {
      what: 'another version',
      names: { version: 'FIX.4.2' },
      logon: '34=1|98=0|108=30',
      answer: 'BeginString (8) is FIX.4.2, not FIX.4.4',
    },
    {
      what: 'another name of the server',
      names: { to: 'OTHER' },
      logon: '34=1|98=0|108=30',
      answer: 'TargetCompID (56) is OTHER, not SERVER',
    },
    { what: 'encryption', names: {}, logon: '34=1|98=2|108=30', answer: 'EncryptMethod (98) is 2, not 0' },
    { what: 'no heartbeat interval', names: {}, logon: '34=1|98=0', answer: 'HeartBtInt (108) is missing' },
    { what: 'authenticate', names: { from: 'BANNED' }, logon: '34=1|98=0|108=30', answer: 'banned' },
    {
      what: 'authenticate that throws',
      names: { from: 'BROKEN' },
      logon: '34=1|98=0|108=30',
      answer: '`authenticate` threw Error: broken',
    },
    {
      what: 'no SendingTime',
      names: {},
      logon: '34=1|98=0|108=30|52=none',
      answer: 'its Logon is wrong: Required tag missing (52)',
    },
  ])('for $what is answered with a Logout that says so', async ({ names, logon, answer }) => {
    const server = await running(
      new FixServer({
        name: 'server',
        version: 'FIX.4.4',
        sender: 'SERVER',
        authenticate: (message) => {
          if (message.get(49) === 'BROKEN') throw new Error('broken')
          return message.get(49) === 'BANNED' ? 'banned' : undefined
        },
      }),
    )
    const peer = await RawPeer.connect(server, names)
    expect(await peer.logon(logon)).toBe(`35=5|34=1|58=${answer}`)
    expect(await peer.next()).toBe('end')
    expect(server.errors()).toMatchObject([
      { code: 'FIX_LOGON_REFUSED', message: expect.stringContaining(answer) },
    ])
    expect(server.activeConnections).toEqual([])
  })

  test('under FIXT.1.1 lacks DefaultApplVerID', async () => {
    const server = await running(new FixServer({ name: 'server' }))
    const peer = await RawPeer.connect(server, { version: 'FIXT.1.1' })
    expect(await peer.logon()).toBe('35=5|34=1|58=DefaultApplVerID (1137) is missing')
  })

  test('of a client that is logged on already harms it not', async () => {
    const { server, client } = await loggedOn()
    const error = await failure(clientOf(server).start())
    expect(error.message).toMatchInlineSnapshot(
      `"FixClient "client" could not log on: the peer answered with a Logout, "CLIENT is logged on already"."`,
    )
    await client.testRequest()
    expect(client.errors()).toEqual([])
  })

  test('of a client that has not answered a Logout harms not what it still sends', async () => {
    const server = await running(new FixServer({ name: 'server' }))
    const peer = await RawPeer.connect(server)
    await peer.logon()
    const loggedOff = server.logoff()
    expect(await peer.next()).toBe('35=5|34=2')
    const other = await RawPeer.connect(server)
    expect(await other.logon()).toBe('35=5|34=3|58=CLIENT is logged on already')
    peer.send('35=D|34=2|11=last', '35=5|34=3')
    await loggedOff
    expect((await server.receive({ connection: ['SERVER', 'CLIENT'] })).get(11)).toBe('last')
    const again = await RawPeer.connect(server)
    expect(await again.logon('34=4|98=0|108=0')).toBe('35=A|34=3|98=0|108=0')
  })

  test.for([
    { what: 'another message', bytes: frame('35=0|34=1') },
    { what: 'garbage', bytes: Buffer.from('GET / HTTP/1.1\r\n\r\n') },
    { what: 'a version that there is not', bytes: frame('35=A|34=1|98=0|108=0', { version: 'FIX.4.0' }) },
  ])('but comes after $what is never looked at', async ({ bytes }) => {
    const server = await running(new FixServer({ name: 'server' }))
    const peer = await RawPeer.connect(server)
    peer.sendBytes(bytes)
    expect(await peer.next()).toBe('end')
    expect(server.errors()).toMatchObject([{ code: 'FIX_LOGON_REFUSED' }])
  })

  test('because none comes', async () => {
    const server = await running(new FixServer({ name: 'server', logonTimeout: 30 }))
    const peer = await RawPeer.connect(server)
    expect(await peer.next()).toBe('end')
    expect(server.errors()[0]?.message).toContain('no Logon came within 30 ms')
  })

  test('but not when it came in time to a process that was busy', async () => {
    const { server } = await loggedOn({ logonTimeout: 300 })
    const peer = await RawPeer.connect(server, { from: 'OTHER' })
    await server.testRequest() // Its connection has been accepted before this one's answer came.
    peer.send('35=A|34=1|98=0|108=0')
    const end = performance.now() + 400
    while (performance.now() < end);
    expect(await peer.next()).toContain('35=A|')
    expect(server.errors()).toEqual([])
  })
})

describe('a peer that sends what is no message', () => {
  test('garbage is ignored, and what was lost by it is requested', async () => {
    const { server, client } = await loggedOn()
    await client.send({ 35: 'D', 11: '1' })
    await client.sendRaw(Buffer.from('8=FIX.4.4\u0001nonsense'))
    const lost = Buffer.from(frame('35=D|34=3|11=2'))
    lost[lost.length - 3] = 0x58
    await client.sendRaw(lost)
    await client.send({ 35: 'D', 11: '3' })
    expect((await server.receive()).get(11)).toBe('1')
    expect((await server.receive()).get(11)).toBe('3')
    expect(server.errors()).toMatchObject([{ code: 'FIX_GARBLED' }])
  })

  test('half a message and then the end costs that connection only', async () => {
    const { server, client } = await loggedOn()
    const peer = await RawPeer.connect(server, { from: 'HALF' })
    await peer.logon()
    peer.socket.end(frame('35=D|34=2|11=1').subarray(0, 30))
    const error = await failure(server.receive({ connection: ['SERVER', 'HALF'] }))
    expect(error.message).toMatchInlineSnapshot(
      `"FixServer "server": connection SERVER ↔ HALF: the session is over: the peer closed the connection amid a message."`,
    )
    await client.testRequest()
    expect(server.activeConnections).toEqual([['SERVER', 'CLIENT']])
  })

  test.for([
    { what: 'garbage', begin: '' },
    { what: 'a message that says to be as long', begin: '8=FIX.4.4\u00019=999999999\u000135=D\u0001' },
    { what: 'a message without a length', begin: '8=FIX.4.4\u000135=D\u0001' },
  ])(
    '1 GiB of $what costs that connection only, and little memory',
    { timeout: 60_000 },
    async ({ begin }) => {
      const { server, client } = await loggedOn()
      const peer = await RawPeer.connect(server, { from: 'LARGE' })
      await peer.logon()
      const before = process.memoryUsage()
      let largest = 0
      const chunk = Buffer.alloc(4 * MEGABYTE, 'x')
      peer.sendBytes(begin)
      for (let sent = 0; sent < 1024 * MEGABYTE && !peer.socket.destroyed; sent += chunk.length) {
        if (!peer.socket.write(chunk))
          await Promise.race([once(peer.socket, 'drain'), once(peer.socket, 'close')]).catch(() => {})
        largest = Math.max(largest, process.memoryUsage().arrayBuffers - before.arrayBuffers)
      }
      expect(peer.socket.destroyed).toBe(true)
      expect(largest).toBeLessThan(100 * MEGABYTE)
      const error = await failure(server.receive({ connection: ['SERVER', 'LARGE'] }))
      expect(error.message).toMatch(
        /the peer sent (no message in|a message of) \d+ bytes, more than 16777216/,
      )
      await client.send({ 35: 'D', 11: 'still here' })
      expect((await server.receive()).get(11)).toBe('still here')
    },
  )

  test('what nobody receives holds up its sender, and memory does not grow', {
    timeout: 60_000,
  }, async () => {
    const { server, client } = await loggedOn({}, { heartbeatInterval: 1_000 })
    const text = 'x'.repeat(MEGABYTE)
    let sent = 0
    let over = false
    const sending = (async () => {
      for (; sent < 1_000 && !over; sent += 1) await client.send({ 35: 'B', 58: text })
    })().catch(() => {})
    await expect.poll(() => sent, { timeout: 30_000 }).toBeGreaterThan(127)
    let last = -1
    await expect
      .poll(
        () => {
          const grown = sent - last
          last = sent
          return grown
        },
        { interval: 300, timeout: 30_000 },
      )
      .toBe(0)
    expect(sent).toBeLessThan(264)
    const late = await failure(client.send({ 35: 'B', 58: 'x' }, { timeout: 10 }))
    expect([late.code, late.message]).toMatchInlineSnapshot(`
      [
        "FIX_TIMEOUT",
        "FixClient "client": what was to be sent still waits after 10 ms, as the peer does not read. Receive there what it has got, or raise \`timeout\`.",
      ]
    `)
    over = true
    for (let received = 0; received < 128; received += 1) await server.receive()
    await sending
    await client.testRequest()
    expect(server.activeConnections).toHaveLength(1)
  })
})

test('a port that is in use is an error', async () => {
  const { port } = await running(new FixServer())
  const error = await failure(new FixServer({ name: 'other', port }).start())
  expect([error.code, error.message]).toMatchInlineSnapshot(`
    [
      "FIX_PORT_IN_USE",
      "FixServer "other" cannot listen on 127.0.0.1:PORT: the port is in use. Stop the program that uses it, or leave \`port\` out to get a free one.",
    ]
  `)
  const elsewhere = await failure(new FixServer({ name: 'other', host: '192.0.2.1' }).start())
  expect(elsewhere.code).toBe('FIX_LISTEN_FAILED')
})

test('a port that the system chose is kept over restarts, while it is free', async () => {
  const server = await running(new FixServer())
  const { port } = server
  await server.restart()
  expect(server.port).toBe(port)
})

test('a process ends by itself when its drivers have stopped', async () => {
  const { spawn } = await import('node:child_process')
  const script = `
    const { FixServer, FixClient } = await import(${JSON.stringify(import.meta.resolve('./index.ts'))})
    const server = await new FixServer().start()
    const client = await new FixClient({ port: server.port, sender: 'A', target: 'B' }).start()
    const waiting = [server.receive(), client.receive(), server.waitForConnection({ connection: ['X', 'Y'] })]
    const ended = Promise.allSettled(waiting)
    await client.stop()
    await server.stop()
    await ended`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' })
  onTestFinished(() => void child.kill('SIGKILL'))
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('clients of a server that has just stopped are refused', async () => {
  const server = await new FixServer().start()
  const { port } = server
  await server.stop()
  const [error] = await once(connect(port, '127.0.0.1'), 'error').catch((thrown) => [thrown])
  expect(error.code).toBe('ECONNREFUSED')
})
