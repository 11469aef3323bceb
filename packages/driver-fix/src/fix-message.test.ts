import { describe, expect, expectTypeOf, test } from 'vitest'
import { type FixFields, flatFields } from './fix-fields.ts'
import { FixMessage, type FixMessage as Message } from './fix-message.ts'

const messageOf = (fields: FixFields) => new FixMessage(flatFields(fields))

describe('what is given', () => {
  test('numbers, booleans, dates and bytes become values of fields', () => {
    const given = {
      35: 'D',
      38: 1_000_000,
      43: true,
      44: -0.25,
      60: new Date('2026-01-02T03:04:05.678Z'),
      96: new Uint8Array([1, 2]),
      113: false,
      9000: 12345678901234567890n,
    }
    expect(messageOf(given).toObject()).toEqual({
      35: 'D',
      38: '1000000',
      43: 'Y',
      44: '-0.25',
      60: '20260102-03:04:05.678',
      96: Buffer.from([1, 2]),
      113: 'N',
      9000: '12345678901234567890',
    })
  })

  test('pairs and a Map keep their order, an object has ascending numbers', () => {
    const pairs = [
      [55, 'A'],
      [35, 'D'],
      [11, '1'],
    ] as const
    expect(String(messageOf(pairs))).toBe('55=A|35=D|11=1|')
    expect(String(messageOf(new Map(pairs)))).toBe('55=A|35=D|11=1|')
    expect(String(messageOf({ 55: 'A', 35: 'D', 11: '1' }))).toBe('11=1|35=D|55=A|')
  })

  test('another message, with more', () => {
    const order = messageOf({ 35: 'D', 11: '1' })
    expect(String(messageOf([...order, [58, 'more']]))).toBe('11=1|35=D|58=more|')
    expect(String(messageOf(order))).toBe('11=1|35=D|')
  })

  test('what is undefined or null is left out', () => {
    expect(String(messageOf({ 35: 'D', 11: undefined, 58: null, 1: messageOf({}).get(1) }))).toBe('35=D|')
  })

  test('groups are counted', () => {
    const parties = [
      [
        [448, 'A'],
        [447, 'D'],
      ],
      new Map([
        [448, 'B'],
        [452, '1'],
      ]),
    ] as const
    expect(String(messageOf({ 35: 'D', 453: parties }))).toBe('35=D|453=2|448=A|447=D|448=B|452=1|')
    expect(String(messageOf({ 35: 'D', 453: [] }))).toBe('35=D|453=0|')
  })

  test.for<{ what: string; fields: FixFields; message: string }>([
    { what: 'an empty text', fields: { 11: '' }, message: "tag 11: no field can hold '' (string)" },
    { what: 'NaN', fields: { 38: Number.NaN }, message: 'tag 38: no field can hold NaN (number)' },
    {
      what: 'a number with an exponent',
      fields: { 38: 1e21 },
      message: 'tag 38: no field can hold 1e+21 (number)',
    },
    { what: 'no date', fields: { 60: new Date('x') }, message: 'tag 60: no field can hold' },
    {
      what: 'an object',
      fields: { 58: { text: 'x' } as never },
      message: "tag 58: no field can hold { text: 'x' }",
    },
    { what: 'a function', fields: { 58: (() => 'x') as never }, message: 'tag 58: no field can hold' },
    { what: 'no bytes', fields: { 96: new Uint8Array() }, message: 'tag 96: no field can hold' },
    {
      what: 'a separator in text',
      fields: { 58: 'a\u0001b' },
      message: 'tag 58: text holds the separator of fields (SOH)',
    },
    { what: 'tag 0', fields: { 0: 'x' }, message: '`0` is no tag' },
    { what: 'a name', fields: { ClOrdID: 'x' }, message: '`ClOrdID` is no tag' },
    {
      what: 'entries that begin with different fields',
      fields: { 453: [[[448, 'A']], [[447, 'D']]] },
      message: 'tag 453: each entry of a group begins with the same field, here 448, but one is',
    },
    {
      what: 'an entry without fields',
      fields: { 453: [{}] },
      message: 'tag 453: each entry of a group begins with',
    },
  ])('$what is refused', ({ fields, message }) => {
    expect(() => flatFields(fields)).toThrow(message)
  })
})

describe('a message', () => {
  const message = messageOf([
    [35, 'D'],
    [38, '12.50'],
    [52, '20260102-03:04:05.678901'],
    [58, 'text'],
    [453, [[[448, 'A']], [[448, 'B']]]],
    [354, 3],
    [355, Buffer.from('abc')],
  ])

  test('gives values as text, bytes, numbers and dates', () => {
    expect(message.type).toBe('D')
    expect([message.get(38), message.number(38)]).toEqual(['12.50', 12.5])
    expect([message.get(355), message.bytes(355)]).toEqual(['abc', Buffer.from('abc')])
    expect(message.bytes(58)).toEqual(Buffer.from('text'))
    expect(message.date(52)).toEqual(new Date('2026-01-02T03:04:05.678Z'))
    expect(message.number(58)).toBeNaN()
    expect(message.date(58)).toBeUndefined()
    expect([message.has(58), message.has(1)]).toEqual([true, false])
    expect([message.get(1), message.number(1), message.bytes(1), message.date(1)]).toEqual(
      Array(4).fill(undefined),
    )
  })

  test('gives groups; the last entry goes on to the end, unless its members are said', () => {
    expect(message.group(453).map(String)).toEqual(['448=A|', '448=B|354=3|355=abc|'])
    expect(message.group(453, [448]).map(String)).toEqual(['448=A|', '448=B|'])
    expect(message.group(1)).toEqual([])
    expect(messageOf({ 35: 'D', 453: 0, 58: 'x' }).group(453)).toEqual([])
  })

  test('is an object, with arrays for what is there several times', () => {
    expect(message.toObject()).toEqual({
      35: 'D',
      38: '12.50',
      52: '20260102-03:04:05.678901',
      58: 'text',
      354: '3',
      355: Buffer.from('abc'),
      448: ['A', 'B'],
      453: '2',
    })
  })

  test('is compared by its fields', () => {
    expect(messageOf({ 35: 'D', 11: '1' })).toEqual(messageOf({ 35: 'D', 11: 1 }))
    expect(messageOf({ 35: 'D', 11: '1' })).not.toEqual(messageOf({ 35: 'D', 11: '2' }))
  })

  test('has types', () => {
    expectTypeOf<Message['get']>().returns.toEqualTypeOf<string | undefined>()
    expectTypeOf<Message['bytes']>().returns.toEqualTypeOf<Buffer | undefined>()
    expectTypeOf<Message['group']>().returns.toEqualTypeOf<readonly Message[]>()
    expectTypeOf<Message>().toExtend<FixFields>()
    // @ts-expect-error: a function is no value
    expect(() => flatFields({ 11: () => {} })).toBeTypeOf('function')
  })
})
