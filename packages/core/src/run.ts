import { AsyncLocalStorage } from 'node:async_hooks'
import { performance } from 'node:perf_hooks'
import { clearTimeout, setTimeout } from 'node:timers'

export interface Phase {
  readonly name: string
  /** Milliseconds since the epoch. */
  readonly start: number
  readonly end: number
}

/** Time that a driver has beyond its `stopTimeout` to end by force what it drives. */
export const STOP_GRACE = 1_000

const current = new AsyncLocalStorage<Run>()

/** One start or stop of a driver: its clock, its phases and the error that ends it early. */
export class Run {
  readonly phases: Phase[] = []
  readonly #controller = new AbortController()
  readonly #failed = Promise.withResolvers<never>()
  #timer: NodeJS.Timeout | undefined
  #phase = ''
  #over = false
  #work: Promise<unknown> = Promise.resolve()

  constructor() {
    this.#failed.promise.catch(() => {})
  }

  /** The phase that runs, or ran last. */
  get phase(): string {
    return this.#phase
  }

  /** The run whose phase the calling code belongs to, also when that phase was given up. */
  static get current(): Run | undefined {
    return current.getStore()
  }

  /** Whether what the run acquired was released. */
  get over(): boolean {
    return this.#over
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
      const result = current.run(this, work)
      if (!isThenable(result)) return result
      this.#work = Promise.resolve(result).catch(() => {})
      return await this.unlessFailed(result)
    } finally {
      this.phases.push({ name, start, end: now() })
    }
  }

  /** The same, or the error of the run as soon as it has failed. */
  unlessFailed<T>(work: PromiseLike<T>): Promise<T> {
    return Promise.race([work, this.#failed.promise])
  }

  /** Ends the run with an error, unless it has ended. */
  fail(error: unknown): void {
    this.#failed.reject(error)
    this.#controller.abort(error)
  }

  /** Stops the clock. */
  end(): void {
    clearTimeout(this.#timer)
  }

  /** Says that what the run acquired is released: what comes later, of a phase that was given up, is released at once. */
  close(): void {
    this.#over = true
  }

  /** Resolves when the phase that was given up has ended after all, or the time is over. */
  async settled(milliseconds: number): Promise<void> {
    const limit = Promise.withResolvers<void>()
    const timer = setTimeout(limit.resolve, milliseconds)
    await Promise.race([this.#work, limit.promise])
    clearTimeout(timer)
  }
}

/** Runs something for a limited time. */
export async function within<T>(
  milliseconds: number,
  work: () => T | Promise<T>,
  error: () => Error,
): Promise<T> {
  const run = new Run()
  run.limit(milliseconds, error)
  try {
    return await run.during('', async () => work())
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
