import type { FixMessage } from './fix-message.ts'
import { isAdmin, Tag } from './tags.ts'

/** What a field takes in memory beside its bytes, roughly. */
const FIELD_SIZE = 100

/** Messages in the order in which they came, any of which can be taken out. */
export class MessageQueue {
  #messages: FixMessage[] = []
  /** Where the first one is: to move all others up each time would take too long. */
  #first = 0
  #size = 0
  #adminCount = 0

  get messages(): readonly FixMessage[] {
    return this.#messages.slice(this.#first)
  }

  /** What they take in memory, in bytes, roughly. */
  get size(): number {
    return this.#size
  }

  /** How many are between sessions. */
  get adminCount(): number {
    return this.#adminCount
  }

  add(message: FixMessage): void {
    this.#messages.push(message)
    this.#count(message, 1)
  }

  /** Takes out the first message that is wanted. */
  take(wants: (message: FixMessage) => boolean): FixMessage | undefined {
    for (let at = this.#first; at < this.#messages.length; at += 1) {
      const message = this.#messages[at] as FixMessage
      if (!wants(message)) continue
      this.#remove(at)
      this.#count(message, -1)
      return message
    }
    return undefined
  }

  clear(): void {
    this.#messages = []
    this.#first = 0
    this.#size = 0
    this.#adminCount = 0
  }

  /** Closes the gap from the nearer end: that is mostly the front, where messages between sessions stay. */
  #remove(at: number): void {
    if (this.#messages.length - at < at - this.#first) {
      this.#messages.splice(at, 1)
      return
    }
    this.#messages.copyWithin(this.#first + 1, this.#first, at)
    this.#first += 1
    if (this.#first < this.#messages.length / 2) return
    this.#messages = this.#messages.slice(this.#first)
    this.#first = 0
  }

  #count(message: FixMessage, sign: 1 | -1): void {
    this.#size += sign * memoryOf(message)
    if (isAdmin(message.type)) this.#adminCount += sign
  }
}

/** What a message takes in memory, in bytes, roughly. */
export function memoryOf(message: FixMessage): number {
  return (message.number(Tag.BodyLength) ?? 0) + message.fields.length * FIELD_SIZE
}
