import { within } from './run.ts'

export type Release = () => unknown

/** What undoes the acquisitions of one start: run last in, first out; one that throws does not keep the others from running. */
export class ReleaseStack {
  #releases: Release[] = []

  get isEmpty(): boolean {
    return this.#releases.length === 0
  }

  push(release: Release): void {
    this.#releases.push(release)
  }

  /** Runs and forgets all releases, each for a limited time; gives the errors of those that failed. */
  async release(milliseconds: number, timeout: () => Error): Promise<unknown[]> {
    const errors: unknown[] = []
    for (let next = this.#releases.pop(); next !== undefined; next = this.#releases.pop()) {
      try {
        await within(milliseconds, next, timeout)
      } catch (error) {
        errors.push(error)
      }
    }
    return errors
  }
}
