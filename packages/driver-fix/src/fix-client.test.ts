import { freePort, running } from '@testrig/sockets/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { clientOf, failure, loggedOn, stable } from '../test/logged-on.ts'
import { rawServer } from '../test/raw-peer.ts'
import { FixServer } from './fix-server.ts'

describe('a logon that fails says why', () => {
  test('nothing listens', async () => {
    const error = await failure(clientOf({ port: await freePort() }).start())
    expect(error.code).toBe('FIX_CONNECT_FAILED')
    expect(error.message).toMatchInlineSnapshot(
      `"FixClient "client" cannot connect to 127.0.0.1:PORT: connect ECONNREFUSED 127.0.0.1:PORT. Nothing listens there: start the server first, let this driver depend on it, or set \`connectRetry: true\`."`,
    )
  })

  test('nothing listens, with connectRetry', async () => {
    const client = clientOf({ port: await freePort() }, { connectRetry: true, connectTimeout: 60 })
    const error = await failure(client.start())
    expect(error.code).toBe('FIX_TIMEOUT')
    expect(error.message).toMatchInlineSnapshot(
      `"FixClient "client" did not connect to 127.0.0.1:PORT within its connectTimeout of 60 ms. The last attempt ended with: connect ECONNREFUSED 127.0.0.1:PORT. Check that the server is up and reachable, or raise \`connectTimeout\`."`,
    )
  })

  test('no answer', async () => {
    const { port } = await rawServer()
    const error = await failure(clientOf({ port }, { logonTimeout: 50 }).start())
    expect(error.code).toBe('FIX_TIMEOUT')
    expect(error.message).toMatchInlineSnapshot(
      `"FixClient "client" got no answer to its Logon within its logonTimeout of 50 ms: nothing came. Check \`sender\`, \`target\` and \`version\`, or raise \`logonTimeout\`."`,
    )
  })

  test('an answer that is garbled', async () => {
    const { port, peer } = await rawServer()
    const started = failure(clientOf({ port }, { logonTimeout: 200 }).start())
    ;(await peer).sendBytes('HTTP/1.1 400 Bad Request\r\n\r\n')
    expect((await started).message).toMatchInlineSnapshot(
      `"FixClient "client" got no answer to its Logon within its logonTimeout of 200 ms: the peer sent bytes that are no message, which were ignored: no BeginString (8). Check \`sender\`, \`target\` and \`version\`, or raise \`logonTimeout\`."`,
    )
  })

  test.for([
    { answer: '35=5|34=1|58=unknown sender', reason: 'the peer answered with a Logout, "unknown sender"' },
    { answer: '35=5|34=1', reason: 'the peer answered with a Logout, without a text' },
    { answer: '35=3|34=1|45=1|58=no such user', reason: 'the peer answered with a Reject, "no such user"' },
    {
      answer: '35=0|34=1',
      reason: 'the peer answered with 8=FIX.4.4|9=LENGTH|35=0|49=SERVER|56=CLIENT|52=TIME|34=1|10=SUM|',
    },
    { answer: '35=A|34=1|98=0|108=30|49=OTHER', reason: 'its Logon is wrong: CompID problem (49)' },
    { answer: '35=A|34=1|98=1|108=30', reason: 'EncryptMethod (98) is 1, not 0' },
    { answer: '35=A|34=1|98=0', reason: 'HeartBtInt (108) is missing' },
  ])('the answer is $answer', async ({ answer, reason }) => {
    const { port, peer } = await rawServer()
    const started = failure(clientOf({ port }).start())
    ;(await peer).send(answer)
    const { code, message } = await started
    expect([code, message]).toEqual(['FIX_LOGON_REFUSED', `FixClient "client" could not log on: ${reason}.`])
  })

  test('the connection is closed', async () => {
    const { port, peer } = await rawServer()
    const started = failure(clientOf({ port }).start())
    const { socket } = await peer
    socket.end()
    expect((await started).message).toMatchInlineSnapshot(
      `"FixClient "client" could not log on: the peer closed the connection. A server may do that when it does not know \`sender\`, \`target\` or \`version\`, or does not accept the certificate."`,
    )
  })

  test('a number that is too low', async () => {
    const { port, peer } = await rawServer()
    const client = clientOf({ port }, { resetOnLogon: false })
    client.setSequenceNumbers({ incoming: 7 })
    const started = failure(client.start())
    const server = await peer
    expect(await server.next()).toBe('35=A|34=1|98=0|108=30')
    server.send('35=A|34=3|98=0|108=30')
    expect((await started).message).toMatchInlineSnapshot(
      `"FixClient "client" could not log on: this side ended it: MsgSeqNum too low, expecting 7 but received 3."`,
    )
    expect(await server.next()).toBe('35=5|34=2|58=MsgSeqNum too low, expecting 7 but received 3')
  })

  test('and leaves nothing behind', async () => {
    const { port, peer, server } = await rawServer()
    const started = failure(clientOf({ port }).start())
    ;(await peer).send('35=5|34=1')
    await started
    const count = () => new Promise((resolve) => server.getConnections((_, number) => resolve(number)))
    await expect.poll(count).toBe(0)
  })
})

