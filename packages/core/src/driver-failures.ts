type Listener = (name: string, error: Error) => void

/** Why drivers of an environment are not up, and who wants to hear when one fails that was. */
export class DriverFailures {
  readonly #errors = new Map<string, Error>()
  readonly #listeners = new Set<Listener>()

  get(name: string): Error | undefined {
    return this.#errors.get(name)
  }

  /** Notes why a driver did not start. */
  note(name: string, error: Error): void {
    this.#errors.set(name, error)
  }

  /** Notes why a driver that was up has failed, and tells the listeners. */
  report(name: string, error: Error): void {
    this.note(name, error)
    for (const listener of this.#listeners) {
      try {
        listener(name, error)
      } catch (thrown) {
        process.emitWarning(thrown instanceof Error ? thrown : String(thrown))
      }
    }
  }

  /** Gives a function that ends this. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  clear(): void {
    this.#errors.clear()
  }
}
