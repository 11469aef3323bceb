import type { Dictionary, Members } from './dictionary.ts'
import { unknownTagName } from './errors.ts'
import { type FieldValue, parseUtcTimestamp } from './fix-value.ts'
import { groupEntries } from './group-entries.ts'
import { Tag } from './tags.ts'

/** A tag and what it holds: bytes for raw data and for what is not UTF-8, else text. */
export type Field = readonly [tag: number, value: FieldValue]

/** A tag, or the name that the dictionary has for it. */
export type FixTag = number | string

/** The fields of a message by tag; a group, and without a dictionary any tag that is there twice, is an array. */
export interface FixObject {
  readonly [tag: number]: FieldValue | readonly (FieldValue | FixObject)[]
}

/** A FIX message, or one entry of a group: fields in the order in which they stand. */
export class FixMessage implements Iterable<Field> {
  readonly fields: readonly Field[]
  readonly #type: string
  readonly #dictionary: Dictionary | undefined
  readonly #members: Members | undefined

  constructor(fields: readonly Field[], dictionary?: Dictionary, members?: Members) {
    this.fields = fields
    this.#dictionary = dictionary
    this.#type = this.get(Tag.MsgType) ?? ''
    this.#members = members ?? dictionary?.messages.get(this.#type)
  }

  /** The message type (35); empty for an entry of a group. */
  get type(): string {
    return this.#type
  }

  /** The first value of a tag as text. @throws FIX_TAG_UNKNOWN for a name that no dictionary explains */
  get(tag: FixTag): string | undefined {
    return this.#find(tag)?.toString()
  }

  /** The first value of a tag as bytes. @throws FIX_TAG_UNKNOWN */
  bytes(tag: FixTag): Buffer | undefined {
    const value = this.#find(tag)
    return typeof value === 'string' ? Buffer.from(value) : value
  }

  /** The first value of a tag as a number, NaN when it is none. @throws FIX_TAG_UNKNOWN */
  number(tag: FixTag): number | undefined {
    const text = this.get(tag)
    return text === undefined ? undefined : Number(text)
  }

  /** The first value of a tag as the time that it tells, a UTCTimestamp, to the millisecond. @throws FIX_TAG_UNKNOWN */
  date(tag: FixTag): Date | undefined {
    return parseUtcTimestamp(this.get(tag) ?? '')
  }

  /** @throws FIX_TAG_UNKNOWN */
  has(tag: FixTag): boolean {
    return this.#find(tag) !== undefined
  }

  /**
   * The entries of a group, by the tag of its count. Where no dictionary says what an entry holds, `members` do: else
   * the last entry goes on to the end of the message.
   *
   * @throws FIX_TAG_UNKNOWN
   */
  group(tag: FixTag, members?: readonly FixTag[]): readonly FixMessage[] {
    const count = this.#tag(tag)
    const at = this.fields.findIndex(([each]) => each === count)
    if (at === -1) return []
    const known = this.#groupMembers(count)
    const allowed = members === undefined ? known?.all : new Set(members.map((each) => this.#tag(each)))
    return groupEntries(this.fields, at, allowed).map(
      (fields) => new FixMessage(fields, this.#dictionary, known),
    )
  }

  /** A plain object, to compare with in a test. */
  toObject(): FixObject {
    const object: Record<number, FieldValue | (FieldValue | FixObject)[]> = {}
    for (let at = 0; at < this.fields.length; at += 1) {
      const [tag, value] = this.fields[at] as Field
      const before = object[tag]
      const members = this.#groupMembers(tag)
      if (members !== undefined) {
        const entries = groupEntries(this.fields, at, members.all)
        object[tag] = entries.map((fields) => new FixMessage(fields, this.#dictionary, members).toObject())
        at += entries.flat().length
      } else if (before === undefined) object[tag] = value
      else object[tag] = Array.isArray(before) ? [...before, value] : [before as FieldValue, value]
    }
    return object
  }

  /** The message in one line, with `|` between the fields. */
  toString(): string {
    return this.fields.map(([tag, value]) => `${tag}=${value}|`).join('')
  }

  [Symbol.iterator](): Iterator<Field> {
    return this.fields[Symbol.iterator]()
  }

  #find(tag: FixTag): FieldValue | undefined {
    const number = this.#tag(tag)
    return this.fields.find(([each]) => each === number)?.[1]
  }

  #groupMembers(count: number): Members | undefined {
    return this.#members?.groups.get(count) ?? this.#dictionary?.header.groups.get(count)
  }

  #tag(tag: FixTag): number {
    if (typeof tag === 'number') return tag
    const number = this.#dictionary?.tagOf.get(tag)
    if (number === undefined) throw unknownTagName(tag, this.#dictionary?.version)
    return number
  }
}