describe('connecting and logging on', () => {
  test('can be left to the test', async () => {
    const server = await running(new FixServer({ name: 'server' }))
    const client = await running(clientOf(server, { connectAtStart: false }))
    expect([client.connected, client.loggedOn]).toEqual([false, false])
    expect((await failure(client.send({ 35: 'D' }))).message).toMatchInlineSnapshot(
      `"FixClient "client": send() needs a session, but it is not logged on. Call logon() first, or leave \`connectAtStart\` and \`logonAtStart\` at true."`,
    )
    expect(() => client.localPort).toThrow('is not connected to 127.0.0.1')
    await client.connect()
    expect([client.connected, client.loggedOn]).toEqual([true, false])
    await Promise.all([client.logon(), client.logon()])
    expect([client.connected, client.loggedOn]).toEqual([true, true])
    expect(client.localHost).toBe('127.0.0.1')
    await client.logoff({ text: 'done' })
    expect([client.connected, client.loggedOn]).toEqual([false, false])
    await client.logon()
    expect(server.activeConnections).toHaveLength(1)
  })

  test('logonAtStart: false connects only', async () => {
    const server = await running(new FixServer({ name: 'server' }))
    const client = await running(clientOf(server, { logonAtStart: false }))
    expect([client.connected, client.loggedOn]).toEqual([true, false])
    await client.reconnect()
    expect([client.connected, client.loggedOn]).toEqual([true, false])
  })

  test('a connection comes from the interface', async () => {
    const server = await running(new FixServer({ name: 'server' }))
    const port = await freePort()
    const client = await running(clientOf(server, { interface: { host: '127.0.0.2', port } }))
    expect([client.localHost, client.localPort]).toEqual(['127.0.0.2', port])
  })

  test('connectRetry waits for a server that comes later', async () => {
    const port = await freePort()
    const client = clientOf({ port }, { connectRetry: true })
    onTestFinished(() => client.stop())
    const started = client.start()
    await running(new FixServer({ port }))
    await started
    expect(client.loggedOn).toBe(true)
  })

  test('reconnect() after the server has closed the connection', async () => {
    const { server, client } = await loggedOn()
    server.disconnect()
    await expect.poll(() => client.connected).toBe(false)
    const error = await failure(client.send({ 35: 'D' }))
    expect(error.message).toMatchInlineSnapshot(
      `"FixClient "client": send() needs a session, but it is not logged on: the peer closed the connection. Call logon() first, or leave \`connectAtStart\` and \`logonAtStart\` at true."`,
    )
    await client.reconnect()
    await client.send({ 35: 'D', 11: '1' })
    expect((await server.receive()).get(11)).toBe('1')
  })

  test('stop does not wait for the answer to a Logon', async () => {
    const { port, peer } = await rawServer()
    const client = clientOf({ port }, { logonTimeout: 600_000 })
    const started = failure(client.start())
    await (await peer).next()
    await client.stop()
    await started
  })

  test('stop ends a wait for messages, also of a client that was never connected', async () => {
    const server = await running(new FixServer({ name: 'server' }))
    const client = await running(clientOf(server, { connectAtStart: false }))
    const waiting = failure(client.receive())
    await client.stop()
    expect((await waiting).message).toMatchInlineSnapshot(
      `"FixClient "client": the driver was stopped while a call waited. Await the call before stopping."`,
    )
  })

  test('stop logs off, unless logoffAtStop is false', async () => {
    for (const [logoffAtStop, reason] of [
      [true, 'the peer logged off'],
      [false, 'the peer closed the connection'],
    ] as const) {
      const { server, client } = await loggedOn({}, { logoffAtStop })
      const ended = server.receive().catch((error) => error.message)
      await client.stop()
      expect(await ended).toContain(reason)
    }
  })

  test('what has arrived can be received after the end', async () => {
    const { server, client } = await loggedOn()
    await server.send({ 35: '8', 37: '1' })
    await client.testRequest()
    await client.disconnect()
    expect((await client.receive()).get(37)).toBe('1')
    await expect(client.receive()).rejects.toMatchObject({ code: 'FIX_CONNECTION_CLOSED' })
  })
})

