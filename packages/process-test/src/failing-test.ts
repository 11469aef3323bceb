import { shownError } from '@testrig/vitest/environment-tests'
import { type RunnerTestCase, type TestContext, TestRunner, test } from 'vitest'
import { keepSelected } from './vitest-internals.ts'

export interface FailingTest {
  readonly error: Error
  /** Runs before the error is thrown. */
  readonly before?: ((context: TestContext) => Promise<void>) | undefined
}

/**
 * Declares a test that stands for tests which are not known, because of an error. Selections such as `-t` do not skip it:
 * what they select may be among those.
 */
export function failingTest(name: string, { error, before }: FailingTest): void {
  const { tasks } = TestRunner.getCurrentSuite()
  test(name, { retry: 0 }, async (context) => {
    await before?.(context)
    throw shownError(error)
  })
  keepSelected(tasks.at(-1) as RunnerTestCase)
}
