import type { EnvironmentDefinition } from '@testrig/core'
import type { RunnerTestCase, TestContext } from 'vitest'
import type { EnvironmentLife } from './environment-scope.ts'
import type { FileTests } from './file-tests.ts'
import type { FixtureNames } from './fixture-names.ts'
import { failsTest, showLogs } from './log-annotations.ts'
import { RunningEnvironment } from './running-environment.ts'
import { withoutTimeout } from './vitest-internals.ts'

/** Every test has drivers of its own, also every further attempt at a test. */
export function testScope(definition: EnvironmentDefinition, names: FixtureNames): EnvironmentLife {
  const attempts = new WeakMap<RunnerTestCase, Attempt>()
  const hold = async ({ task }: TestContext, use: (environment: RunningEnvironment) => Promise<void>) => {
    const attempt = attempts.get(task as RunnerTestCase) as Attempt
    attempt.held = true
    await use(attempt.environment)
    await attempt.stop()
  }
  const drivers = names.declare((name) => [
    async ({ $testrig }, use) => use(await $testrig.driver(name)),
    { scope: 'test' },
  ])
  return {
    fixtures: { $testrig: [hold, { scope: 'test' }], ...drivers },
    of: (task) => task && attempts.get(task)?.environment,
    open(root, tests) {
      const aroundTest = async (runTest: () => Promise<void>, { task }: { task: RunnerTestCase }) => {
        if (!tests.has(task)) return runTest()
        const attempt = new Attempt(new RunningEnvironment(definition, 'test'), tests, task)
        attempts.set(task, attempt)
        await attempt.environment.start(tests.usedBy(task))
        await runTest()
        if (!attempt.held) await attempt.stop()
      }
      root.on('aroundEach', withoutTimeout(aroundTest))
    },
  }
}

/** One attempt at a test. */
class Attempt {
  readonly environment: RunningEnvironment
  /** Whether a fixture uses the environment: it then stops it, after the fixtures that depend on it are cleaned up. */
  held = false
  readonly #tests: FileTests
  readonly #task: RunnerTestCase

  constructor(environment: RunningEnvironment, tests: FileTests, task: RunnerTestCase) {
    this.environment = environment
    this.#tests = tests
    this.#task = task
  }

  async stop(): Promise<void> {
    if (this.#task.result?.state === 'fail') await showLogs(this.environment, this.#tests, this.#task)
    await this.environment.stop(failsTest(this.#task)).finally(() => this.environment.tell(this.#task.file))
  }
}
