import { fstatSync } from 'node:fs'
import { signalled } from './exit-codes.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What can ask this program to end. */
export type Ask = (typeof SIGNALS)[number] | 'end of input'

/**
 * Takes what asks this program to end: signals, and the end of a piped standard input. Unless `onSignal` takes them, a
 * second signal ends it at once; programs of drivers are then ended by the watchdog.
 */
export class Interruption {
  readonly asked: Promise<Ask>
  readonly #asked = Promise.withResolvers<Ask>()
  readonly #release: (() => void)[] = []
  #first: Ask | undefined
  #taken: ((signal: NodeJS.Signals) => void) | undefined

  constructor() {
    this.asked = this.#asked.promise
    for (const signal of SIGNALS) {
      const listener = () => this.#signal(signal)
      process.on(signal, listener)
      this.#release.push(() => process.off(signal, listener))
    }
  }

  /** What asked first. */
  get first(): Ask | undefined {
    return this.#first
  }

  /** Counts the end of standard input as well, if it is a pipe: what runs in the background has none that lasts. */
  watchInput(): void {
    const input = fstatSync(0)
    if (!input.isFIFO() && !input.isSocket()) return
    const end = () => this.#ask('end of input')
    process.stdin.on('end', end).on('error', end).resume()
    this.#release.push(() => process.stdin.off('end', end).off('error', end).pause())
  }

  /** Hands signals to another one until the promise is settled. */
  async handedTo<T>(take: (signal: NodeJS.Signals) => void, until: Promise<T>): Promise<T> {
    this.#taken = take
    return await until.finally(() => {
      this.#taken = undefined
    })
  }

  [Symbol.dispose](): void {
    for (const release of this.#release) release()
  }

  #signal(signal: (typeof SIGNALS)[number]): void {
    if (this.#taken !== undefined) this.#taken(signal)
    else if (this.#first !== undefined && this.#first !== 'end of input') process.exit(signalled(signal))
    else this.#ask(signal)
  }

  #ask(ask: Ask): void {
    this.#first = ask
    this.#asked.resolve(ask)
  }
}
