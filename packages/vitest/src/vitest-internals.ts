import type { RunnerTestCase, RunnerTestSuite, TestAPI } from 'vitest'

// What this package uses of Vitest beyond its documented interface; run against 4.1.0, 4.1.12 and 5.1.1.

/** A fixture as `test.extend` declared it. */
export interface RegisteredFixture {
  readonly name: string
  /** Names of the fixtures that its function destructures. */
  readonly deps: ReadonlySet<string>
  readonly auto: boolean
  /** The fixture of the same name that this one replaced. */
  readonly parent?: RegisteredFixture
}

/** The fixtures that a `test` gives, by name, in a suite. */
export interface FixtureRegistry {
  get(suite: RunnerTestSuite): ReadonlyMap<string, RegisteredFixture>
}

// biome-ignore lint/suspicious/noExplicitAny: functions of Vitest and of users, passed on as they are
export type AnyFunction = (...args: any[]) => unknown

/** The fixtures of a `test`, also of a chained one such as `test.only`. */
export function fixturesOf(test: unknown): FixtureRegistry | undefined {
  const context = ownSymbol(test as object, 'kChainableContext') as
    | { getFixtures?(): FixtureRegistry | undefined }
    | undefined
  return context?.getFixtures?.()
}

/** The function that chained forms such as `test.only` take their methods from. */
export function taskFunctionOf(test: TestAPI): unknown {
  return (test as unknown as { readonly fn?: unknown }).fn
}

/** How Vitest reads a function that it wrapped, such as a handler of `test.for`. */
export function fixturePropsOf(fn: AnyFunction): { index?: number; original?: AnyFunction } {
  return (
    (ownSymbol(fn, '$vitest:fixture-props') as { index?: number; original?: AnyFunction } | undefined) ?? {}
  )
}

/** Exempts a hook `aroundAll` or `aroundEach` from `hookTimeout`. */
export function withoutTimeout<T extends AnyFunction>(hook: T): T {
  return Object.assign(hook, { [Symbol.for('VITEST_AROUND_TIMEOUT')]: 0 })
}

/** Whether a test that runs has called `skip()`. */
export function isSkipped({ result }: RunnerTestCase): boolean {
  return (result as { readonly pending?: boolean } | undefined)?.pending === true
}

/** The worker's configuration. */
export function workerConfig(): { readonly isolate?: boolean; readonly root?: string } {
  const worker = (globalThis as { __vitest_worker__?: { config?: object } }).__vitest_worker__
  return worker?.config ?? {}
}

function ownSymbol(target: object, description: string): unknown {
  const key = Object.getOwnPropertySymbols(target).find((symbol) => symbol.description === description)
  return key === undefined ? undefined : (target as Record<symbol, unknown>)[key]
}
