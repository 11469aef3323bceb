import type { RunnerTestCase, TestContext } from 'vitest'
import type { EnvironmentScope, RootCollector } from './environment-scope.ts'
import type { FileTests } from './file-tests.ts'
import { logTexts, showLogs } from './log-annotations.ts'
import { type AnyFunction, isSkipped, withoutTimeout } from './vitest-internals.ts'

interface HookLogs {
  readonly scope: EnvironmentScope
  readonly used: () => ReadonlySet<string>
  readonly logLines: number | undefined
  /** The suite that the hook is for. */
  readonly collector: RootCollector
}

/** A hook for a whole suite has no test to show logs at: when it fails, or Vitest gives it up, they are printed. */
export function withLogs(hook: AnyFunction, { scope, used, logLines, collector }: HookLogs): AnyFunction {
  let isRunning = false
  const print = async (told: string) => {
    const texts = await logTexts(scope.life.of(undefined), used(), { logLines, told })
    for (const text of texts) console.error(text)
  }
  const aroundSuite = async (runSuite: () => Promise<void>) => {
    await runSuite()
    if (isRunning) await print('')
    isRunning = false
  }
  // Vitest tells nobody that a hook's time is over: it goes on with what follows the suite.
  collector.on('aroundAll', withoutTimeout(aroundSuite))
  return async (...args: unknown[]) => {
    isRunning = true
    try {
      return await hook(...args)
    } catch (error) {
      if (isRunning) await print(String(error))
      throw error
    } finally {
      isRunning = false
    }
  }
}

interface AroundLogs extends Pick<HookLogs, 'scope' | 'collector'> {
  readonly tests: FileTests
}

/** Vitest tells nobody that a hook around a test has failed, either: its test shows the logs when all hooks are over. */
export function withTestLogs(hook: AnyFunction, { scope, tests, collector }: AroundLogs): AnyFunction {
  const open = new WeakSet<RunnerTestCase>()
  const aroundTest = async (runTest: () => Promise<void>, { task }: { task: RunnerTestCase }) => {
    await runTest()
    if (open.delete(task) && !isSkipped(task)) await showLogs(scope.life.of(task), tests, task)
  }
  collector.on('aroundEach', withoutTimeout(aroundTest))
  return async (runTest: unknown, context: TestContext, ...rest: unknown[]) => {
    const task = context.task as RunnerTestCase
    open.add(task)
    await hook(runTest, context, ...rest)
    open.delete(task)
  }
}
