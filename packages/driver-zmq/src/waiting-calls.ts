import { deadline } from '@testrig/sockets'

interface Waiting<Call, Result> extends PromiseWithResolvers<Result> {
  readonly call: Call
}

/** Calls that wait for their turn, in the order in which they were made; each ends by itself when its time is over. */
export class WaitingCalls<Call, Result> {
  readonly #waiting: Waiting<Call, Result>[] = []

  /** The call whose turn it is. */
  get first(): Call | undefined {
    return this.#waiting[0]?.call
  }

  /** Has a call wait at most so many milliseconds; then it rejects with what `expired` gives. */
  add(call: Call, timeout: number, expired: () => Error): Promise<Result> {
    const ended = deadline<Result>(timeout, () => {
      const at = this.#waiting.indexOf(waiting)
      if (at !== -1) this.#waiting.splice(at, 1)
      return expired()
    })
    const waiting = { call, ...ended }
    this.#waiting.push(waiting)
    return ended.promise
  }

  /** Ends the first call. */
  resolve(result: Result): void {
    this.#waiting.shift()?.resolve(result)
  }

  /** Ends the first call with an error. */
  reject(error: unknown): void {
    this.#waiting.shift()?.reject(error)
  }

  rejectAll(error: unknown): void {
    while (this.#waiting.length > 0) this.reject(error)
  }
}
