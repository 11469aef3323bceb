import { running } from '@testrig/sockets/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { clientOf, loggedOn, stable } from '../test/logged-on.ts'
import { RawPeer, rawServer } from '../test/raw-peer.ts'
import { FixServer } from './fix-server.ts'
import type { FixServerOptions } from './server-options.ts'

/** A server and a client written by hand that is logged on. */
async function connected(
  options: FixServerOptions = {},
  logon?: string,
): Promise<{ server: FixServer; peer: RawPeer }> {
  const server = await running(new FixServer({ name: 'server', logoffAtStop: false, ...options }))
  const peer = await RawPeer.connect(server)
  expect(await peer.logon(logon)).toBe('35=A|34=1|98=0|108=0')
  return { server, peer }
}

const ORDER = '11=1|55=EURUSD'

describe('sequence numbers', () => {
  test('messages that are missing are requested once, and delivered in order', async () => {
    const { server, peer } = await connected()
    peer.send(`35=D|34=4|11=4`, `35=D|34=5|11=5`)
    expect(await peer.next()).toBe('35=2|34=2|7=2|16=3')
    peer.send('35=D|34=2|43=Y|122=20260102-03:04:05|11=2', '35=D|34=3|43=Y|122=20260102-03:04:05|11=3')
    const received = [
      await server.receive(),
      await server.receive(),
      await server.receive(),
      await server.receive(),
    ]
    expect(received.map((message) => message.get(11))).toEqual(['2', '3', '4', '5'])
    expect(server.sequenceNumbers().incoming).toBe(6)
    peer.send('35=1|34=6|112=done')
    expect(await peer.next()).toBe('35=0|34=3|112=done')
  })

  test('a gap fill takes the place of messages between sessions', async () => {
    const { server, peer } = await connected()
    peer.send(`35=D|34=5|${ORDER}`)
    expect(await peer.next()).toBe('35=2|34=2|7=2|16=4')
    peer.send('35=4|34=2|43=Y|122=20260102-03:04:05|123=Y|36=5')
    expect((await server.receive()).get(34)).toBe('5')
  })

  test('what has arrived counts, though a gap fill reaches beyond it', async () => {
    const { server, peer } = await connected()
    const tested = server.testRequest()
    await peer.next()
    peer.send('35=0|34=4|112=testrig-1', '35=D|34=3|11=3')
    expect(await peer.next()).toBe('35=2|34=3|7=2|16=3')
    peer.send('35=4|34=2|43=Y|123=Y|36=5', '35=D|34=5|11=5')
    await tested
    expect([(await server.receive()).get(11), (await server.receive()).get(11)]).toEqual(['3', '5'])
    expect(server.errors()).toEqual([])
  })

  test('a second gap within the answer to a request is requested too', async () => {
    const { server, peer } = await connected()
    peer.send('35=D|34=6|11=6')
    expect(await peer.next()).toBe('35=2|34=2|7=2|16=5')
    peer.send('35=D|34=2|43=Y|122=20260102-03:04:05|11=2', '35=D|34=5|43=Y|122=20260102-03:04:05|11=5')
    expect(await peer.next()).toBe('35=2|34=3|7=3|16=4')
    peer.send('35=4|34=3|43=Y|122=20260102-03:04:05|123=Y|36=5')
    const received = [await server.receive(), await server.receive(), await server.receive()]
    expect(received.map((message) => message.get(11))).toEqual(['2', '5', '6'])
  })

  test('a request that was not answered is made again when a heartbeat comes', async () => {
    const { peer } = await connected()
    peer.send('35=D|34=3|11=3')
    expect(await peer.next()).toBe('35=2|34=2|7=2|16=2')
    peer.send('35=0|34=4')
    expect(await peer.next()).toBe('35=2|34=3|7=2|16=2')
  })

  test('a number that is too low ends the session', async () => {
    const { server, peer } = await connected()
    peer.send(`35=D|34=2|${ORDER}`, `35=D|34=2|${ORDER}`)
    expect(await peer.next()).toBe('35=5|34=2|58=MsgSeqNum too low, expecting 3 but received 2')
    expect(await peer.next()).toBe('end')
    expect(server.errors().map(({ message }) => message)).toMatchInlineSnapshot(`
      [
        "FixServer "server": connection SERVER ↔ CLIENT was ended by this side: MsgSeqNum too low, expecting 3 but received 2.",
      ]
    `)
  })

  test('a possible duplicate with a number that is too low is ignored', async () => {
    const { server, peer } = await connected()
    peer.send(`35=D|34=2|${ORDER}`, `35=D|34=2|43=Y|122=20260102-03:04:05|${ORDER}`, '35=1|34=3|112=done')
    expect(await peer.next()).toBe('35=0|34=2|112=done')
    await server.receive()
    await expect(server.receive({ timeout: 0 })).rejects.toMatchObject({ code: 'FIX_TIMEOUT' })
  })

  test.for([
    { what: 'no OrigSendingTime', fields: '', answer: '371=122|372=D|373=1|58=Required tag missing' },
    {
      what: 'an OrigSendingTime after SendingTime',
      fields: '|122=20260102-03:04:06',
      answer: '371=122|372=D|373=10|58=SendingTime accuracy problem',
    },
  ])('a possible duplicate with $what is rejected', async ({ fields, answer }) => {
    const { peer } = await connected()
    peer.send('35=0|34=2', `35=D|34=2|43=Y${fields}|11=1`)
    const [, ...rest] = (await peer.next()).split('|')
    expect(rest.join('|')).toBe(`34=2|45=2|${answer}`)
  })

  test('messages without a number end the session', async () => {
    const { peer } = await connected()
    peer.send('35=0')
    expect(await peer.next()).toBe('35=5|34=2|58=MsgSeqNum (34) is missing or no number')
    expect(await peer.next()).toBe('end')
  })

  test('a SequenceReset without gap fill sets the number, whatever its own is', async () => {
    const { server, peer } = await connected()
    peer.send('35=4|34=99|36=10', '35=1|34=10|112=done')
    expect(await peer.next()).toBe('35=0|34=2|112=done')
    expect(server.sequenceNumbers()).toEqual({ incoming: 11, outgoing: 3 })
  })

  test('a SequenceReset to a lower number is rejected', async () => {
    const { peer } = await connected()
    peer.send('35=4|34=2|36=1')
    expect(await peer.next()).toBe(
      '35=3|34=2|45=2|371=36|372=4|373=5|58=Value is incorrect (out of range) for this tag',
    )
    peer.send('35=4|34=2|123=Y|36=2')
    expect(await peer.next()).toBe(
      '35=3|34=3|45=2|371=36|372=4|373=5|58=Value is incorrect (out of range) for this tag',
    )
  })
})

