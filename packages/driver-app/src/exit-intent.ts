import { constants } from 'node:os'
import type { Ending } from './errors.ts'

/** Signals that ask a program to end; it may then end in any way. */
const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGABRT', 'SIGKILL']

/** Whether the end of a program is what the test wants. */
export class ExitIntent {
  readonly #stopSignal: NodeJS.Signals
  readonly #sent = new Set<NodeJS.Signals>()
  /** How many wait for the end, or bring it about. */
  awaiting = 0

  constructor(stopSignal: NodeJS.Signals) {
    this.#stopSignal = stopSignal
  }

  /** Notes a signal that the test has sent. */
  sent(signal: NodeJS.Signals): void {
    this.#sent.add(signal)
  }

  /** Whether the test has sent what a program is stopped with. */
  get stops(): boolean {
    return (['SIGTERM', 'SIGKILL', this.#stopSignal] as const).some((each) => this.#sent.has(each))
  }

  covers(ending: Ending): boolean {
    return this.awaiting > 0 || this.killed(ending)
  }

  /** Whether a signal of the test has ended the program itself; a wrapper ends with 128 and its number. */
  ended({ exitCode, signal }: Ending): boolean {
    return [...this.#sent].some((sent) => sent === signal || exitCode === 128 + constants.signals[sent])
  }

  /** Whether the program has ended by a signal of the test, or after one that asks it to end. */
  killed(ending: Ending): boolean {
    if (this.ended(ending)) return true
    return [...ENDING_SIGNALS, this.#stopSignal].some((each) => this.#sent.has(each))
  }
}
