import type { EnvironmentDefinition } from '@testrig/core'
import type { EnvironmentLife } from './environment-scope.ts'
import type { FixtureNames } from './fixture-names.ts'
import { RunningEnvironment } from './running-environment.ts'
import { withoutTimeout } from './vitest-internals.ts'

/** The drivers start before the first test of a file and stop after the last. */
export function fileScope(definition: EnvironmentDefinition, names: FixtureNames): EnvironmentLife {
  let environment = new RunningEnvironment(definition, 'file')
  return {
    fixtures: names.declare((name) => [
      // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the pattern
      async ({}, use) => use(await environment.driver(name)),
      { scope: 'file' },
    ]),
    of: () => environment,
    open(root, tests) {
      const aroundFile = async (runFile: () => Promise<void>) => {
        environment = new RunningEnvironment(definition, 'file')
        await environment.start(tests.needed())
        await runFile()
        await environment.stop(tests.failed()).finally(() => environment.tell(tests.file))
      }
      root.on('aroundAll', withoutTimeout(aroundFile))
    },
  }
}