describe('resending', () => {
  test('messages of the application are sent again, gaps are filled for the rest', async () => {
    const { server, peer } = await connected()
    await server.send({ 35: '8', 37: 'a' })
    peer.send('35=1|34=2|112=x')
    await server.expect({ 35: '1' })
    await server.send({ 35: '8', 37: 'b' })
    for (const expected of ['35=8|34=2|37=a', '35=0|34=3|112=x', '35=8|34=4|37=b'])
      expect(await peer.next()).toBe(expected)
    peer.send('35=2|34=3|7=1|16=0')
    expect(await peer.next()).toBe('35=4|34=1|43=Y|122=TIME|123=Y|36=2')
    expect(await peer.next()).toBe('35=8|34=2|43=Y|122=TIME|37=a')
    expect(await peer.next()).toBe('35=4|34=3|43=Y|122=TIME|123=Y|36=4')
    expect(await peer.next()).toBe('35=8|34=4|43=Y|122=TIME|37=b')
    peer.send('35=2|34=4|7=2|16=2')
    expect(await peer.next()).toBe('35=8|34=2|43=Y|122=TIME|37=a')
    await server.send({ 35: '8', 37: 'c' })
    expect(await peer.next()).toBe('35=8|34=5|37=c')
  })

  test('OrigSendingTime is the time at which the message was first sent', async () => {
    const { server, client } = await loggedOn()
    const sent = await server.send({ 35: '8', 37: 'a' })
    await client.receive()
    client.setSequenceNumbers({ incoming: 2 })
    await server.send({ 35: '8', 37: 'b' })
    const again = await client.receive()
    expect([again.get(37), again.get(43), again.get(122)]).toEqual(['a', 'Y', sent.get(52)])
  })

  test.for([
    { what: 'from a number that was not sent', fields: '7=5|16=0', tag: 7 },
    { what: 'from 0', fields: '7=0|16=0', tag: 7 },
    { what: 'to a number before the first', fields: '7=2|16=1', tag: 16 },
  ])('a request $what is rejected', async ({ fields, tag }) => {
    const { server, peer } = await connected()
    await server.send({ 35: '8', 37: 'a' })
    await peer.next()
    peer.send(`35=2|34=2|${fields}`)
    expect(await peer.next()).toBe(
      `35=3|34=3|45=2|371=${tag}|372=2|373=5|58=Value is incorrect (out of range) for this tag`,
    )
  })

  test('a request whose own number is too high is answered before the gap is filled', async () => {
    const { server, peer } = await connected()
    await server.send({ 35: '8', 37: 'a' })
    await peer.next()
    peer.send('35=2|34=3|7=2|16=2')
    expect(await peer.next()).toBe('35=8|34=2|43=Y|122=TIME|37=a')
    expect(await peer.next()).toBe('35=2|34=3|7=2|16=2')
    peer.send('35=4|34=2|43=Y|122=20260102-03:04:05|123=Y|36=3', '35=1|34=4|112=done')
    expect(await peer.next()).toBe('35=0|34=4|112=done')
  })
})

