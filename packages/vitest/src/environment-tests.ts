import { type Environment, EnvironmentDefinition } from '@testrig/core'
import {
  type RunnerTestCase,
  type RunnerTestFile,
  type TestContext,
  type TestOptions,
  TestRunner,
  test,
} from 'vitest'
import { EnvironmentScope } from './environment-scope.ts'
import { notADefinition } from './errors.ts'
import { FixtureNames } from './fixture-names.ts'
import type { FixtureScope } from './fixture-options.ts'
import { logText } from './log-annotations.ts'
import { rootCollector, scopeIn } from './root-collector.ts'
import { RunningEnvironment } from './running-environment.ts'

export { oneError } from './errors.ts'
export { shownError } from './shown-error.ts'

export interface EnvironmentTestsOptions {
  /** The function that users called, as errors name it. */
  readonly caller: string
  readonly scope?: Exclude<FixtureScope, 'test'> | undefined
  readonly logLines?: number | undefined
}

export interface EnvironmentTestOptions extends TestOptions {
  /** The drivers that are up when the test runs. */
  readonly drivers: readonly string[]
}

/** An environment of which some drivers were started for a test. */
export interface StartedEnvironment {
  /** The environment. @throws why one of these drivers is not up */
  running(): Promise<Environment>
  /** Calls back when one of these drivers dies; gives a function that ends this. */
  onDeath(listener: (error: Error) => void): () => void
}

/** What was done with an environment of its own. */
export interface Apart<T> {
  readonly result: T
  /** Last lines of the drivers' logs when it was done, each text with its heading. */
  readonly logs: readonly string[]
  /** What kept drivers from stopping. */
  readonly stopError?: Error | undefined
  /** Has driver info tell that a test, which shows a part of the result, used the drivers. */
  tellUse(task: RunnerTestCase): void
}

/**
 * Declares tests that are not functions with fixtures, such as the cases of another test program: they share their
 * file's drivers with `fixtures()`.
 */
export class EnvironmentTests {
  readonly #scope: EnvironmentScope
  readonly #root: ReturnType<typeof rootCollector>
  readonly #definition: EnvironmentDefinition
  readonly #logLines: number | undefined

  /** @throws ENVIRONMENT_INVALID, FIXTURE_NAME, FIXTURES_MISPLACED */
  constructor(environment: EnvironmentDefinition, options: EnvironmentTestsOptions) {
    const { caller, scope = 'file', logLines } = options
    if (!(environment instanceof EnvironmentDefinition)) throw notADefinition(environment, caller)
    this.#definition = environment
    this.#root = rootCollector(caller)
    const names = new FixtureNames(environment.names)
    this.#scope = EnvironmentScope.of(environment, names, scopeIn(this.#root, scope))
    this.#logLines = logLines
    this.#scope.testsOf(this.#root)
  }

  /** Declares a test in the suite that is being collected. */
  declare(
    name: string,
    { drivers, ...options }: EnvironmentTestOptions,
    run: (context: TestContext, environment: StartedEnvironment) => unknown,
  ): RunnerTestCase {
    const { tasks } = TestRunner.getCurrentSuite()
    const used = new Set(drivers)
    test(name, options, (context) => {
      const environment = this.#scope.life.of(context.task as RunnerTestCase) as RunningEnvironment
      return run(context, started(environment, used))
    })
    const task = tasks.at(-1) as RunnerTestCase
    this.#scope.testsOf(this.#root).addTest(task, { used: () => used, logLines: this.#logLines })
    return task
  }

  /**
   * Starts drivers for what must run before tests are known, and stops them; `failed` tells whether their directories
   * are kept.
   *
   * @throws what `use` throws
   */
  async apart<T>(
    drivers: readonly string[],
    use: (environment: StartedEnvironment) => Promise<{ readonly result: T; readonly failed: boolean }>,
  ): Promise<Apart<T>> {
    const environment = new RunningEnvironment(this.#definition, 'file')
    const names = new Set(drivers)
    const stop = (failed: boolean) =>
      environment.stop(failed).finally(() => environment.tell(this.#root.file as RunnerTestFile))
    await environment.start(names)
    const { result, failed } = await use(started(environment, names)).catch(async (error) => {
      await stop(true).catch(() => {}) // The first error is the one to tell.
      throw error
    })
    const logs = failed ? await environment.logTails(environment.closure(names), this.#logLines) : []
    const stopError = await stop(failed).then(
      () => undefined,
      (error: Error) => error,
    )
    const tellUse = (task: RunnerTestCase) => environment.tellUse(task, names)
    return { result, logs: logs.map(logText), stopError, tellUse }
  }
}

function started(environment: RunningEnvironment, names: ReadonlySet<string>): StartedEnvironment {
  const failure = () => {
    for (const name of environment.closure(names)) {
      const found = environment.failure(name)
      if (found !== undefined) return found
    }
    return undefined
  }
  return {
    running: async () => {
      const found = failure()
      if (found !== undefined) throw found
      return environment.running()
    },
    onDeath: (listener) => environment.onDeath(environment.closure(names), listener),
  }
}
