import type { Incoming } from './dialect.ts'
import { memoryOf } from './message-queue.ts'
import type { SessionNumbers } from './session-numbers.ts'
import { MsgType } from './tags.ts'

export interface SequencerActions {
  /** Called for each message, in the order of their numbers; the number is already counted. */
  process(incoming: Incoming): void
  /** Called for messages that are missing. */
  request(first: number, last: number): void
}

/** How many messages are kept that wait for others, and how much memory they take; more are dropped, and requested later. */
const KEPT = 10_000
const KEPT_MEMORY = 64 * 1024 * 1024

/** Puts the messages that arrive in the order of their numbers. */
export class Sequencer {
  readonly #numbers: SessionNumbers
  readonly #actions: SequencerActions
  readonly #early = new Map<number, Incoming | undefined>()
  #earlySize = 0
  /** Up to here, what is missing has been requested. */
  #requested = 0

  constructor(numbers: SessionNumbers, actions: SequencerActions) {
    this.#numbers = numbers
    this.#actions = actions
  }

  /** Takes a message whose number is the one expected or a later one. Undefined stands for one that was processed already. */
  take(number: number, incoming: Incoming | undefined): void {
    if (number === this.#numbers.incoming) this.#process(number, incoming)
    else this.#keep(number, incoming)
    this.advance()
  }

  /** Goes on as far as the numbers go. */
  advance(): void {
    for (let number = this.#numbers.incoming; this.#early.has(number); number = this.#numbers.incoming) {
      const incoming = this.#early.get(number)
      this.#drop(number)
      this.#process(number, incoming)
    }
    this.#requestMissing()
  }

  /** Forgets all that waits. */
  clear(): void {
    this.#early.clear()
    this.#earlySize = 0
    this.#requested = 0
  }

  #process(number: number, incoming: Incoming | undefined): void {
    this.#numbers.incoming = number + 1
    if (incoming !== undefined) this.#actions.process(incoming)
    if (this.#numbers.incoming > number + 1) this.#processPassed()
  }

  /** What has arrived counts, though the peer has filled a gap that reaches beyond it. */
  #processPassed(): void {
    const passed = [...this.#early.keys()].filter((number) => number < this.#numbers.incoming)
    for (const number of passed.sort((a, b) => a - b)) {
      const incoming = this.#early.get(number)
      this.#drop(number)
      if (incoming !== undefined && incoming.message.type !== MsgType.SequenceReset)
        this.#actions.process(incoming)
    }
  }

  #keep(number: number, incoming: Incoming | undefined): void {
    if (this.#early.size < KEPT && this.#earlySize < KEPT_MEMORY) {
      this.#drop(number)
      this.#early.set(number, incoming)
      this.#earlySize += sizeOf(incoming)
    }
    // Requested messages arrive in order, ahead of any heartbeat: those before were lost once more.
    const again = number <= this.#requested || incoming?.message.type === MsgType.Heartbeat
    if (again) this.#requested = 0
  }

  #requestMissing(): void {
    const { incoming } = this.#numbers
    if (this.#early.size === 0 || incoming <= this.#requested) return
    for (const number of this.#early.keys()) if (number < incoming) this.#drop(number)
    if (this.#early.size === 0) return
    this.#requested = Math.min(...this.#early.keys()) - 1
    this.#actions.request(incoming, this.#requested)
  }
  #drop(number: number): void {
    this.#earlySize -= sizeOf(this.#early.get(number))
    this.#early.delete(number)
  }
}

function sizeOf(incoming: Incoming | undefined): number {
  return incoming === undefined ? 0 : memoryOf(incoming.message)
}
