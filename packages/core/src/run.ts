export interface Phase {
  readonly name: string
  /** Milliseconds since the epoch. */
  readonly start: number
  readonly end: number
}

/** One start or stop of a driver: its clock, its phases and the error that ends it early. */
export class Run {
  readonly phases: Phase[] = []
  readonly #controller = new AbortController()
  readonly #failed = Promise.withResolvers<never>()
  #timer: NodeJS.Timeout | undefined
  #phase = ''
  #work: Promise<unknown> | undefined

  constructor() {
    this.#failed.promise.catch(() => {})
  }

  /** The phase that runs, or ran last. */
  get phase(): string {
    return this.#phase
  }

  /** Fires when the run has failed or was aborted. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Fails the run when it has not ended in time. */
  limit(milliseconds: number, error: () => Error): void {
    this.#timer = setTimeout(() => this.fail(error()), milliseconds)
  }

  /** Runs one phase; gives up waiting as soon as the run has failed. */
  async during<T>(name: string, work: () => T | Promise<T>): Promise<T> {
    this.#controller.signal.throwIfAborted()
    this.#phase = name
    const start = now()
    try {
      const result = work()
      if (!isThenable(result)) return result
      this.#work = Promise.resolve(result).catch(() => {})
      return await Promise.race([result, this.#failed.promise])
    } finally {
      this.phases.push({ name, start, end: now() })
    }
  }

  /** Ends the run with an error, unless it has ended. */
  fail(error: unknown): void {
    this.#failed.reject(error)
    this.#controller.abort(error)
  }

  end(): void {
    clearTimeout(this.#timer)
  }

  /** Resolves when the phase that was given up has ended after all, or the time is over. */
  async settled(milliseconds: number): Promise<void> {
    if (this.#work === undefined) return
    const limit = Promise.withResolvers<void>()
    const timer = setTimeout(limit.resolve, milliseconds)
    await Promise.race([this.#work, limit.promise])
    clearTimeout(timer)
  }
}

/** Milliseconds since the epoch, with the fractions of the monotonic clock. */
export function now(): number {
  return performance.timeOrigin + performance.now()
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === 'function'
}