describe('sequence numbers', () => {
  test('go on over connections and restarts with resetOnLogon: false', async () => {
    const { server, client } = await loggedOn({}, { resetOnLogon: false })
    await client.send({ 35: 'D', 11: '1' })
    await server.receive()
    await client.reconnect()
    expect(client.sequenceNumbers).toEqual({ incoming: 4, outgoing: 5 })
    await client.restart()
    expect(client.sequenceNumbers).toEqual({ incoming: 6, outgoing: 7 })
    expect(server.errors()).toEqual([])
  })

  test('a restarted server goes on too, and sends again what was missed', async () => {
    const { server, client } = await loggedOn({}, { resetOnLogon: false, logoffAtStop: false })
    await client.disconnect()
    await expect.poll(() => server.activeConnections).toEqual([])
    server.setSequenceNumbers({ connection: ['SERVER', 'CLIENT'], outgoing: 5 })
    await server.restart()
    await client.reconnect()
    await client.testRequest()
    expect(client.sequenceNumbers.incoming).toBeGreaterThan(5)
    expect(client.errors()).toEqual([])
  })
})

describe('exchanging messages', () => {
  test('a message is given as it was sent', async () => {
    const { client } = await loggedOn()
    const sent = await client.send({ 35: 'D', 11: '1', 34: 99, 49: 'OTHER' })
    expect(stable(sent.toString())).toMatchInlineSnapshot(
      `"8=FIX.4.4|9=LENGTH|35=D|49=CLIENT|56=SERVER|34=2|52=TIME|11=1|10=SUM|"`,
    )
  })

  test('sendTimestamped() says when', async () => {
    const { client } = await loggedOn()
    const before = Date.now()
    const { timestamp, message } = await client.sendTimestamped({ 35: 'D', 11: '1' })
    expect(timestamp / 1_000).toBeGreaterThanOrEqual(before - 1)
    expect(timestamp / 1_000).toBeLessThanOrEqual(Date.now() + 1)
    expect(message.get(34)).toBe('2')
  })

  test('a message without a type is refused', async () => {
    const { client } = await loggedOn()
    expect((await failure(client.send({ 11: '1' }))).message).toMatchInlineSnapshot(
      `"The message cannot be sent: it has no MsgType (35), only 11. Give one, such as \`35: 'D'\`."`,
    )
  })

  test('expect() takes the message that matches and leaves the others', async () => {
    const { server, client } = await loggedOn()
    const waiting = client.expect({ 35: '8', 39: /^[24]$/ })
    for (const status of ['0', '1', '2']) await server.send({ 35: '8', 37: status, 39: status })
    expect((await waiting).get(39)).toBe('2')
    expect((await client.expect((message) => message.number(37) === 1)).get(39)).toBe('1')
    expect((await client.receive()).get(39)).toBe('0')
  })

  test('several calls that wait are served in their order', async () => {
    const { server, client } = await loggedOn()
    const waiting = [client.receive(), client.expect({ 37: 'b' }), client.receive()]
    for (const id of ['a', 'b', 'c']) await server.send({ 35: '8', 37: id })
    expect((await Promise.all(waiting)).map((message) => message.get(37))).toEqual(['a', 'b', 'c'])
  })

  test('a function that throws ends its own wait, and nothing else', async () => {
    const { server, client } = await loggedOn()
    const waiting = client.expect(() => {
      throw new Error('from the matcher')
    })
    await server.send({ 35: '8', 37: 'a' })
    await expect(waiting).rejects.toThrow('from the matcher')
    expect((await client.receive()).get(37)).toBe('a')
  })

  test('messages between sessions are hidden, unless they are asked for', async () => {
    const { server, client } = await loggedOn()
    await server.testRequest()
    await server.send({ 35: '8', 37: 'a' })
    await client.testRequest()
    expect((await client.receive()).type).toBe('8')
    const admin = [await client.receive({ admin: true }), await client.receive({ admin: true })]
    expect(admin.map(({ type }) => type)).toEqual(['A', '1'])
    expect((await client.expect({ 35: '0' })).get(112)).toBe('testrig-1')
  })

  test('a wait that comes to nothing tells what there is', async () => {
    const { server, client } = await loggedOn()
    await server.send({ 35: '8', 37: 'a', 39: '0' })
    await server.sendRaw(Buffer.from('garbage'))
    await client.testRequest()
    const error = await failure(client.expect({ 35: '8', 39: '2' }, { timeout: 10 }))
    expect(error.message).toMatchInlineSnapshot(
      `"FixClient "client": waited 10 ms for a message with 35=8 and 39=2; there is only 8=FIX.4.4|9=LENGTH|35=8|49=SERVER|56=CLIENT|34=2|52=TIME|37=a|39=0|10=SUM| (beside 2 between sessions, which \`admin: true\` takes). The last problem: the peer sent bytes that are no message, which were ignored: no BeginString (8). Check what the peer sends, or raise \`timeout\`."`,
    )
  })

  test('flush() forgets what was not received', async () => {
    const { server, client } = await loggedOn()
    await server.send({ 35: '8', 37: 'a' })
    await client.testRequest()
    client.flush()
    await expect(client.receive({ timeout: 0 })).rejects.toMatchObject({ code: 'FIX_TIMEOUT' })
  })

  test('receiveTimeout holds where no timeout is given', async () => {
    const { client } = await loggedOn({}, { receiveTimeout: 15 })
    await expect(client.receive()).rejects.toThrow('waited 15 ms')
    await expect(client.receive({ timeout: 5 })).rejects.toThrow('waited 5 ms')
  })

  test('options of calls are checked', async () => {
    const { client } = await loggedOn()
    // @ts-expect-error: a timeout is a number
    expect((await failure(client.receive({ timeout: '1' }))).message).toMatchInlineSnapshot(
      `"FixClient "client": option \`timeout\` of receive() must be a number of milliseconds from 0 to 2147483647, but is '1' (string)."`,
    )
    // @ts-expect-error: no such option
    expect((await failure(client.expect({ 35: '8' }, { wait: 1 }))).message).toMatchInlineSnapshot(
      `"FixClient "client": option \`wait\` of expect() must be left out, as the keys are timeout, admin, but is 1 (number)."`,
    )
  })

  test('only the server takes a connection', async () => {
    const { client, server } = await loggedOn()
    const connection = ['SERVER', 'CLIENT'] as const
    const refused = await failure(client.send({ 35: 'D' }, { connection } as object))
    expect(refused.message).toMatchInlineSnapshot(
      `"FixClient "client": option \`connection\` of send() must be left out, as the keys are validate, timeout, but is [ 'SERVER', 'CLIENT' ]."`,
    )
    expect((await server.send({ 35: 'D' }, { connection })).type).toBe('D')
    expect(() => server.sequenceNumbers({ conection: connection } as object)).toThrow(
      'did you mean `connection`?',
    )
  })

  test('a driver that does not run says so', async () => {
    const client = clientOf({ port: 1 })
    const error = await failure(client.receive())
    expect([error.code, error.message]).toMatchInlineSnapshot(`
      [
        "FIX_NOT_STARTED",
        "FixClient "client": receive() can be used while the driver runs, but it is idle. Start it first.",
      ]
    `)
  })
})

