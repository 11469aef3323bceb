import type { RunnerTask, RunnerTestCase } from 'vitest'

// What this package uses of Vitest beyond its documented interface; run against 4.1.12 and 5.1.1.

/** Gives a running test the duration that something else measured; Vitest would set its own when the test has ended. */
export function setDuration(task: Pick<RunnerTask, 'result'>, milliseconds: number): void {
  if (task.result === undefined) return
  Object.defineProperty(task.result, 'duration', {
    get: () => milliseconds,
    set: () => {},
    enumerable: true,
    configurable: true,
  })
}

/** Has a test run whatever `-t`, `only` or a filter selects: Vitest marks those that are left out after collection. */
export function keepSelected(task: RunnerTestCase): void {
  Object.defineProperty(task, 'mode', { get: () => 'run', set: () => {}, enumerable: true })
}
