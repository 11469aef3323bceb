import { ByteQueue } from '@testrig/sockets'
import { bodyEndOf, checksum } from './frame.ts'

/** Bytes that are no message. */
export interface Garbled {
  readonly reason: string
  /** Whether nothing that follows can be made sense of. */
  readonly fatal: boolean
}

const START = Buffer.from('8=FIX')
// biome-ignore lint/suspicious/noControlCharactersInRegex: SOH is what ends a field.
const TRAILER = /^\x0110=(\d{3})\x01$/
const TRAILER_SIZE = '10=000|'.length

/** Finds messages in a stream of bytes, however it is cut into chunks. */
export class FrameReader {
  readonly #limit: number
  readonly #bytes = new ByteQueue()
  /** Where the body of the message ends that the bytes begin with, when that is known. */
  #bodyEnd: number | undefined
  /** How many bytes since the last message belong to none. */
  #garbage = 0

  /** A message may have as many bytes as the limit says, and so many may follow each other without being one. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Whether a message has begun and not ended. */
  get partial(): boolean {
    return this.#bytes.length > 0
  }

  /** Adds bytes; the chunk may be kept as it is, so it must not change any more. */
  append(chunk: Buffer): void {
    this.#bytes.append(chunk)
  }

  /** The next message, or a note that bytes were skipped; undefined until more arrive. */
  next(): Buffer | Garbled | undefined {
    for (;;) {
      if (this.#bytes.length < (this.#bodyEnd ?? 0) + TRAILER_SIZE) return undefined
      const found = this.#find(this.#bytes.view)
      if (found !== 'skipped') return found
    }
  }

  #find(bytes: Buffer): Buffer | Garbled | undefined | 'skipped' {
    if (bytes[0] !== START[0] || bytes[1] !== START[1]) return this.#skip(bytes, 'no BeginString (8)')
    const bodyEnd = this.#bodyEnd ?? bodyEndOf(bytes)
    if (bodyEnd === undefined) return undefined
    if (bodyEnd === 'garbled')
      return this.#skip(bytes, 'BeginString (8), BodyLength (9) and MsgType (35) do not come first')
    const size = bodyEnd + TRAILER_SIZE
    if (size > this.#limit)
      return { reason: `a message of ${size} bytes, more than ${this.#limit}`, fatal: true }
    this.#bodyEnd = bodyEnd
    return bytes.length < size ? undefined : this.#check(bytes.subarray(0, size), bodyEnd)
  }

  #check(frame: Buffer, bodyEnd: number): Buffer | Garbled | 'skipped' {
    this.#bodyEnd = undefined
    const given = TRAILER.exec(frame.toString('latin1', bodyEnd - 1))?.[1]
    if (given === undefined) return this.#skip(this.#bytes.view, 'BodyLength (9) is wrong')
    this.#bytes.take(frame.length)
    const right = checksum(frame, bodyEnd)
    if (given !== right) return this.#skipped(frame.length, `CheckSum (10) is ${given}, not ${right}`)
    this.#garbage = 0
    return frame
  }

  /** Goes on where the next message may begin. */
  #skip(bytes: Buffer, reason: string): Garbled | 'skipped' {
    const next = bytes.indexOf(START, 1)
    const count = next === -1 ? bytes.length - startedAtEnd(bytes) : next
    this.#bytes.take(count)
    return this.#skipped(count, reason)
  }

  /** Tells of the first of the bytes that were skipped since the last message, and when they are too many. */
  #skipped(count: number, reason: string): Garbled | 'skipped' {
    const first = this.#garbage === 0
    this.#garbage += count
    if (this.#garbage > this.#limit)
      return { reason: `no message in ${this.#garbage} bytes, more than ${this.#limit}`, fatal: true }
    return first ? { reason, fatal: false } : 'skipped'
  }
}

/** How many bytes at the end may be the beginning of a message. */
function startedAtEnd(bytes: Buffer): number {
  const lengths = [4, 3, 2, 1]
  return lengths.find((length) => bytes.subarray(1).subarray(-length).equals(START.subarray(0, length))) ?? 0
}
