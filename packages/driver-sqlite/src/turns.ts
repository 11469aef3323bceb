import { AsyncLocalStorage } from 'node:async_hooks'
import { traced } from '@testrig/core'

interface Turn {
  over: boolean
}

/** Lets callers work one after another; what is called from inside a turn that is not over runs within it. */
export class Turns {
  readonly #current = new AsyncLocalStorage<Turn>()
  #last: Promise<unknown> = Promise.resolve()

  /** Whether the caller has the turn. */
  get isMine(): boolean {
    return this.#current.getStore()?.over === false
  }

  take<T>(work: () => Promise<T>): Promise<T> {
    if (this.isMine) return traced(work())
    const turn: Turn = { over: false }
    const result = this.#last.then(() =>
      this.#current.run(turn, work).finally(() => {
        turn.over = true
      }),
    )
    this.#last = result.catch(() => {})
    return traced(result)
  }
}
