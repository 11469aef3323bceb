import type { RunnerTestCase, RunnerTestFile, RunnerTestSuite } from 'vitest'

interface TestUse {
  readonly used: () => ReadonlySet<string>
  readonly logLines: number | undefined
}

interface HookUse {
  /** Undefined at the top level of the file. */
  readonly suite: RunnerTestSuite | undefined
  readonly used: () => ReadonlySet<string>
}

/** Which drivers the tests and hooks of a file use. */
export class FileTests {
  readonly file: RunnerTestFile
  readonly #tests = new Map<RunnerTestCase, TestUse>()
  readonly #hooks: HookUse[] = []

  constructor(file: RunnerTestFile) {
    this.file = file
  }

  addTest(task: RunnerTestCase, use: TestUse): void {
    this.#tests.set(task, use)
  }

  addHook(hook: HookUse): void {
    this.#hooks.push(hook)
  }

  has(task: RunnerTestCase): boolean {
    return this.#tests.has(task)
  }

  logLines(task: RunnerTestCase): number | undefined {
    return this.#tests.get(task)?.logLines
  }

  /** Drivers that a test and the hooks around it use. */
  usedBy(task: RunnerTestCase): ReadonlySet<string> {
    const around = suitesOf(task)
    const hooks = this.#hooks.filter(({ suite }) => suite === undefined || around.has(suite))
    const uses = [this.#tests.get(task)?.used, ...hooks.map(({ used }) => used)]
    return new Set(uses.flatMap((used) => [...(used?.() ?? [])]))
  }

  /** Drivers that the tests which are going to run use. */
  needed(): ReadonlySet<string> {
    const runnable = [...this.#tests.keys()].filter(({ mode }) => mode === 'run' || mode === 'queued')
    return new Set(runnable.flatMap((task) => [...this.usedBy(task)]))
  }

  failed(): boolean {
    return hasFailure(this.file)
  }
}

function suitesOf(task: RunnerTestCase): ReadonlySet<RunnerTestSuite> {
  const suites = new Set<RunnerTestSuite>()
  for (let suite = task.suite; suite !== undefined && !suites.has(suite); suite = suite.suite)
    suites.add(suite)
  return suites
}

function hasFailure(suite: RunnerTestSuite): boolean {
  if (suite.result?.state === 'fail') return true
  return suite.tasks.some((task) =>
    task.type === 'suite' ? hasFailure(task) : task.result?.state === 'fail',
  )
}
