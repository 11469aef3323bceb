import { within } from '@testrig/sockets'
import type { FixMessage } from './fix-message.ts'
import { MessageQueue } from './message-queue.ts'
import { isAdmin } from './tags.ts'

/** What a taker waits for. */
export interface Wanted {
  /** In milliseconds; 0 takes only what is there. */
  readonly timeout: number
  wants(message: FixMessage): boolean
  /** The error when nothing came in time. */
  late(): Error
}

interface Waiter extends PromiseWithResolvers<FixMessage> {
  wants(message: FixMessage): boolean
}

/** How much memory unread messages may take before the peer is held up, in bytes. */
const UNREAD = 128 * 1024 * 1024
/** How many messages between the sessions are kept, which hardly anybody reads. */
const ADMIN_KEPT = 1_000

/** The messages of a session that nobody has taken yet; takers are served in the order in which they came. */
export class Inbox {
  readonly #queue = new MessageQueue()
  #waiters: Waiter[] = []
  #closed: (() => Error) | undefined
  #room: () => void = () => {}

  /** Whether so much is unread that no more should be. */
  get full(): boolean {
    return this.#queue.size > UNREAD
  }

  /** What has not been taken. */
  get messages(): readonly FixMessage[] {
    return this.#queue.messages
  }

  /** Hands a message to the first taker that wants it, or keeps it. */
  put(message: FixMessage): void {
    const waiter = this.#waiters.find((each) => wants(each, message))
    if (waiter !== undefined) {
      this.#forget(waiter)
      waiter.resolve(message)
      return
    }
    this.#queue.add(message)
    if (this.#queue.adminCount > ADMIN_KEPT) this.#take(({ type }) => isAdmin(type))
  }

  /** Takes the first message that is wanted, now or later. */
  async take({ timeout, wants, late }: Wanted): Promise<FixMessage> {
    const found = this.#take(wants)
    if (found !== undefined) return found
    if (this.#closed !== undefined) throw this.#closed()
    const waiter = { ...Promise.withResolvers<FixMessage>(), wants }
    this.#waiters.push(waiter)
    try {
      return await within(waiter.promise, timeout, late)
    } finally {
      this.#forget(waiter)
    }
  }

  /** Drops what has not been taken. */
  flush(): void {
    this.#queue.clear()
    this.#room()
  }

  /** Says that messages may arrive; `room` is called whenever it is full no more. */
  open(room: () => void): void {
    this.#closed = undefined
    this.#room = room
  }

  /** Says that nothing more arrives, and why; what is there can still be taken. */
  close(why: () => Error): void {
    this.#closed = why
    for (const waiter of this.#waiters.splice(0)) waiter.reject(why())
  }

  #take(wants: (message: FixMessage) => boolean): FixMessage | undefined {
    const { full } = this
    const message = this.#queue.take(wants)
    if (full && !this.full) this.#room()
    return message
  }

  #forget(waiter: Waiter): void {
    this.#waiters = this.#waiters.filter((each) => each !== waiter)
  }
}

/** Whether a waiter wants a message; one that cannot tell waits no longer. */
function wants(waiter: Waiter, message: FixMessage): boolean {
  try {
    return waiter.wants(message)
  } catch (error) {
    waiter.reject(error)
    return false
  }
}
