import type { TestrigError } from '@testrig/core'

const KEPT = 100

/** The last errors that were nobody's fault but the peer's, so that no call could throw them. */
export class ErrorLog {
  #errors: TestrigError[] = []

  get errors(): readonly TestrigError[] {
    return this.#errors
  }

  get last(): TestrigError | undefined {
    return this.#errors.at(-1)
  }

  add(error: TestrigError): void {
    this.#errors = [...this.#errors.slice(1 - KEPT), error]
  }

  clear(): void {
    this.#errors = []
  }
}
