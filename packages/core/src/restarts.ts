import { startAborted } from './errors-lifecycle.ts'

/** Why a start is given up that a stop overtakes. */
export const STOPPED = 'stop() was called'

type Step = () => unknown

/** The restarts of one driver: of calls at the same time each gets its turn, and a stop that is asked for then has the last word. */
export class Restarts {
  /** Stops that were asked for, but for those of restarts. */
  #stops = 0
  /** Whether the next stop that is asked for is taken for that of a restart. */
  #stopsItself = false
  #last: Promise<void> = Promise.resolve()

  noteStop(): void {
    if (!this.#stopsItself) this.#stops += 1
    this.#stopsItself = false
  }

  /** Stops a driver, and takes the steps that start it again. @throws START_ABORTED */
  run(label: string, stop: Step, ...steps: readonly Step[]): Promise<void> {
    const stops = this.#stops
    const check = () => {
      if (this.#stops !== stops) throw startAborted(label, STOPPED)
    }
    const restarted = this.#last.then(async () => {
      check()
      this.#stopsItself = true
      try {
        await stop()
      } finally {
        this.#stopsItself = false
      }
      for (const step of steps) {
        check()
        await step()
      }
    })
    this.#last = restarted.catch(() => {})
    return restarted
  }
}
