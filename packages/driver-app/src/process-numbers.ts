import { lastProcessId } from './process-table.ts'

/**
 * Knows from which number on processes can be ours: those that ran before our first program have lower ones, and need no
 * look. When the system has used up its numbers it begins again from the lowest; from then on all are looked at.
 */
export class ProcessNumbers {
  #first = Number.POSITIVE_INFINITY
  #last = 0
  #beganAgain = false

  /** Takes the number of a program that was just started. */
  note(pid: number): void {
    this.#first = Math.min(this.#first, pid)
    this.#watch(pid)
  }

  get first(): number {
    this.#watch(lastProcessId())
    return this.#beganAgain ? 0 : this.#first
  }

  #watch(latest: number): void {
    if (latest < this.#last) this.#beganAgain = true
    this.#last = Math.max(this.#last, latest)
  }
}
