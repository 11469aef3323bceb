import { traced } from './traced.ts'

/** Runs calls one after another, in the order in which they were made. */
export class CallQueue {
  readonly #waiting: (() => void)[] = []
  #busy = false

  /** Runs a call after those made before it; up to its first wait synchronously when there is none. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#busy) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#busy = true
    try {
      return await traced(call())
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#busy = false
    }
  }
}
