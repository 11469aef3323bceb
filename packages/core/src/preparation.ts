import { prepareFailed, startTimeout, stopTimeout } from './errors-lifecycle.ts'
import { type Release, ReleaseStack } from './release-stack.ts'
import { Run } from './run.ts'
import type { Subject } from './steps.ts'

/** What a driver reserves before any driver starts, kept over restarts until its environment ends. */
export class Preparation {
  readonly #reserve: () => void | Promise<void>
  readonly #subject: () => Subject
  readonly #releases = new ReleaseStack()
  #done: Promise<void> | undefined

  constructor(reserve: () => void | Promise<void>, subject: () => Subject) {
    this.#reserve = reserve
    this.#subject = subject
  }

  /** Reserves once; one that failed is tried again. @throws PREPARE_FAILED */
  prepare(): Promise<void> {
    this.#done ??= this.#prepare()
    return this.#done
  }

  async #prepare(): Promise<void> {
    const { label, name, startTimeout: limit } = this.#subject()
    const run = new Run()
    run.limit(limit, () => startTimeout(label, limit))
    try {
      await run.unlessFailed((async () => this.#reserve())()) // What throws at once must find this promise in place.
    } catch (error) {
      this.#done = undefined
      throw prepareFailed(label, name, error)
    } finally {
      run.end()
    }
  }

  /** Whether there is something to dispose of. */
  get isHeld(): boolean {
    return this.#done !== undefined || !this.#releases.isEmpty
  }

  onDispose(release: Release): void {
    this.#releases.push(release)
  }

  /** Releases all that was reserved; gives the errors of what failed. */
  dispose(): Promise<unknown[]> {
    this.#done = undefined
    const { label, stopTimeout: limit } = this.#subject()
    return this.#releases.release(limit, () => stopTimeout(label, 'dispose', limit))
  }
}
