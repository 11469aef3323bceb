import { type Environment, EnvironmentDefinition } from '@testrig/core'
import { type RunnerTestCase, type TestContext, type TestOptions, TestRunner, test } from 'vitest'
import { EnvironmentScope } from './environment-scope.ts'
import { notADefinition } from './errors.ts'
import { FixtureNames } from './fixture-names.ts'
import type { FixtureScope } from './fixture-options.ts'
import { logText } from './log-annotations.ts'
import { rootCollector, scopeIn } from './root-collector.ts'
import { RunningEnvironment } from './running-environment.ts'

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
  /** Why one of these drivers is not up. */
  failure(): Error | undefined
  /** The environment. @throws why one of these drivers is not up */
  running(): Promise<Environment>
  /** Calls back when one of these drivers dies; gives a function that ends this. */
  onDeath(listener: (error: Error) => void): () => void
}

/**
 * Declares tests that are not functions with fixtures, such as the cases of another test program: they share their
 * file's drivers with `fixtures()`.
 */
export class EnvironmentTests {
  readonly #scope: EnvironmentScope
  readonly #root: ReturnType<typeof rootCollector>
  readonly #logLines: number | undefined

  /** @throws ENVIRONMENT_INVALID, FIXTURE_NAME, FIXTURES_MISPLACED */
  constructor(environment: EnvironmentDefinition, options: EnvironmentTestsOptions) {
    const { caller, scope = 'file', logLines } = options
    if (!(environment instanceof EnvironmentDefinition)) throw notADefinition(environment, caller)
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
}

export interface ApartOptions {
  readonly drivers: readonly string[]
  readonly logLines?: number | undefined
}

/** What was done with an environment of its own. */
export interface Apart<T> {
  readonly result: T
  /** Last lines of the drivers' logs when it was done, each text with its heading. */
  readonly logs: readonly string[]
}

/**
 * Starts drivers for what must run before tests are known, and stops them; `failed` tells whether their directories are
 * kept.
 *
 * @throws what keeps a driver from starting or stopping
 */
export async function apart<T>(
  definition: EnvironmentDefinition,
  { drivers, logLines }: ApartOptions,
  use: (environment: StartedEnvironment) => Promise<{ readonly result: T; readonly failed: boolean }>,
): Promise<Apart<T>> {
  const environment = new RunningEnvironment(definition)
  const names = new Set(drivers)
  let failed = true
  try {
    await environment.start(names)
    const done = await use(started(environment, names))
    failed = done.failed
    const logs = failed ? await environment.logTails(environment.closure(names), logLines) : []
    return { result: done.result, logs: logs.map(logText) }
  } finally {
    await environment.stop(failed)
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
    failure,
    running: async () => {
      const found = failure()
      if (found !== undefined) throw found
      return environment.running()
    },
    onDeath: (listener) => environment.onDeath(environment.closure(names), listener),
  }
}
