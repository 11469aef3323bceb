import { Driver, environment } from '@testrig/core'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { FixtureNames } from './fixture-names.ts'
import { type FixtureOptions, fixtures } from './index.ts'

class App extends Driver {
  port = 1
}
class Client extends Driver {
  get(): string {
    return ''
  }
}

const declared = environment()
  .add('app', () => new App())
  .add('client', () => new Client())
  .add('my app', () => new App())

const message = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    return (error as Error).message
  }
}

test('only an environment is accepted', () => {
  expect(message(() => fixtures({ app: 1 } as never))).toMatchInlineSnapshot(
    `"fixtures() takes an environment as environment() of @testrig/core declares it, but was given { app: 1 }. If it looks like one, two copies of @testrig/core are installed."`,
  )
  expect(message(() => fixtures(undefined as never))).toMatchInlineSnapshot(
    `"fixtures() takes an environment as environment() of @testrig/core declares it, but was given undefined."`,
  )
  expect(message(() => fixtures(declared.create() as never))).toMatchInlineSnapshot(
    `"fixtures() takes an environment as environment() of @testrig/core declares it, but was given [Environment]. Leave out what starts or creates it, and \`await\`: give the declaration itself."`,
  )
  expect(message(() => fixtures(Promise.resolve() as never))).toMatchInlineSnapshot(
    `"fixtures() takes an environment as environment() of @testrig/core declares it, but was given Promise { undefined }. Leave out what starts or creates it, and \`await\`: give the declaration itself."`,
  )
})

test.for<[unknown, string]>([
  [{ scope: 'run' }, "fixtures(): option `scope` must be 'test', 'file' or 'worker', but is 'run' (string)."],
  [
    { logLines: 1.5 },
    'fixtures(): option `logLines` must be an integer from 0 to 10000, but is 1.5 (number).',
  ],
  [{ scoped: 'file' }, "fixtures() has no option `scoped` (given 'file' (string)). Did you mean `scope`?"],
  ['file', "fixtures() takes an object of options, but was given 'file' (string)."],
])('the options %o are refused', ([options, expected]) => {
  expect(message(() => fixtures(declared, options as FixtureOptions))).toBe(expected)
})

test('names that tests have another meaning for are refused', () => {
  expect(message(() => new FixtureNames(['app', 'task']))).toMatchInlineSnapshot(
    `"The driver \`task\` cannot be a fixture: Vitest gives its tests something else by that name. Rename the driver; taken are \`task\`, \`expect\`, \`skip\`, \`annotate\`, \`signal\`, \`onTestFailed\`, \`onTestFinished\` and \`bench\`."`,
  )
  expect(message(() => new FixtureNames(['a=b']))).toMatchInlineSnapshot(
    `"The driver \`a=b\` cannot be a fixture: Vitest does not read a name with a character of , : = ( ) [ ] { } or a quote in a test's parameters. Rename the driver."`,
  )
})

test('inside a test, fixtures() is refused', () => {
  expect(message(() => fixtures(declared))).toMatchInlineSnapshot(
    `"fixtures() was called inside a test. Call it at the top level of the test file, or of a module that it imports."`,
  )
})

describe('group', () => {
  const told = message(() => fixtures(declared))
  test('inside describe(), fixtures() is refused', () => {
    expect(told).toMatchInlineSnapshot(
      `"fixtures() was called inside describe('group'). Call it at the top level of the test file, or of a module that it imports."`,
    )
  })
})

const own = fixtures(declared)

own(
  'tests, hooks and derived tests have the types of the drivers',
  ({ app, client, 'my app': mine, task }) => {
    expectTypeOf(app).toEqualTypeOf<App>()
    expectTypeOf(client).toEqualTypeOf<Client>()
    expectTypeOf(mine).toEqualTypeOf<App>()
    expect(task.name).toContain('types')
  },
)

test('the compiler refuses a driver that does not exist', () => {
  // @ts-expect-error there is no such driver
  const declare = () => own('unknown', ({ nope }) => nope)
  expect(message(declare)).toMatchInlineSnapshot(
    `"The test "unknown" was declared inside another test that runs. Declare it at the top level of the file or in describe()."`,
  )
})

own.for([1, 2])('a case %i', (n, { app }) => {
  expectTypeOf(n).toEqualTypeOf<number>()
  expectTypeOf(app).toEqualTypeOf<App>()
})

own.beforeAll(({ app }) => expectTypeOf(app).toEqualTypeOf<App>())
own.beforeEach(({ client }) => expectTypeOf(client).toEqualTypeOf<Client>())
own.aroundEach(async (run, { app }) => {
  expectTypeOf(app).toEqualTypeOf<App>()
  await run()
})

const derived = own
  .extend('api', async ({ app }) => ({ url: `${app.port}` }))
  .extend('port', { scope: 'file' }, async ({ app }) => app.port)

derived('a derived test', ({ api, port, app }) => {
  expectTypeOf(api).toEqualTypeOf<{ url: string }>()
  expectTypeOf(port).toEqualTypeOf<number>()
  expectTypeOf(app).toEqualTypeOf<App>()
})
