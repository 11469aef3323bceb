import { TestRunner } from 'vitest'
import type { RootCollector } from './environment-scope.ts'
import { misplaced } from './errors.ts'
import type { FixtureScope } from './fixture-options.ts'
import { workerConfig } from './vitest-internals.ts'

/** The collector of the file that is being collected. @throws FIXTURES_MISPLACED inside describe() or a test */
export function rootCollector(caller: string): RootCollector {
  if (TestRunner.getCurrentTest() !== undefined) throw misplaced(caller, 'a test')
  const collector = TestRunner.getCurrentSuite()
  if (collector.suite !== undefined) throw misplaced(caller, `describe('${collector.name}')`)
  return collector
}

/** Where a worker runs one file only, Vitest would lose errors of its end: there the file's end is told instead. */
export function scopeIn({ file }: RootCollector, scope: FixtureScope): FixtureScope {
  const oneFile = workerConfig().isolate !== false || file.pool?.startsWith('vm') === true
  return scope === 'worker' && oneFile ? 'file' : scope
}
