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
  #work: Promise<unknown> = Promise.resolve()

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

  /** Ends when the phase that ran last does. */
  get work(): Promise<unknown> {
    return this.#work
  }

  /** Waits for the phase that was given up; tells whether it has ended in time. */
  async settled(milliseconds: number): Promise<boolean> {
    const limit = Promise.withResolvers<boolean>()
    const timer = setTimeout(() => limit.resolve(false), milliseconds)
    const ended = await Promise.race([this.#work.then(() => true), limit.promise])
    clearTimeout(timer)
    return ended
  }
}

/** Runs something for a limited time. */
export async function within(milliseconds: number, work: () => unknown, error: () => Error): Promise<void> {
  const run = new Run()
  run.limit(milliseconds, error)
  try {
    await run.during('', async () => {
      await work()
    })
  } finally {
    run.end()
  }
}

/** Milliseconds since the epoch, with the fractions of the monotonic clock. */
export function now(): number {
  return performance.timeOrigin + performance.now()
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === 'function'
}
