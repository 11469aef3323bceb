import type { StartedEnvironment } from '@testrig/vitest/environment-tests'
import type { RunnerTestCase, TestContext } from 'vitest'
import type { Unit } from './framework.ts'
import type { TestProgram } from './program.ts'
import { runUnits } from './run-units.ts'
import type { Outcome, UnitOutcome } from './unit-outcome.ts'

export interface TestOutcome extends UnitOutcome {
  /** What went wrong beside, in a process that ran for this test only. */
  readonly problems: readonly Error[]
}

/** The tests of a program: the first that runs has all that are wanted run by one process, unless each has its own. */
export class Cases {
  readonly #program: TestProgram
  readonly #all: readonly Unit[]
  readonly #units = new Map<RunnerTestCase, Unit>()
  readonly #begun = new Set<RunnerTestCase>()
  #shared: Promise<Outcome> | undefined

  constructor(program: TestProgram, all: readonly Unit[]) {
    this.#program = program
    this.#all = all
  }

  add(task: RunnerTestCase, unit: Unit): void {
    this.#units.set(task, unit)
  }

  /** What became of a test; a further attempt at it has the program run it again, alone. */
  async outcome({ task, signal }: TestContext, started: StartedEnvironment): Promise<TestOutcome> {
    const test = task as RunnerTestCase
    const unit = this.#units.get(test) as Unit
    const isFirst = !this.#begun.has(test)
    this.#begun.add(test)
    if (isFirst && this.#program.options.processPer === 'file') {
      if (this.#shared === undefined) await started.running() // A driver that is not up fails each test by itself.
      this.#shared ??= this.#run(this.#wanted(), started, signal)
      const outcome = await this.#shared
      if (outcome.has(unit)) return { ...outcome.of(unit), problems: this.#isOne ? outcome.problems : [] }
    }
    const outcome = await this.#run([unit], started, signal)
    return { ...outcome.of(unit), problems: outcome.problems }
  }

  /** What went wrong in the process that all share, and belongs to no test. */
  async problems(): Promise<readonly Error[]> {
    const outcome = await this.#shared?.catch(() => undefined)
    return this.#isOne ? [] : (outcome?.problems ?? [])
  }

  /** Whether one test stands for the whole program. */
  get #isOne(): boolean {
    return this.#all[0]?.path.length === 0
  }

  #wanted(): readonly Unit[] {
    const wanted = ({ mode, result }: RunnerTestCase) =>
      (mode === 'run' || mode === 'queued') && (result === undefined || result.state === 'run')
    return [...this.#units].filter(([task]) => wanted(task)).map(([, unit]) => unit)
  }

  async #run(units: readonly Unit[], started: StartedEnvironment, signal: AbortSignal): Promise<Outcome> {
    const environment = await started.running()
    const death = new AbortController()
    const release = started.onDeath((error) => death.abort(error))
    try {
      const either = AbortSignal.any([signal, death.signal])
      return await runUnits(this.#program, units, this.#all, { environment, signal: either })
    } finally {
      release()
    }
  }
}
