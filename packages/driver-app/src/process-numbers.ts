import { forkCount, highestProcessId } from './process-table.ts'

/** Forks that count for none: the system's figures are not taken at one moment. */
const MARGIN = 1_000

/**
 * Knows from which number on processes can be ours: those that ran before our first program have lower ones, and need no
 * look. When the system may have used up its numbers, and so begun again from the lowest, all are looked at.
 */
export class ProcessNumbers {
  readonly #forks: () => number
  readonly #highest: number
  #first = Number.POSITIVE_INFINITY
  /** Forks of the system after which its numbers may have run out. */
  #enough = Number.POSITIVE_INFINITY

  constructor(forks: () => number = forkCount, highest: number = highestProcessId()) {
    this.#forks = forks
    this.#highest = highest
  }

  /** Takes the number of a program that was just started. */
  note(pid: number): void {
    if (pid >= this.#first) return
    const isFirst = this.#first === Number.POSITIVE_INFINITY
    this.#enough = isFirst ? this.#forks() + this.#highest - pid - MARGIN : 0
    this.#first = pid
  }

  get first(): number {
    return this.#forks() < this.#enough ? this.#first : 0
  }
}
