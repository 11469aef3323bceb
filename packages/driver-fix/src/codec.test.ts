import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { flatFields } from './fix-fields.ts'
import { type Field, FixMessage } from './fix-message.ts'
import { FrameReader } from './frame-reader.ts'

const RUNS = 10_000
/** Length and data, of the header, the body and the trailer. */
const RAW = [96, 91, 213, 349, 355, 446, 619, 622, 89]
const PLAIN = [
  1, 6, 11, 14, 15, 17, 20, 31, 32, 37, 38, 39, 40, 44, 54, 55, 58, 60, 150, 151, 5001, 9999, 20_001,
]
const GROUP = 453
const GROUP_TAGS = [448, 447, 452] as const
const NESTED = 802
const NESTED_TAGS = [523, 803] as const

const text = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 20 })
  .filter((each) => !each.includes('\u0001'))
const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((each) => Buffer.from(each))
const awkward = fc
  .constantFrom('\u0001', '10=000\u0001', '8=FIX.4.4\u00019=5\u000135=0\u0001', '=')
  .map((each) => Buffer.from(each))

const plainField = fc.tuple(fc.constantFrom(...PLAIN), text)
const rawField = fc.tuple(fc.constantFrom(...RAW), fc.oneof(bytes, awkward))
const nestedEntry = fc
  .tuple(text, text)
  .map((values) => NESTED_TAGS.map((tag, index) => [tag, values[index]] as const))
const groupEntry = fc
  .tuple(text, text, text, fc.array(nestedEntry, { minLength: 1, maxLength: 3 }))
  .map((values) => [
    ...GROUP_TAGS.map((tag, index) => [tag, values[index] as string] as const),
    [NESTED, values[3]] as const,
  ])

const message = fc.record({
  type: fc.constantFrom('D', '8', 'AE', 'B', 'zz'),
  fields: fc.uniqueArray(fc.oneof(plainField, rawField), { selector: ([tag]) => tag, maxLength: 20 }),
  group: fc.array(groupEntry, { maxLength: 4 }),
})

/** The message read from the bytes of an encoded one, cut in two. */
function roundTrip(fields: readonly Field[], cut = 10): { message: FixMessage; encoded: readonly Field[] } {
  const { frame, fields: encoded } = encode('FIX.4.4', fields)
  const reader = new FrameReader(1_000_000)
  reader.append(frame.subarray(0, cut % frame.length))
  expect(reader.next()).toBeUndefined()
  reader.append(frame.subarray(cut % frame.length))
  const { fields: decoded, flaw } = decode(reader.next() as Buffer)
  expect(flaw).toBeUndefined()
  return { message: new FixMessage(decoded), encoded }
}

test(`${RUNS} random messages arrive as they were sent, with raw data and nested groups`, {
  timeout: 120_000,
}, () => {
  const property = fc.property(message, fc.nat(), ({ type, fields, group }, cut) => {
    const given = flatFields([[35, type], ...fields, [GROUP, group]])
    const { message: read, encoded } = roundTrip(given, cut)
    expect(read.fields).toEqual(encoded)
    for (const [tag, value] of fields) {
      if (Buffer.isBuffer(value)) expect(read.bytes(tag)).toEqual(value)
      else expect(read.get(tag)).toBe(value)
    }
    const entries = read.group(GROUP, [...GROUP_TAGS, NESTED, ...NESTED_TAGS])
    const readGroup = entries.map((entry) => [
      ...GROUP_TAGS.map((tag) => [tag, entry.get(tag)]),
      [NESTED, entry.group(NESTED, NESTED_TAGS).map((nested) => [...nested])],
    ])
    expect(readGroup).toEqual(group)
  })
  fc.assert(property, { numRuns: RUNS, seed: 20_261_124 })
})

describe('what goes over the wire', () => {
  test('begins with BeginString and BodyLength and ends with CheckSum', () => {
    const { frame } = encode('FIX.4.2', [
      [35, '0'],
      [49, 'A'],
      [56, 'B'],
      [34, '12'],
      [52, '20100304-07:59:30'],
    ])
    const text = frame.toString('latin1').replaceAll('\u0001', '|')
    expect(text).toBe('8=FIX.4.2|9=42|35=0|49=A|56=B|34=12|52=20100304-07:59:30|10=185|')
  })

  test('the length of raw data is set by the codec, wherever a wrong one was given', () => {
    const { message: read } = roundTrip([
      [35, 'B'],
      [95, '99'],
      [96, Buffer.from('a\u0001b')],
      [354, '1'],
      [58, 'text'],
      [355, 'é'],
    ])
    expect(read.toString()).toContain('35=B|95=3|96=a\u0001b|58=text|354=2|355=é|10=')
  })

  test('text is UTF-8; bytes that are not stay bytes', () => {
    const { message: read } = roundTrip([
      [35, 'B'],
      [58, 'Zürich €'],
      [148, Buffer.from('Z\u00fcrich', 'latin1')],
    ])
    expect(read.get(58)).toBe('Zürich €')
    expect(read.bytes(58)).toEqual(Buffer.from('Zürich €'))
    expect(read.bytes(148)).toEqual(Buffer.from([90, 0xfc, 114, 105, 99, 104]))
  })

  test('a length without its data is a field like any other', () => {
    const { message: read } = roundTrip([
      [35, 'B'],
      [95, '5'],
      [58, 'x'],
    ])
    expect([read.get(95), read.get(58)]).toEqual(['5', 'x'])
  })
})
