import { type Drivers, EnvironmentDefinition } from '@testrig/core'
import { type TestAPI, TestRunner } from 'vitest'
import { type Chain, type Collection, collectTest, instrumentsOf } from './collect.ts'
import { EnvironmentScope } from './environment-scope.ts'
import { notADefinition } from './errors.ts'
import { FixtureNames } from './fixture-names.ts'
import { checkFixtureOptions, type FixtureOptions } from './fixture-options.ts'
import { instrument } from './instrument.ts'
import { rootCollector, scopeIn } from './root-collector.ts'

/** Vitest's `test` with the drivers of an environment as fixtures. */
export type EnvironmentTest<D> = TestAPI<D & { readonly $__file?: D }>

/**
 * Gives a `test` whose tests receive the drivers of an environment. Only what the tests that run use is started, in
 * parallel, and a driver that fails to start fails the tests that need it.
 *
 * @throws ENVIRONMENT_INVALID, OPTION_UNKNOWN, OPTION_INVALID, FIXTURE_NAME, FIXTURES_MISPLACED
 */
export function fixtures<D extends Drivers>(
  environment: EnvironmentDefinition<D>,
  options: FixtureOptions = {},
): EnvironmentTest<D> {
  if (!(environment instanceof EnvironmentDefinition)) throw notADefinition(environment, 'fixtures()')
  const { scope = 'file', logLines } = checkFixtureOptions(options)
  const root = rootCollector('fixtures()')
  const names = new FixtureNames(environment.names)
  const definition = environment as unknown as EnvironmentDefinition
  const shared = EnvironmentScope.of(definition, names, scopeIn(root, scope))
  const collection: Collection = { scope: shared, names, root, logLines }
  shared.testsOf(root)
  const base = TestRunner.createTaskCollector(function (this: Chain, ...args: unknown[]) {
    collectTest(collection, this, args)
  })
  const test = base.extend(shared.life.fixtures as object) as unknown as TestAPI
  return instrument(test, instrumentsOf(collection)) as unknown as EnvironmentTest<D>
}
