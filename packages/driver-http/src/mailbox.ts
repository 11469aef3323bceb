import { deadline } from '@testrig/sockets'

/** How long `take` waits, and what it says when nothing came. */
export interface Wait {
  /** Milliseconds. */
  readonly timeout: number
  /** Ends the wait; its reason is the error. */
  readonly signal?: AbortSignal | undefined
  readonly late: () => Error
}

interface Waiter<T> extends PromiseWithResolvers<T> {
  wants(item: T): boolean
}

/** A queue whose takers wait for the item they want; items and takers meet in the order in which they came. */
export class Mailbox<T> {
  #items: T[] = []
  #waiters: Waiter<T>[] = []

  /** Hands the item to the first taker that wants it, or keeps it. */
  put(item: T): void {
    const waiter = this.#waiters.find((each) => each.wants(item))
    if (waiter === undefined) this.#items.push(item)
    else {
      this.#forget(waiter)
      waiter.resolve(item)
    }
  }

  /** Takes the first item that is wanted and there now. */
  poll(wants: (item: T) => boolean): T | undefined {
    const index = this.#items.findIndex(wants)
    return index === -1 ? undefined : this.#items.splice(index, 1)[0]
  }

  /** Takes the first item that is wanted, now or later. */
  async take(wants: (item: T) => boolean, { timeout, signal, late }: Wait): Promise<T> {
    signal?.throwIfAborted()
    const found = this.poll(wants)
    if (found !== undefined) return found
    const waiter = { wants, ...deadline<T>(timeout, late) }
    const abort = () => waiter.reject(signal?.reason)
    this.#waiters.push(waiter)
    signal?.addEventListener('abort', abort)
    try {
      return await waiter.promise
    } finally {
      this.#forget(waiter)
      signal?.removeEventListener('abort', abort)
    }
  }

  /** Drops the items; takers go on waiting. */
  clear(): void {
    this.#items = []
  }

  /** Fails all that wait. */
  fail(error: unknown): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error)
  }

  #forget(waiter: Waiter<T>): void {
    this.#waiters = this.#waiters.filter((each) => each !== waiter)
  }
}