test('under FIXT.1.1 the Logon says DefaultApplVerID, 9 unless told', async () => {
  const { server } = await loggedOn({}, { version: 'FIXT.1.1' })
  expect((await server.receive({ admin: true })).get(1137)).toBe('9')
  const other = await running(
    clientOf(server, { sender: 'OTHER', version: 'FIXT.1.1', defaultApplVerID: '7' }),
  )
  expect((await other.receive({ admin: true })).get(1137)).toBe('7')
})

test('DefaultApplVerID is for FIXT.1.1 only', () => {
  const defaultApplVerID = '7'
  expect(() => clientOf({ port: 1 }, { defaultApplVerID })).toThrowErrorMatchingInlineSnapshot(
    `[TestrigError [OPTION_INVALID]: FixClient "client": option \`defaultApplVerID\` must be left out with the version FIX.4.4: it is for FIXT.1.1, which carries FIX.5.0 and later.]`,
  )
  const version = ['FIX.4.2', 'FIX.4.3'] as const
  expect(() => new FixServer({ version, defaultApplVerID })).toThrow('FIX.4.2 or FIX.4.3')
  expect(() => new FixServer({ version: 'FIXT.1.1', defaultApplVerID })).not.toThrow()
  expect(() => new FixServer({ defaultApplVerID })).not.toThrow()
})

test('a receive in vain shows who waited', async () => {
  const { client } = await loggedOn()
  const theTest = async () => {
    await client.receive({ timeout: 1 })
  }
  expect((await failure(theTest())).stack).toContain('theTest')
})
