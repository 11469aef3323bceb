/** A start or a stop of a driver that was asked for. */
export interface Operation {
  readonly kind: 'start' | 'stop'
  /** Whether another was asked for since, and is not over. */
  overtaken: boolean
  readonly done: Promise<void>
}

/** The starts and stops of one driver: run one after another, and calls for the same thing share one. */
export class OperationQueue {
  #last: Operation | undefined

  /** What was asked for last; undefined when all is over. */
  get last(): Operation | undefined {
    return this.#last
  }

  /** Joins what was asked for last when it is of the same kind; else runs after it, or at once when there is none. */
  ask(kind: Operation['kind'], work: (operation: Operation) => Promise<void>): Promise<void> {
    const previous = this.#last
    if (previous?.kind === kind) return previous.done
    if (previous !== undefined) previous.overtaken = true
    const done = Promise.withResolvers<void>()
    const operation = { kind, overtaken: false, done: done.promise }
    this.#last = operation
    const run = () => this.#over(operation, work(operation))
    done.resolve(previous === undefined ? run() : previous.done.then(run, run))
    return operation.done
  }

  async #over(operation: Operation, work: Promise<void>): Promise<void> {
    try {
      await work
    } finally {
      if (this.#last === operation) this.#last = undefined
    }
  }
}