describe('messages that are not as they should be', () => {
  test.for([
    {
      what: 'a tag without a value',
      fields: '55=',
      answer: '371=55|372=D|373=4|58=Tag specified without a value',
    },
    { what: 'a tag that is no number', fields: 'X=1', answer: '372=D|373=0|58=Invalid tag number: "X"' },
    { what: 'a tag of 0', fields: '0=1', answer: '371=0|372=D|373=0|58=Invalid tag number: "0"' },
    { what: 'a field without a tag', fields: 'XYZ', answer: '372=D|373=0|58=Invalid tag number: "XYZ"' },
    {
      what: 'raw data of another length',
      fields: '95=9|96=abc',
      answer:
        '371=96|372=D|373=6|58=Incorrect data format for value: its length is not the one of the field before',
    },
    { what: 'no SendingTime', fields: '52=none', answer: '371=52|372=D|373=1|58=Required tag missing' },
  ])('$what: the message is rejected and counted', async ({ fields, answer }) => {
    const { server, peer } = await connected()
    peer.send(`35=D|34=2|${fields}`, '35=1|34=3|112=done')
    expect(await peer.next()).toBe(`35=3|34=2|45=2|${answer}`)
    expect(await peer.next()).toBe('35=0|34=3|112=done')
    await expect(server.receive({ timeout: 0 })).rejects.toMatchObject({ code: 'FIX_TIMEOUT' })
    expect(server.errors()).toMatchObject([{ code: 'FIX_MESSAGE_REJECTED' }])
  })

  test('a Reject is not rejected, so that two sides do not go on for ever', async () => {
    const { server, peer } = await connected()
    peer.send('35=3|34=2|45=', '35=1|34=3|112=done')
    expect(await peer.next()).toBe('35=0|34=2|112=done')
    expect(server.errors()).toMatchObject([{ code: 'FIX_MESSAGE_REJECTED' }])
  })

  test.for(['49=OTHER', '56=OTHER'])('the name %s is rejected, and ends the session', async (name) => {
    const { peer } = await connected()
    peer.send(`35=D|34=2|${name}`)
    expect(await peer.next()).toBe(`35=3|34=2|45=2|371=${name.slice(0, 2)}|372=D|373=9|58=CompID problem`)
    expect(await peer.next()).toBe('35=5|34=3|58=CompID problem')
    expect(await peer.next()).toBe('end')
  })

  test('another BeginString ends the session', async () => {
    const { server, peer } = await connected()
    const other = new RawPeer(peer.socket, { version: 'FIX.4.2' })
    other.send('35=0|34=2')
    expect(await peer.next()).toBe('35=5|34=2|58=BeginString (8) is not FIX.4.4')
    expect(server.errors()).toMatchObject([{ code: 'FIX_SESSION_ENDED' }])
  })
})

