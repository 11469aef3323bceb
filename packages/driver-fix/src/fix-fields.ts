import type { Dictionary, Members } from './dictionary.ts'
import { invalidMessage, notFields, unknownTagName } from './errors.ts'
import type { Field, FixTag } from './fix-message.ts'
import { type FieldValue, type FixValue, fieldValue } from './fix-value.ts'

/** What a tag is given: a value, the entries of a group, or nothing, which leaves the tag out. */
export type FixInput = FixValue | readonly FixFields[] | null | undefined

/**
 * The fields of a message or of a group's entry: an object, pairs in an array or a Map, or a FixMessage. Names stand for
 * tags when there is a dictionary. An object has its numeric keys in ascending order, whatever the order they are written
 * in; where the order matters, as of an entry's first field, give pairs, names, or a dictionary.
 */
export type FixFields =
  | { readonly [tag: number | string]: FixInput }
  | Iterable<readonly [tag: FixTag, value: FixInput]>

const SOH = '\u0001'
const LARGEST_TAG = 999_999_999

/** The fields one after another, groups behind their counts. @throws FIX_MESSAGE_INVALID, FIX_TAG_UNKNOWN */
export function flatFields(given: FixFields, dictionary?: Dictionary): Field[] {
  const entries = pairsOf(given, dictionary)
  const type = entries.find(([tag]) => tag === 35)?.[1]
  const members = typeof type === 'string' ? dictionary?.messages.get(type) : undefined
  return fieldsOf(entries, { dictionary, members })
}

interface Context {
  readonly dictionary: Dictionary | undefined
  readonly members: Members | undefined
}

type Pair = readonly [tag: number, input: Exclude<FixInput, null | undefined>]

function pairsOf(given: FixFields, dictionary: Dictionary | undefined): Pair[] {
  if (typeof given !== 'object' || given === null) throw notFields(given)
  const pairs: Pair[] = []
  for (const [tag, input] of Symbol.iterator in given ? given : Object.entries(given))
    if (input !== undefined && input !== null) pairs.push([tagOf(tag, dictionary), input])
  return pairs
}

function fieldsOf(pairs: readonly Pair[], context: Context): Field[] {
  const fields: Field[] = []
  for (const [tag, input] of pairs) {
    if (Array.isArray(input)) fields.push(...groupFields(tag, input, context))
    else fields.push([tag, checkedValue(tag, input as FixValue)])
  }
  return fields
}

function checkedValue(tag: number, input: FixValue): FieldValue {
  const value = fieldValue(input)
  if (value === undefined) throw invalidMessage(tag, 'no field can hold', input)
  if (typeof value === 'string' && value.includes(SOH))
    throw invalidMessage(
      tag,
      'text holds the separator of fields (SOH): give bytes to a raw data field instead of',
      input,
    )
  return value
}

function groupFields(tag: number, entries: readonly FixFields[], { dictionary, members }: Context): Field[] {
  const known = members?.groups.get(tag)
  const context = { dictionary, members: known }
  const flat = entries.map((entry) => {
    const pairs = pairsOf(entry, dictionary)
    if (known !== undefined && !(Symbol.iterator in entry)) sortBy([...known.tags], pairs)
    return fieldsOf(pairs, context)
  })
  const [first] = flat[0]?.[0] ?? []
  const other = flat.find((fields) => fields[0]?.[0] !== first)
  if (other !== undefined || (first === undefined && entries.length > 0))
    throw invalidMessage(
      tag,
      `each entry of a group begins with the same field, here ${first}, but one is`,
      other,
    )
  return [[tag, String(entries.length)], ...flat.flat()]
}

/** Puts pairs in the order of the tags; those that are not among them stay behind. */
function sortBy(order: readonly number[], pairs: Pair[]): void {
  const rank = (tag: number) => (order.includes(tag) ? order.indexOf(tag) : order.length)
  pairs.sort(([a], [b]) => rank(a) - rank(b))
}

function tagOf(tag: FixTag, dictionary: Dictionary | undefined): number {
  const number = dictionary?.tagOf.get(String(tag)) ?? Number(tag)
  if (Number.isInteger(number) && number > 0 && number <= LARGEST_TAG) return number
  throw unknownTagName(String(tag), dictionary?.version)
}
