import { type EnvironmentDefinition, sharedState } from '@testrig/core'
import type { RunnerTestCase, RunnerTestFile, TestRunner } from 'vitest'
import { fileScope } from './file-scope.ts'
import { FileTests } from './file-tests.ts'
import type { FixtureNames } from './fixture-names.ts'
import type { FixtureScope } from './fixture-options.ts'
import { showLogs } from './log-annotations.ts'
import type { RunningEnvironment } from './running-environment.ts'
import { testScope } from './test-scope.ts'
import { workerScope } from './worker-scope.ts'

/** Vitest's collector of a file's top level; it takes hooks for the whole file. */
export type RootCollector = ReturnType<typeof TestRunner.getCurrentSuite>

/** How long an environment lives: which one a test uses, and when its drivers start and stop. */
export interface EnvironmentLife {
  /** Fixtures that give the drivers. */
  readonly fixtures: Record<string, unknown>
  /** The environment that a test, or a hook for more than one, uses while it runs. */
  of(task: RunnerTestCase | undefined): RunningEnvironment | undefined
  /** Registers what starts and stops drivers around the file's tests. */
  open(root: RootCollector, tests: FileTests): void
}

const lives = { test: testScope, file: fileScope, worker: workerScope }
const scopes = sharedState(
  'scopes',
  () => new WeakMap<EnvironmentDefinition, Map<FixtureScope, EnvironmentScope>>(),
)

/** The tests that share the drivers of an environment: all that receive it with the same scope. */
export class EnvironmentScope {
  readonly life: EnvironmentLife
  readonly #files = new WeakMap<RunnerTestFile, FileTests>()

  static of(definition: EnvironmentDefinition, names: FixtureNames, scope: FixtureScope): EnvironmentScope {
    const known = scopes.get(definition) ?? new Map<FixtureScope, EnvironmentScope>()
    scopes.set(definition, known)
    const found = known.get(scope) ?? new EnvironmentScope(lives[scope](definition, names))
    known.set(scope, found)
    return found
  }

  private constructor(life: EnvironmentLife) {
    this.life = life
  }

  /** What is known of the file that is collected; at its first call the file's hooks are registered. */
  testsOf(root: RootCollector): FileTests {
    const known = this.#files.get(root.file)
    if (known !== undefined) return known
    const tests = new FileTests(root.file)
    this.#files.set(root.file, tests)
    root.on('beforeEach', ({ task, onTestFailed }) => {
      if (!tests.has(task)) return
      this.life.of(task)?.tellUse(task, tests.usedBy(task))
      onTestFailed(() => showLogs(this.life.of(task), tests, task))
    })
    this.life.open(root, tests)
    return tests
  }
}
