import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeDictionary } from '../test/dictionaries.ts'
import { loggedOn } from '../test/logged-on.ts'

// What the page of the documentation quotes.

test('a message is an object or pairs, a group an array', async () => {
  const { server, client } = await loggedOn()
  // #region send
  await client.send({
    35: 'D',
    11: 'order-1',
    38: 2.5,
    54: 1,
    55: 'EUR/USD',
    60: new Date(),
    95: 3, // The length of raw data is set where it is missing or wrong.
    96: Buffer.from([1, 2, 61]),
    453: [
      [
        [448, 'DESK'], // Pairs: an object would have 447 first, as its numeric keys are in ascending order.
        [447, 'D'],
      ],
      [
        [448, 'TRADER'],
        [447, 'D'],
      ],
    ],
  })
  // #endregion send

  // #region read
  const order = await server.receive()
  expect(order.type).toBe('D')
  expect(order.number(38)).toBe(2.5)
  expect(order.date(60)?.getTime()).toBeLessThanOrEqual(Date.now())
  expect(order.bytes(96)).toEqual(Buffer.from([1, 2, 61]))
  expect(order.group(453, [448, 447]).map((party) => party.get(448))).toEqual(['DESK', 'TRADER'])
  await server.send([...order, [58, 'the same with more']])
  // #endregion read
  expect((await client.receive()).get(58)).toBe('the same with more')
})

test('a gap', async () => {
  const { server, client } = await loggedOn()
  // #region gap
  const { outgoing } = client.sequenceNumbers
  client.setSequenceNumbers({ outgoing: outgoing + 5 })
  await client.send({ 35: 'D', 11: 'behind the gap' })
  expect((await client.expect({ 35: '2' })).number(7)).toBe(outgoing) // The server asks for what is missing.
  expect((await server.receive()).get(11)).toBe('behind the gap')
  // #endregion gap
})

test('names', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'testrig-fix-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const dictionary = writeDictionary(directory, 'FIX44.xml')
  const { server, client } = await loggedOn({ dictionary }, { dictionary })
  // #region dictionary
  await client.send({
    MsgType: 'D',
    ClOrdID: 'order-1',
    Side: 1,
    Symbol: 'EUR/USD',
    NoPartyIDs: [{ PartyID: 'DESK', PartyIDSource: 'D' }],
  })
  const order = await server.expect({ ClOrdID: /^order-/ })
  expect(order.get('Symbol')).toBe('EUR/USD')
  expect(order.group('NoPartyIDs').map((party) => party.get('PartyID'))).toEqual(['DESK'])
  // #endregion dictionary
})
