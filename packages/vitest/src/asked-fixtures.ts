import { unknownFixture } from './errors.ts'
import type { FixtureNames } from './fixture-names.ts'
import { type FixtureReader, requiredNames } from './used-fixtures.ts'

/**
 * Refuses a name that neither a fixture has nor anything else in the context: Vitest would give `undefined`, which the
 * function meets as "Cannot read properties of undefined". A hook meets tests of another `test`, too, without fixtures.
 *
 * @throws FIXTURE_UNKNOWN
 */
export function checkAsked(names: FixtureNames, reader: FixtureReader, context: unknown): void {
  if ((typeof context !== 'object' && typeof context !== 'function') || context === null) return
  const declared = [...(reader.registry?.get(reader.suite).keys() ?? [])]
  const missing = requiredNames(reader.fn, reader.parameter).find(
    (name) => !(name in context) && !declared.includes(name),
  )
  if (missing === undefined) return
  const others = declared.filter((name) => /^\w/.test(name))
  throw unknownFixture(missing, [...new Set([...names.drivers, ...others])])
}