describe('Logon', () => {
  test('with ResetSeqNumFlag both sides begin with 1, also amid a session', async () => {
    const { server, peer } = await connected()
    peer.send('35=1|34=2|112=x')
    await peer.next()
    peer.send('35=A|34=1|98=0|108=0|141=Y')
    expect(await peer.next()).toBe('35=A|34=1|98=0|108=0|141=Y')
    peer.send('35=1|34=2|112=y')
    expect(await peer.next()).toBe('35=0|34=2|112=y')
    expect(server.activeConnections).toHaveLength(1)
  })

  test('with a number that is too high is accepted, and what is missing is requested', async () => {
    const { peer } = await connected({}, '34=4|98=0|108=0')
    expect(await peer.next()).toBe('35=2|34=2|7=1|16=3')
    peer.send('35=4|34=1|43=Y|122=20260102-03:04:05|123=Y|36=5', '35=1|34=5|112=x')
    expect(await peer.next()).toBe('35=0|34=3|112=x')
  })

  test('numbers last longer than a connection', async () => {
    const { server, peer } = await connected()
    await server.send({ 35: '8', 37: 'a' })
    peer.socket.destroy()
    await expect.poll(() => server.activeConnections).toEqual([])
    const again = await RawPeer.connect(server)
    expect(await again.logon('34=2|98=0|108=0')).toBe('35=A|34=3|98=0|108=0')
  })

  test('a number that is too low is refused', async () => {
    const { server, peer } = await connected()
    peer.socket.destroy()
    await expect.poll(() => server.activeConnections).toEqual([])
    const again = await RawPeer.connect(server)
    expect(await again.logon()).toBe('35=5|34=2|58=MsgSeqNum too low, expecting 2 but received 1')
    expect(await again.next()).toBe('end')
  })

  test('resetOnLogon, resetOnLogout and resetOnDisconnect begin with 1 again', async () => {
    for (const option of ['resetOnLogon', 'resetOnDisconnect']) {
      const { server, peer } = await connected({ [option]: true })
      peer.socket.destroy()
      await expect.poll(() => server.activeConnections).toEqual([])
      await connectedAgain(server)
    }
    const { server, peer } = await connected({ resetOnLogout: true })
    peer.send('35=5|34=2')
    await peer.next()
    await connectedAgain(server)
  })

  async function connectedAgain(server: FixServer): Promise<void> {
    const peer = await RawPeer.connect(server)
    expect(await peer.logon()).toBe('35=A|34=1|98=0|108=0')
  }
})

