import { isAscii } from 'node:buffer'
import { type DataFields, standardDataFields } from './data-fields.ts'
import type { Field } from './fix-message.ts'
import { textOrBytes } from './fix-value.ts'
import { type Flaw, flaws } from './flaw.ts'

/** The fields of a message, and the first thing that is wrong with them. */
export interface Decoded {
  readonly fields: readonly Field[]
  readonly flaw: Flaw | undefined
}

const SOH = '\u0001'
const LONGEST_SHOWN = 20
const LONGEST_TAG = 9
const ZERO = 0x30

/** Takes a frame apart, which FrameReader has checked. */
export function decode(frame: Buffer, data: DataFields = standardDataFields): Decoded {
  return new Decoding(frame, data).run()
}

class Decoding {
  readonly #frame: Buffer
  readonly #data: DataFields
  /** Each byte as a character: positions are the same in both. */
  readonly #text: string
  readonly #isAscii: boolean
  readonly #fields: Field[] = []
  #flaw: Flaw | undefined
  #at = 0
  #equals = -1

  constructor(frame: Buffer, data: DataFields) {
    this.#frame = frame
    this.#data = data
    this.#text = frame.toString('latin1')
    this.#isAscii = isAscii(frame)
  }

  run(): Decoded {
    while (this.#at < this.#text.length) this.#field()
    return { fields: this.#fields, flaw: this.#flaw }
  }

  #field(): void {
    const start = this.#at
    const next = this.#text.indexOf(SOH, start)
    const equals = this.#nextEquals(start)
    const end = next === -1 ? this.#text.length : next
    this.#at = end + 1
    const stop = Math.min(equals, end)
    const tag = equals < end ? tagNumber(this.#text, start, stop) : undefined
    if (tag === undefined)
      this.#flawed(flaws.invalidTag(this.#text.slice(start, stop).slice(0, LONGEST_SHOWN)))
    else this.#value(tag, stop + 1, end)
  }

  /** Looks each part of the text through once: fields need not have one. */
  #nextEquals(from: number): number {
    if (this.#equals >= from) return this.#equals
    const found = this.#text.indexOf('=', from)
    this.#equals = found === -1 ? this.#text.length : found
    return this.#equals
  }

  #value(tag: number, start: number, end: number): void {
    const [before, length] = this.#fields.at(-1) ?? []
    if (before !== undefined && this.#data.lengthOf.get(tag) === before) this.#raw(tag, start, Number(length))
    else if (end === start) this.#flawed(flaws.noValue(tag))
    else this.#fields.push([tag, this.#textAt(start, end)])
  }

  /** Raw data may hold what else ends a field: the field before tells its length. */
  #raw(tag: number, start: number, length: number): void {
    const end = start + length
    if (Number.isInteger(length) && this.#text[end] === SOH) {
      this.#fields.push([tag, Buffer.from(this.#frame.subarray(start, end))])
      this.#at = end + 1
    } else this.#flawed(flaws.wrongDataLength(tag))
  }

  #textAt(start: number, end: number): Field[1] {
    return this.#isAscii ? this.#text.slice(start, end) : textOrBytes(this.#frame.subarray(start, end))
  }

  #flawed(flaw: Flaw): void {
    this.#flaw ??= flaw
  }
}

/** Tags are positive numbers of at most nine digits, without zeros before them. */
function tagNumber(text: string, start: number, end: number): number | undefined {
  if (end - start > LONGEST_TAG || text.charCodeAt(start) === ZERO) return undefined
  let tag = 0
  for (let at = start; at < end; at += 1) {
    const digit = text.charCodeAt(at) - ZERO
    if (digit < 0 || digit > 9) return undefined
    tag = tag * 10 + digit
  }
  return tag === 0 ? undefined : tag
}
