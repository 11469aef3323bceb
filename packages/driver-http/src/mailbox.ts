/** How long `take` waits, and what it says when nothing came. */
export interface Wait {
  /** Milliseconds. */
  readonly timeout: number
  /** Ends the wait; its reason is the error. */
  readonly signal?: AbortSignal | undefined
  readonly late: () => Error
}

interface Waiter<T> {
  wants(item: T): boolean
  give(item: T): void
  fail(error: unknown): void
}

/** A queue whose takers wait for the item they want; items and takers meet in the order in which they came. */
export class Mailbox<T> {
  #items: T[] = []
  #waiters: Waiter<T>[] = []

  /** Hands the item to the first taker that wants it, or keeps it. */
  put(item: T): void {
    const waiter = this.#waiters.find((each) => each.wants(item))
    if (waiter === undefined) this.#items.push(item)
    else waiter.give(item)
  }

  /** Takes the first item that is wanted and there now. */
  poll(wants: (item: T) => boolean): T | undefined {
    const index = this.#items.findIndex(wants)
    return index === -1 ? undefined : this.#items.splice(index, 1)[0]
  }

  /** Takes the first item that is wanted, now or later. */
  take(wants: (item: T) => boolean, { timeout, signal, late }: Wait): Promise<T> {
    signal?.throwIfAborted()
    const index = this.#items.findIndex(wants)
    if (index !== -1) return Promise.resolve(this.#items.splice(index, 1)[0] as T)
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
        this.#waiters = this.#waiters.filter((each) => each !== waiter)
      }
      const waiter: Waiter<T> = {
        wants,
        give: (item) => {
          settle()
          resolve(item)
        },
        fail: (error) => {
          settle()
          reject(error)
        },
      }
      const abort = () => waiter.fail(signal?.reason)
      const timer = setTimeout(() => waiter.fail(late()), timeout)
      signal?.addEventListener('abort', abort)
      this.#waiters.push(waiter)
    })
  }

  /** Drops the items; takers go on waiting. */
  clear(): void {
    this.#items = []
  }

  /** Fails all that wait. */
  fail(error: unknown): void {
    for (const waiter of [...this.#waiters]) waiter.fail(error)
  }
}
