import type { Unit } from './framework.ts'
import type { CaseResult } from './report.ts'

/** What became of one unit. */
export interface UnitOutcome {
  readonly results: readonly CaseResult[]
  /** What kept it from being run to its end. */
  readonly error?: Error | undefined
}

/** What became of all units that were to run. */
export class Outcome {
  readonly #units = new Map<Unit, UnitOutcome>()
  /** What went wrong and belongs to no unit. */
  readonly problems: Error[] = []

  has(unit: Unit): boolean {
    return this.#units.has(unit)
  }

  set(unit: Unit, outcome: UnitOutcome): void {
    this.#units.set(unit, outcome)
  }

  of(unit: Unit): UnitOutcome {
    return this.#units.get(unit) as UnitOutcome
  }

  get failed(): boolean {
    const failed = ({ results, error }: UnitOutcome) =>
      error !== undefined || results.some(({ status }) => status === 'failed')
    return this.problems.length > 0 || [...this.#units.values()].some(failed)
  }
}
