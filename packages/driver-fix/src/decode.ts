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
const LARGEST_TAG = 999_999_999

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
    const equals = this.#text.indexOf('=', start)
    const end = next === -1 ? this.#text.length : next
    this.#at = end + 1
    const name = this.#text.slice(start, equals === -1 || equals > end ? end : equals)
    const tag = equals > end ? undefined : tagNumber(name)
    if (tag === undefined) this.#flawed(flaws.invalidTag(name.slice(0, LONGEST_SHOWN)))
    else this.#value(tag, equals + 1, end)
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

/** Tags are positive numbers without zeros before them. */
function tagNumber(digits: string): number | undefined {
  const number = Number(digits)
  return number > 0 && number <= LARGEST_TAG && String(number) === digits ? number : undefined
}
