import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { running } from '@testrig/sockets/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeDictionary } from '../test/dictionaries.ts'
import { clientOf, failure, loggedOn, stable } from '../test/logged-on.ts'
import { RawPeer } from '../test/raw-peer.ts'
import { FixServer } from './fix-server.ts'

let directory: string
let fix42: string
let fix44: string
let fixt11: string
let fix50sp2: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'testrig-fix-'))
  fix42 = writeDictionary(directory, 'FIX42.xml')
  fix44 = writeDictionary(directory, 'FIX44.xml')
  fixt11 = writeDictionary(directory, 'FIXT11.xml')
  fix50sp2 = writeDictionary(directory, 'FIX50SP2.xml')
})

afterAll(() => rmSync(directory, { recursive: true }))

describe('names', () => {
  test('stand for tags, in messages to send, in those received and in matchers', async () => {
    const { server, client } = await loggedOn({ dictionary: fix44 }, { dictionary: fix44 })
    await client.send({ MsgType: 'D', ClOrdID: '1', Symbol: 'EURUSD', Side: 1, OrderQty: 2.5 })
    const order = await server.expect({ MsgType: 'D', ClOrdID: '1' })
    expect([order.get('Symbol'), order.get(55), order.number('OrderQty')]).toEqual(['EURUSD', 'EURUSD', 2.5])
  })

  test('groups are known by the dictionary, also nested and in the header', async () => {
    const { server, client } = await loggedOn({ dictionary: fix44 }, { dictionary: fix44 })
    await client.send({
      35: 'D',
      11: '1',
      55: 'A',
      54: 1,
      58: 'text',
      627: [{ 628: 'HOP', 630: 5 }],
      NoPartyIDs: [
        { PartyID: 'a', PartyIDSource: 'D', NoPartySubIDs: [{ 523: 'x' }, { 523: 'y', 803: 1 }] },
        // The dictionary knows that 448 comes first, whatever the order of the keys.
        { 447: 'E', 448: 'b' },
      ],
    })
    const order = await server.receive()
    expect(stable(order.toString())).toContain('453=2|448=a|447=D|802=2|523=x|523=y|803=1|448=b|447=E|10=')
    expect(order.group('NoPartyIDs').map((each) => each.get('PartyID'))).toEqual(['a', 'b'])
    expect(order.group(453)[0]?.group(802)[1]?.get('PartySubIDType')).toBe('1')
    expect(order.group('NoHops')[0]?.get('HopRefID')).toBe('5')
    expect(order.toObject()).toMatchObject({
      58: 'text',
      453: [
        { 447: 'D', 448: 'a', 802: [{ 523: 'x' }, { 523: 'y', 803: '1' }] },
        { 447: 'E', 448: 'b' },
      ],
    })
  })

  test('raw data fields of a dictionary are as those of the standard', async () => {
    const { server, client } = await loggedOn({ dictionary: fix44 }, { dictionary: fix44 })
    const data = Buffer.from('a\u0001b=c')
    await client.send({ 35: 'D', 11: '1', 55: 'A', 54: 1, VenueData: data })
    expect((await server.receive()).bytes('VenueData')).toEqual(data)
  })

  test('a name that there is not is an error', async () => {
    const { server, client } = await loggedOn({}, { dictionary: fix44 })
    const unknown = await failure(client.send({ 35: 'D', ClOrdId: '1' }))
    expect(unknown.message).toMatchInlineSnapshot(
      `"\`ClOrdId\` is no tag. The dictionary of FIX.4.4 has no field of that name."`,
    )
    const without = await failure(server.send({ MsgType: '8' }))
    expect([without.code, without.message]).toMatchInlineSnapshot(`
      [
        "FIX_TAG_UNKNOWN",
        "\`MsgType\` is no tag. Give its number, or a \`dictionary\` with names for this version.",
      ]
    `)
  })
})