describe('Logout', () => {
  test('of the peer is answered, and the connection closed', async () => {
    const { server, peer } = await connected()
    const waiting = server.receive().catch((error) => error)
    peer.send('35=5|34=2|58=good night')
    expect(await peer.next()).toBe('35=5|34=2')
    expect(await peer.next()).toBe('end')
    expect((await waiting).message).toMatchInlineSnapshot(
      `"FixServer "server": connection SERVER ↔ CLIENT: the session is over: the peer logged off: "good night"."`,
    )
  })

  test('of this side waits for the answer, and delivers what comes before it', async () => {
    const { server, peer } = await connected()
    const loggedOff = server.logoff({ text: 'closing time' })
    expect(await peer.next()).toBe('35=5|34=2|58=closing time')
    peer.send(`35=D|34=2|${ORDER}`, '35=5|34=3')
    await loggedOff
    expect(await peer.next()).toBe('end')
    expect((await server.receive({ connection: ['SERVER', 'CLIENT'] })).get(11)).toBe('1')
  })

  test('that is not answered closes the connection all the same', async () => {
    const { server, peer } = await connected()
    const error = await server.logoff({ timeout: 20 }).catch((thrown) => thrown)
    expect(error.message).toMatchInlineSnapshot(
      `"FixServer "server": connection SERVER ↔ CLIENT: the peer did not answer the Logout within 20 ms; the connection was closed all the same."`,
    )
    expect(await peer.next()).toBe('35=5|34=2')
    expect(await peer.next()).toBe('end')
  })

  test('with a number that is too high is answered without a request for what is missing', async () => {
    const { peer } = await connected()
    peer.send('35=5|34=9')
    expect(await peer.next()).toBe('35=5|34=2')
    expect(await peer.next()).toBe('end')
  })

  test('reaches a peer that has sent more than was read', async () => {
    const { peer } = await connected()
    const many = Array.from({ length: 2_000 }, (_, index) => `35=D|34=${index + 3}|11=${'x'.repeat(500)}`)
    peer.send('35=0|34=1', ...many)
    expect(await peer.next()).toBe('35=5|34=2|58=MsgSeqNum too low, expecting 2 but received 1')
    expect(await peer.next()).toBe('end')
  })
})

describe('TestRequest', () => {
  test('is answered with its identifier', async () => {
    const { peer } = await connected()
    peer.send('35=1|34=2|112=hello')
    expect(await peer.next()).toBe('35=0|34=2|112=hello')
  })

  test('of this side waits for the answer', async () => {
    const { server, peer } = await connected()
    const answered = server.testRequest()
    expect(await peer.next()).toBe('35=1|34=2|112=testrig-1')
    peer.send('35=0|34=2|112=testrig-1')
    await answered
    const error = await server.testRequest({ timeout: 10 }).catch((thrown) => thrown)
    expect(error.message).toMatchInlineSnapshot(
      `"FixServer "server": connection SERVER ↔ CLIENT: the peer did not answer a TestRequest within 10 ms."`,
    )
  })
})

test('a client follows a server that resets numbers unasked', async () => {
  const { port, peer: accepted } = await rawServer()
  const client = clientOf({ port }, { logoffAtStop: false, resetOnLogon: false })
  client.setSequenceNumbers({ incoming: 7, outgoing: 9 })
  onTestFinished(() => client.stop())
  const started = client.start()
  const peer = await accepted
  expect(await peer.next()).toBe('35=A|34=9|98=0|108=30')
  peer.send('35=A|34=1|98=0|108=30|141=Y')
  await started
  expect(client.sequenceNumbers).toEqual({ incoming: 2, outgoing: 1 })
})

test('a client does as a server does', async () => {
  const { port, peer: accepted } = await rawServer()
  const client = clientOf({ port }, { logoffAtStop: false, heartbeatInterval: 0 })
  onTestFinished(() => client.stop())
  const started = client.start()
  const peer = await accepted
  expect(await peer.next()).toBe('35=A|34=1|98=0|108=0|141=Y')
  peer.send('35=A|34=1|98=0|108=0|141=Y')
  await started
  peer.send('35=8|34=3|37=b')
  expect(await peer.next()).toBe('35=2|34=2|7=2|16=2')
  peer.send('35=8|34=2|43=Y|122=20260102-03:04:05|37=a')
  expect([(await client.receive()).get(37), (await client.receive()).get(37)]).toEqual(['a', 'b'])
  await client.send({ 35: 'D', 11: '1' })
  expect(await peer.next()).toBe('35=D|34=3|11=1')
  peer.send('35=2|34=4|7=1|16=0')
  expect(await peer.next()).toBe('35=4|34=1|43=Y|122=TIME|123=Y|36=3')
  expect(await peer.next()).toBe('35=D|34=3|43=Y|122=TIME|11=1')
  peer.send('35=5|34=5|58=the end')
  expect(await peer.next()).toBe('35=5|34=4')
  const error = await client.receive().catch((thrown) => thrown)
  expect(stable(error.message)).toMatchInlineSnapshot(
    `"FixClient "client": the session is over: the peer logged off: "the end"."`,
  )
})
