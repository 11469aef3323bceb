import type { EnvironmentDefinition } from '@testrig/core'
import type { EnvironmentLife } from './environment-scope.ts'
import type { FixtureNames } from './fixture-names.ts'
import { RunningEnvironment } from './running-environment.ts'
import { withoutTimeout } from './vitest-internals.ts'
import { workerFailureReporter } from './worker-failures.ts'

/** The drivers start when a file first needs them and stop when the worker ends. */
export function workerScope(definition: EnvironmentDefinition, names: FixtureNames): EnvironmentLife {
  const report = workerFailureReporter()
  let environment = new RunningEnvironment(definition, 'worker')
  let holders = 0
  let failed = false
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the pattern
  const hold = async ({}, use: (environment: RunningEnvironment) => Promise<void>) => {
    holders++
    await use(environment)
    holders--
    if (holders === 0) await environment.stop(failed).catch(report)
  }
  const drivers = names.declare((name) => [
    async ({ $testrig }, use) => use(await $testrig.driver(name)),
    { scope: 'worker' },
  ])
  return {
    fixtures: { $testrig: [hold, { scope: 'worker' }], ...drivers },
    of: () => environment,
    open(root, tests) {
      const aroundFile = async (runFile: () => Promise<void>) => {
        await environment.start(tests.needed())
        await runFile()
        failed ||= tests.failed()
        // What comes after the last file can be told with no file.
        if (holders > 0) return tests.needed().size > 0 ? environment.tell(tests.file) : undefined
        // No test came to use what was started, so that there is no fixture whose end stops it.
        const unused = environment
        environment = new RunningEnvironment(definition, 'worker')
        await unused.stop(failed).finally(() => unused.tell(tests.file))
      }
      root.on('aroundAll', withoutTimeout(aroundFile))
    },
  }
}
