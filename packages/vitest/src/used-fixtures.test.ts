import { expect, test } from 'vitest'
import { destructuredNames, disguised, usedFixtures } from './used-fixtures.ts'
import type { AnyFunction, RegisteredFixture } from './vitest-internals.ts'

test.for<[AnyFunction, string[]]>([
  [() => {}, []],
  [({ app }) => app, ['app']],
  [async ({ app: alias, client = 1 }) => [alias, client], ['app', 'client']],
  [
    ({
      app, // the one, under test
      /* { other } */ client: {
        options: { name },
      },
    }) => [app, name],
    ['app', 'client'],
  ],
  [({ 'my app': app }) => app, ['"myapp"']],
  [
    function named({ app }) {
      return app
    },
    ['app'],
  ],
  [
    {
      method({ app }: { app: unknown }) {
        return app
      },
    }.method,
    ['app'],
  ],
  [(context) => context, []],
])('%s', ([fn, names]) => {
  expect(destructuredNames(fn)).toEqual(names)
})

test('a hook around others has its fixtures in the second parameter', () => {
  const hook = async (run: () => Promise<void>, { app }: { app: unknown }) => [run, app]
  expect(destructuredNames(hook, 1)).toEqual(['app'])
})

test('a lowered async function holds its parameters in its body', () => {
  const lowered = {
    toString: () => 'function(_0) { return __async(this, [_0], function* ({ app }) { yield app }) }',
  }
  expect(destructuredNames(lowered as unknown as AnyFunction)).toEqual(['app'])
})

test('a disguised function is read like the one that it wraps', () => {
  const fn = ({ app }: { app: unknown }) => app
  expect(destructuredNames(disguised((...args: unknown[]) => args, fn))).toEqual(['app'])
})

test('fixtures derived from others lead to the wanted ones, a replaced one only through its parent', () => {
  const fixture = (name: string, deps: string[] = [], parent?: RegisteredFixture): RegisteredFixture => ({
    name,
    deps: new Set(deps),
    auto: false,
    ...(parent && { parent }),
  })
  const registered = new Map(
    [
      fixture('app'),
      fixture('api', ['app']),
      fixture('page', ['api', 'task']),
      fixture('faked', [], fixture('faked')),
      fixture('wrapped', ['wrapped'], fixture('wrapped')),
      { ...fixture('always', ['automatic']), auto: true },
      fixture('automatic'),
    ].map((each) => [each.name, each]),
  )
  const registry = { get: () => registered }
  const fn = ({ page, faked, wrapped }: Record<string, unknown>) => [page, faked, wrapped]
  const wanted = new Set(['app', 'faked', 'wrapped', 'automatic', 'never'])
  expect([...usedFixtures({ fn, registry, suite: {} as never }, wanted)].sort()).toEqual([
    'app',
    'automatic',
    'wrapped',
  ])
})