describe('validation', () => {
  const VALID = '11=1|55=A|54=1'

  test.for([
    { what: 'an unknown tag', fields: `${VALID}|999=x`, answer: '371=999|372=D|373=0|58=Invalid tag number' },
    {
      what: 'a required tag that is missing',
      fields: '11=1|55=A',
      answer: '371=54|372=D|373=1|58=Required tag missing',
    },
    {
      what: 'a tag of other messages',
      fields: `${VALID}|112=x`,
      answer: '371=112|372=D|373=2|58=Tag not defined for this message type',
    },
    {
      what: 'a tag of a group without the group',
      fields: `${VALID}|448=x`,
      answer: '371=448|372=D|373=2|58=Tag not defined for this message type',
    },
    {
      what: 'a value that is not listed',
      fields: '11=1|55=A|54=9',
      answer: '371=54|372=D|373=5|58=Value is incorrect (out of range) for this tag',
    },
    {
      what: 'a quantity that is no number',
      fields: `${VALID}|38=1e3`,
      answer: '371=38|372=D|373=6|58=Incorrect data format for value',
    },
    {
      what: 'a time that is none',
      fields: `${VALID}|60=2026-01-02`,
      answer: '371=60|372=D|373=6|58=Incorrect data format for value',
    },
    {
      what: 'a tag that is there twice',
      fields: `${VALID}|11=2`,
      answer: '371=11|372=D|373=13|58=Tag appears more than once',
    },
    {
      what: 'a header field amid the body',
      fields: `${VALID}|43=N`,
      answer: '371=43|372=D|373=14|58=Tag specified out of required order',
    },
    {
      what: 'an entry that begins with another field',
      fields: `${VALID}|453=1|447=D|448=a`,
      answer: '371=453|372=D|373=15|58=Repeating group fields out of order',
    },
    {
      what: 'fewer entries than counted',
      fields: `${VALID}|453=2|448=a`,
      answer: '371=453|372=D|373=16|58=Incorrect NumInGroup count for repeating group',
    },
    {
      what: 'more entries than counted',
      fields: `${VALID}|453=1|448=a|448=b`,
      answer: '371=453|372=D|373=16|58=Incorrect NumInGroup count for repeating group',
    },
    {
      what: 'a wrong count of a nested group',
      fields: `${VALID}|453=1|448=a|802=2|523=x`,
      answer: '371=802|372=D|373=16|58=Incorrect NumInGroup count for repeating group',
    },
  ])('$what is rejected', async ({ fields, answer }) => {
    const server = await running(new FixServer({ name: 'server', dictionary: fix44, logoffAtStop: false }))
    const peer = await RawPeer.connect(server)
    await peer.logon()
    peer.send(`35=D|34=2|${fields}`, `35=D|34=3|${VALID}|453=1|448=a|802=1|523=x|58=good|9999=own`)
    expect(await peer.next()).toBe(`35=3|34=2|45=2|${answer}`)
    expect((await server.receive()).get(58)).toBe('good')
  })

  test('a type that there is not is rejected', async () => {
    const server = await running(new FixServer({ name: 'server', dictionary: fix44, logoffAtStop: false }))
    const peer = await RawPeer.connect(server)
    await peer.logon()
    peer.send('35=zz|34=2')
    expect(await peer.next()).toBe('35=3|34=2|45=2|371=35|372=zz|373=11|58=Invalid MsgType')
  })

  test('FIX.4.2 has no reason for a Reject beyond 11', async () => {
    const server = await running(new FixServer({ name: 'server', dictionary: fix42, logoffAtStop: false }))
    const peer = await RawPeer.connect(server, { version: 'FIX.4.2' })
    await peer.logon()
    peer.send(`35=D|34=2|${VALID}|11=2`)
    expect(await peer.next()).toBe('35=3|34=2|45=2|371=11|372=D|58=Tag appears more than once')
  })

  test('a Logon that does not fit is refused', async () => {
    const server = await running(new FixServer({ name: 'server', dictionary: fix44 }))
    const peer = await RawPeer.connect(server)
    expect(await peer.logon('34=1|98=0|108=0|55=A')).toBe(
      '35=5|34=1|58=its Logon is wrong: Tag not defined for this message type (55)',
    )
  })

  test('a message to send that does not fit is an error and takes no number, unless it is not validated', async () => {
    const { server, client } = await loggedOn({}, { dictionary: fix44 })
    const order = { 35: 'D', 11: '1', 55: 'A' }
    const error = await failure(client.send(order))
    expect([error.code, error.message]).toMatchInlineSnapshot(`
      [
        "FIX_MESSAGE_INVALID",
        "The message does not fit the dictionary of FIX.4.4: Required tag missing (tag 54), in 8=FIX.4.4|9=LENGTH|35=D|49=CLIENT|56=SERVER|34=2|52=TIME|11=1|55=A|10=SUM|. To send it all the same, give \`validate: false\`.",
      ]
    `)
    expect(client.sequenceNumbers.outgoing).toBe(2)
    await client.send(order, { validate: false })
    expect((await server.receive()).get(11)).toBe('1')
  })

  test('with `validate: false` a dictionary gives names only', async () => {
    const { server, client } = await loggedOn(
      { dictionary: fix44, validate: false },
      { dictionary: fix44, validate: false },
    )
    await client.send({ MsgType: 'D', ClOrdID: '1', 999: 'x' })
    expect((await server.receive()).get('ClOrdID')).toBe('1')
  })
})

