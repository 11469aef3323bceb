import { running } from '@testrig/sockets/testing'
import { describe, expect, test } from 'vitest'
import { clientOf, loggedOn } from '../test/logged-on.ts'
import { frame, RawPeer } from '../test/raw-peer.ts'
import { decode } from './decode.ts'
import { FixServer } from './fix-server.ts'

const MEGABYTE = 1024 * 1024

describe('a message that is made to hold up its reader', () => {
  test.for([
    { what: 'fields without a value', field: '\u0001' },
    { what: 'fields without a tag', field: 'x\u0001' },
    { what: 'the length of raw data that is not there', field: '95=9999999\u0001' },
    { what: 'raw data that has another length', field: '95=1\u000196=xy\u0001' },
  ])('$what', ({ field }) => {
    const { flaw } = decode(frame(`35=D|34=2|58=${field.repeat((4 * MEGABYTE) / field.length)}`))
    expect(flaw).toBeDefined()
  })

  test('a request for all of a thousand million messages', async () => {
    const { server, client } = await loggedOn()
    client.setSequenceNumbers({ outgoing: 1_000_000_000 })
    await client.send({ 35: 'D', 11: 'behind a large gap' })
    expect((await server.receive()).get(34)).toBe('1000000000')
    expect(server.sequenceNumbers().incoming).toBe(1_000_000_001)
  })

  test('requests for all that was sent, of a peer that does not read', async () => {
    const { server, client } = await loggedOn()
    const peer = await RawPeer.connect(server, { from: 'GREEDY' })
    await peer.logon()
    const connection = ['SERVER', 'GREEDY'] as const
    for (let count = 0; count < 20; count += 1)
      await server.send({ 35: 'B', 58: 'x'.repeat(MEGABYTE) }, { connection })
    peer.socket.pause()
    const before = process.memoryUsage().arrayBuffers
    peer.send(...Array.from({ length: 200 }, (_, index) => `35=2|34=${index + 2}|7=1|16=0`))
    await client.testRequest()
    await client.testRequest()
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200 * MEGABYTE)
  })
})

test('peers that are reset amid a message cost their connections only', async () => {
  const { server, client } = await loggedOn()
  await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const peer = await RawPeer.connect(server, { from: `PEER${index}` })
      if (index % 2 === 0) await peer.logon()
      peer.sendBytes(frame('35=D|34=2|11=1', { from: `PEER${index}` }).subarray(0, 10 + index))
      peer.socket.resetAndDestroy()
    }),
  )
  await expect.poll(() => server.activeConnections).toEqual([['SERVER', 'CLIENT']])
  await client.send({ 35: 'D', 11: 'still here' })
  expect((await server.receive()).get(11)).toBe('still here')
})

test('of many clients that log on at once with one name, one is let in; with names of their own, all are', async () => {
  const server = await running(new FixServer({ name: 'server' }))
  const same = Array.from({ length: 30 }, () => clientOf(server))
  const others = Array.from({ length: 100 }, (_, index) => clientOf(server, { sender: `CLIENT${index}` }))
  const [results] = await Promise.all([
    Promise.allSettled(same.map(running)),
    Promise.all(others.map(running)),
  ])
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(server.activeConnections).toHaveLength(101)
  await Promise.all(others.map((client) => client.testRequest()))
})

test('what is sent while connections break arrives once, and in order, when numbers are kept', async () => {
  const { server, client } = await loggedOn({}, { resetOnLogon: false })
  const connection = ['SERVER', 'CLIENT'] as const
  let sent = 0
  let breaks = 0
  while (breaks < 20) {
    try {
      await client.send({ 35: 'D', 11: String(sent) })
      sent += 1
      if (sent % 50 === 0) server.disconnect({ connection })
    } catch (error) {
      expect(error).toMatchObject({ code: expect.stringMatching(/^FIX_(NOT_LOGGED_ON|CONNECTION_CLOSED)$/) })
      breaks += 1
      await client.logon()
    }
  }
  await client.reconnect() // It may not know yet of the last break.
  await client.testRequest()
  for (let next = 0; next < sent; next += 1)
    expect((await server.receive({ connection })).get(11)).toBe(String(next))
  expect(server.errors()).toEqual([])
})

test('reconnect() while messages are sent ends in a session that works', async () => {
  const { server, client } = await loggedOn()
  const sending = Array.from({ length: 200 }, (_, index) =>
    client.send({ 35: 'D', 11: String(index), 58: 'x'.repeat(10_000) }),
  )
  const reconnected = Promise.all([client.reconnect(), client.reconnect()])
  await Promise.allSettled(sending)
  await reconnected
  server.flush()
  await client.send({ 35: 'D', 11: 'after' })
  expect((await server.expect({ 11: 'after' })).get(35)).toBe('D')
  expect(server.activeConnections).toHaveLength(1)
})

test('SequenceReset in any order leaves a session that goes on or ends, and one that logs on again', async () => {
  const server = await running(new FixServer({ name: 'server', logoffAtStop: false }))
  const texts = [
    '35=4|34=2|36=5',
    '35=4|34=99|123=Y|36=100',
    '35=4|34=5|123=Y|36=5',
    '35=4|34=5|36=999999999999999',
    '35=4|34=5|36=x',
    '35=4|34=5',
    '35=4|34=0|123=Y|43=Y|36=1',
    '35=A|34=7|98=0|108=0|141=Y',
    '35=2|34=8|7=0|16=0',
  ]
  for (let turn = 0; turn < texts.length; turn += 1) {
    const peer = await RawPeer.connect(server)
    expect(await peer.logon('34=1|98=0|108=0|141=Y')).toBe('35=A|34=1|98=0|108=0|141=Y')
    peer.send(...texts.slice(turn), ...texts.slice(0, turn), '35=5|34=1')
    for (let next = ''; next !== 'end'; ) next = await peer.next()
  }
  expect(server.activeConnections).toEqual([])
})

test('what are no fields is not sent, what is no matcher not awaited', async () => {
  const { client } = await loggedOn()
  for (const given of ['35=D', 5, undefined, null])
    await expect(client.send(given as never)).rejects.toMatchObject({ code: 'FIX_MESSAGE_INVALID' })
  await expect(client.send('35=D' as never)).rejects.toThrowErrorMatchingInlineSnapshot(
    `[TestrigError [FIX_MESSAGE_INVALID]: The message cannot be sent: fields are an object of tags, pairs or a FixMessage, but are '35=D' (string).]`,
  )
  for (const given of [undefined, 'D', new Map([[35, 'D']])])
    await expect(client.expect(given as never)).rejects.toMatchObject({ code: 'OPTION_INVALID' })
  await expect(client.expect([[35, 'D']] as never)).rejects.toThrowErrorMatchingInlineSnapshot(
    `[TestrigError [OPTION_INVALID]: FixClient "client": expect() takes an object of tags, or a function of the message, but was given [ [ 35, 'D' ] ].]`,
  )
})
