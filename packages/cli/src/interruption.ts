import { fstatSync } from 'node:fs'
import { signalled } from './exit-codes.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What can ask this program to end. */
export type Ask = (typeof SIGNALS)[number] | 'end of input' | 'nobody reads the output'

/**
 * Takes what asks this program to end: signals, and the ends of its pipes. Unless signals are handed to something else, a
 * second one ends it at once; programs of drivers are then ended by the watchdog.
 */
export class Interruption {
  readonly asked: Promise<Ask>
  readonly #asked = Promise.withResolvers<Ask>()
  readonly #releases: (() => void)[] = []
  #first: Ask | undefined
  #taken: ((signal: NodeJS.Signals) => void) | undefined

  constructor() {
    this.asked = this.#asked.promise
    for (const signal of SIGNALS) {
      const listener = () => this.#signal(signal)
      process.on(signal, listener)
      this.#releases.push(() => process.off(signal, listener))
    }
  }

  /** What asked first. */
  get first(): Ask | undefined {
    return this.#first
  }

  /**
   * Counts the ends of pipes as well: of the standard output, and of the standard input if it is a pipe, as what runs in
   * the background has none that lasts.
   */
  watchPipes(): void {
    const closed = () => this.#ask('nobody reads the output')
    process.stdout.on('error', closed)
    this.#releases.push(() => process.stdout.off('error', closed))
    const input = fstatSync(0)
    if (!input.isFIFO() && !input.isSocket()) return
    const end = () => this.#ask('end of input')
    process.stdin.on('end', end).on('error', end).resume()
    this.#releases.push(() => process.stdin.off('end', end).off('error', end).pause())
  }

  /** Hands signals to another one until the promise is settled. */
  async handedTo<T>(take: (signal: NodeJS.Signals) => void, until: Promise<T>): Promise<T> {
    this.#taken = take
    return await until.finally(() => {
      this.#taken = undefined
    })
  }

  /** Takes nothing any more. */
  release(): void {
    for (const release of this.#releases) release()
  }

  #signal(signal: (typeof SIGNALS)[number]): void {
    if (this.#taken !== undefined) this.#taken(signal)
    else if (SIGNALS.some((each) => each === this.#first)) process.exit(signalled(signal))
    else this.#ask(signal)
  }

  #ask(ask: Ask): void {
    this.#first = ask
    this.#asked.resolve(ask)
  }
}