describe('several dictionaries', () => {
  test('each message has that of its version', async () => {
    const dictionary = [fix42, fix44, fixt11, fix50sp2]
    const server = await running(new FixServer({ name: 'server', dictionary }))
    for (const version of ['FIX.4.2', 'FIX.4.4', 'FIXT.1.1'] as const) {
      const client = await running(clientOf(server, { version, sender: version, dictionary }))
      await client.send({ MsgType: 'D', ClOrdID: version, Symbol: 'A', Side: 2 })
      expect((await server.receive({ connection: ['SERVER', version] })).get('ClOrdID')).toBe(version)
      expect(server.errors()).toEqual([])
    }
  })

  test('under FIXT.1.1, ApplVerID says which, and DefaultApplVerID where it is missing', async () => {
    const dictionary = [fix44, fixt11]
    const server = await running(new FixServer({ name: 'server', dictionary }))
    const client = await running(clientOf(server, { version: 'FIXT.1.1', defaultApplVerID: '6', dictionary }))
    const logon = await server.receive({ admin: true })
    expect(logon.get(1137)).toBe('6')
    await client.send({ MsgType: 'D', ClOrdID: '1', Symbol: 'A', Side: 1 })
    expect((await server.receive()).get('ClOrdID')).toBe('1')
    await client.send({ 35: 'D', 11: '2', 1128: '9', 55: 'A', 54: 1 }, { validate: false })
    await expect.poll(() => server.errors()).toMatchObject([{ code: 'FIX_MESSAGE_REJECTED' }])
    expect(stable(server.errors()[0]?.message ?? '')).toMatchInlineSnapshot(
      `"FixServer "server": connection SERVER ↔ CLIENT: a message of the peer was rejected, reason 11: Invalid MsgType (tag 35), in 8=FIXT.1.1|9=LENGTH|35=D|1128=9|49=CLIENT|56=SERVER|34=3|52=TIME|11=2|54=1|55=A|10=SUM|."`,
    )
  })
})

describe('a dictionary that is none', () => {
  const fix = (content: string) => `<fix major="4" minor="4">${content}</fix>`

  test.for([
    { what: 'no XML', content: '{}', reason: "line 1: char '{' is not expected." },
    { what: 'XML that breaks off', content: '<fix>\n<header>', reason: /^line \d: / },
    { what: 'other XML', content: '<html></html>', reason: 'its root element is not <fix>' },
    { what: 'no version', content: '<fix></fix>', reason: '<fix> lacks its attributes `major` and `minor`' },
    {
      what: 'an unknown field',
      content: fix('<header><field name="X" required="Y"/></header>'),
      reason: '<fields> has no field `X`',
    },
    {
      what: 'an unknown component',
      content: fix('<header><component name="X" required="Y"/></header>'),
      reason: '<components> has no component `X`',
    },
    {
      what: 'a component in itself',
      content: fix(
        '<header><component name="X"/></header><components><component name="X"><component name="X"/></component></components>',
      ),
      reason: 'the component `X` contains itself',
    },
    {
      what: 'a field without a number',
      content: fix('<fields><field number="x" name="X" type="INT"/></fields>'),
      reason: 'the field `X` has no valid number',
    },
    {
      what: 'a message without a type',
      content: fix('<messages><message name="X"/></messages>'),
      reason: 'an element <message> lacks its attribute `msgtype`',
    },
  ])('$what', async ({ content, reason }) => {
    const path = join(directory, 'wrong.xml')
    writeFileSync(path, content)
    const error = await failure(new FixServer({ name: 'server', dictionary: path }).start())
    expect(error.code).toBe('FIX_DICTIONARY_INVALID')
    const [, given] = error.message.split('is no dictionary in the XML of QuickFIX: ')
    expect(given?.slice(0, -1)).toEqual(
      typeof reason === 'string' ? reason.replace(/\.$/, '') : expect.stringMatching(reason),
    )
  })

  test('a file that is missing', async () => {
    const error = await failure(new FixServer({ name: 'server', dictionary: '/nowhere/FIX44.xml' }).start())
    expect(error.message).toMatchInlineSnapshot(
      `"FixServer "server": option \`dictionary\`: /nowhere/FIX44.xml is no dictionary in the XML of QuickFIX: ENOENT: no such file or directory, open '/nowhere/FIX44.xml'."`,
    )
  })

  test('FIX.5.0SP2 without FIXT.1.1', async () => {
    const error = await failure(new FixServer({ name: 'server', dictionary: fix50sp2 }).start())
    expect(error.message).toMatchInlineSnapshot(
      `"FixServer "server": option \`dictionary\`: FIX.5.0SP2 needs the dictionary of FIXT.1.1 too, which has its header. Give both in an array."`,
    )
  })
})
