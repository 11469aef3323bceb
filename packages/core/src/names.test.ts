import { describe, expect, test } from 'vitest'
import { Recorder } from '../test/fixtures/recorder.ts'
import { rejection } from '../test/fixtures/rejection.ts'
import { Driver } from './driver.ts'
import { environment } from './environment-definition.ts'

const list =
  (...names: string[]) =>
  () =>
    environment(names.map((name) => new Recorder({ name })))
const builder =
  (...names: string[]) =>
  () => {
    let definition = environment() as never as { add(name: string, create: () => Driver): typeof definition }
    for (const name of names) definition = definition.add(name, () => new Recorder())
    return definition as never as ReturnType<ReturnType<typeof list>>
  }
const both = [
  ['a list', list],
  ['the builder', builder],
] as const

describe.for(both)('names in %s', ([, declare]) => {
  test.for<[readonly string[], string]>([
    [['app', 'app'], 'NAME_DUPLICATE'],
    [['my server', 'my-server'], 'NAME_COLLISION'],
    [['my_server', 'my-server'], 'NAME_COLLISION'],
    [['App', 'app'], 'NAME_COLLISION'],
    [['a*b', 'a?b'], 'NAME_COLLISION'],
    [['a.b', 'a-b'], 'NAME_COLLISION'],
    [['__proto__'], 'NAME_INVALID'],
    [['constructor'], 'NAME_INVALID'],
    [['prototype'], 'NAME_INVALID'],
    [['   '], 'NAME_INVALID'],
    [['..'], 'NAME_INVALID'],
    [['-'], 'NAME_INVALID'],
    [['a/b'], 'NAME_INVALID'],
    [['a\\b'], 'NAME_INVALID'],
    [['a\nb'], 'NAME_INVALID'],
    [['a\0'], 'NAME_INVALID'],
    [['x'.repeat(101)], 'NAME_INVALID'],
    [['客'.repeat(81)], 'NAME_INVALID'],
    [['Café', 'Cafe\u0301'], 'NAME_COLLISION'],
    [['café', 'cafe'], 'NAME_COLLISION'],
  ])('%o are refused when they are declared: %s', async ([names, code]) => {
    expect((await rejection(declare(...names))).code).toBe(code)
  })

  test.for([
    ['my server', 'client-101'],
    ['a', 'ab'],
    ['\u043a\u043b\u0438\u0435\u043d\u0442', 'x'],
    ['1', '2'],
    ['x'.repeat(100)],
    ['客'.repeat(80)],
    ['a.b'],
  ])('%o are taken', (names) => {
    expect(declare(...names)().names).toEqual(names)
  })
})

test('messages name both drivers and what they collide in', async () => {
  expect((await rejection(list('my server', 'my-server'))).message).toMatchInlineSnapshot(
    `"The names \`my server\` and \`my-server\` both give the directory \`my-server\`. Rename one."`,
  )
  expect((await rejection(list('App', 'app'))).message).toMatchInlineSnapshot(
    `"The names \`App\` and \`app\` both give the directory \`app\`. Rename one."`,
  )
  expect((await rejection(list('my_server', 'my-server'))).message).toMatchInlineSnapshot(
    `"The names \`my_server\` and \`my-server\` both give the variables \`DRIVER_MY_SERVER_ATTR_\`. Rename one."`,
  )
  expect((await rejection(list('app', 'app'))).message).toMatchInlineSnapshot(
    `"Two drivers are named \`app\`. Give each a name of its own."`,
  )
  expect((await rejection(list('a/b'))).message).toMatchInlineSnapshot(
    `"Recorder: the name of a driver must be made of letters and digits, without slashes and control characters, but is 'a/b' (string)."`,
  )
})

test('names in any script have directories and variables of their own', async () => {
  const group = await environment(
    ['клиент', 'сервер', '客户', 'Café'].map((name) => new Recorder({ name })),
  ).start()
  const { runpath } = group
  expect(
    Object.entries(group.variables()).flatMap(([name, path]) =>
      name.endsWith('_RUNPATH') ? [`${name} ${path.slice(runpath.length)}`] : [],
    ),
  ).toMatchInlineSnapshot(`
    [
      "DRIVER_U041AU041BU0418U0415U041DU0422_ATTR_RUNPATH /клиент",
      "DRIVER_U0421U0415U0420U0412U0415U0420_ATTR_RUNPATH /сервер",
      "DRIVER_U5BA2U6237_ATTR_RUNPATH /客户",
      "DRIVER_CAFE_ATTR_RUNPATH /Café",
    ]
  `)
  await group.stop()
})

describe('a driver works as any other beside others', () => {
  const check = async (name: string) => {
    const journal: string[] = []
    const group = environment(
      ['first', name, 'last'].map((each) => new Recorder({ name: each, journal })),
    ).create()
    const { edges } = await group.graph()
    expect(edges.map(({ before, after }) => [before, after])).toEqual([
      ['first', name],
      [name, 'last'],
    ])
    await group.start()
    expect(group.drivers[name]?.runpath.startsWith(group.runpath)).toBe(true)
    await group.stop()
    const order = ['first', name, 'last']
    expect(journal.filter((line) => line.endsWith('starting'))).toEqual(
      order.map((each) => `${each} starting`),
    )
    expect(journal.filter((line) => line.endsWith('stopping'))).toEqual(
      order.toReversed().map((each) => `${each} stopping`),
    )
  }

  test.for(['then', 'catch', '1', '.testrig', 'context', 'environment'])('when it is named %s', check)

  test.for(['toString', 'valueOf', 'hasOwnProperty'] as const)(
    'when it is named %s, as a method of all objects',
    async (name) => {
      try {
        await check(name)
        expect(Object.keys(Object.prototype[name]), 'what was written to the built-in function').toEqual([])
      } finally {
        const builtIn = Object.prototype[name] as unknown as Record<string, unknown>
        for (const key of Object.keys(builtIn)) delete builtIn[key]
      }
    },
  )
})

describe('what a list may hold', () => {
  test('a driver without a name is refused with what to write', async () => {
    expect((await rejection(() => environment([new Recorder()]))).message).toMatchInlineSnapshot(
      `"The Recorder at [0] of the list has no name. Give it one: new Recorder({ name: '…' })."`,
    )
  })

  test('a driver that ran alone without a name still has none', async () => {
    const driver = new Recorder()
    await driver.start()
    await driver.stop()
    expect((await rejection(() => environment([driver]))).code).toBe('NAME_MISSING')
  })

  test('what is no driver is refused', async () => {
    expect((await rejection(() => environment([{ name: 'a' } as never]))).message).toMatchInlineSnapshot(
      `"The list of an environment holds at [0] { name: 'a' }, which is not a driver. If it looks like one, two copies of @testrig/core are installed."`,
    )
    expect((await rejection(() => environment([Recorder as never]))).code).toBe('NOT_A_DRIVER')
    expect((await rejection(() => environment([[new Recorder({ name: 'a' })]] as never))).code).toBe(
      'NOT_A_DRIVER',
    )
  })

  test('what a function gives is checked when it is called', async () => {
    expect((await rejection(() => environment(() => 5 as never).create())).code).toBe('ENVIRONMENT_INVALID')
    expect((await rejection(() => environment(() => [new Recorder()]).create())).code).toBe('NAME_MISSING')
  })

  test('nothing: an empty environment starts and stops', async () => {
    const group = await environment([]).start()
    expect(group.names).toEqual([])
    await group.stop()
    await (await environment().start()).stop()
  })
})

describe('the builder', () => {
  test('names its drivers', () => {
    expect(
      environment()
        .add('app', () => new Recorder())
        .create().drivers.app.name,
    ).toBe('app')
    expect(
      environment()
        .add('app', () => new Recorder({ name: 'app' }))
        .create().drivers.app.name,
    ).toBe('app')
  })

  test('refuses a driver that has another name', async () => {
    const definition = environment().add('app', () => new Recorder({ name: 'other' }))
    expect((await rejection(() => definition.create())).message).toMatchInlineSnapshot(
      `"The driver declared by add('app') has the option \`name\` 'other'. Leave the option out: add() names it."`,
    )
  })

  test('refuses what is no driver, and no function', async () => {
    expect(
      (
        await rejection(() =>
          environment()
            .add('app', () => 5 as never)
            .create(),
        )
      ).message,
    ).toMatchInlineSnapshot(`"The function given to add('app') gave 5 (number), which is not a driver."`)
    expect((await rejection(() => environment().add('app', new Recorder() as never))).code).toBe(
      'ENVIRONMENT_INVALID',
    )
  })

  test('refuses a driver after one that is not declared', async () => {
    const definition = environment().add('service', () => new Recorder())
    const error = await rejection(() =>
      definition.add('app', () => new Recorder(), { after: ['servce'] as never }),
    )
    expect(error.message).toMatchInlineSnapshot(
      `"add('app'): There is no driver \`servce\` declared before this one. Did you mean \`service\`?"`,
    )
  })

  test('refuses an option that there is not, and names in place of an array of them', async () => {
    const add = (options: object) => environment().add('app', () => new Recorder(), options)
    expect(() => add({ afer: ['service'] })).toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [OPTION_UNKNOWN]: add('app') has no option \`afer\` (given [ 'service' ]). Did you mean \`after\`?]`,
    )
    expect(() => add({ after: 'service' })).toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [OPTION_INVALID]: add('app'): option \`after\` must be an array of drivers' names, but is 'service' (string).]`,
    )
  })

  test('leaves the definition that it adds to as it is', () => {
    const base = environment().add('a', () => new Recorder())
    base.add('b', () => new Recorder())
    expect(base.names).toEqual(['a'])
    expect(base.add('c', () => new Recorder()).names).toEqual(['a', 'c'])
  })

  test('gives each environment drivers of its own', () => {
    const definition = environment().add('a', () => new Recorder())
    expect(definition.create().drivers.a).not.toBe(definition.create().drivers.a)
  })
})

test.for<[unknown]>([[5], ['app'], [null], [new Driver({ name: 'a' })]])(
  'environment(%o) is refused',
  async ([value]) => {
    expect((await rejection(() => environment(value as never))).code).toBe('ENVIRONMENT_INVALID')
  },
)

test('options of an environment are checked when it is declared', async () => {
  expect(
    (await rejection(() => environment([], { keepRunPath: 'always' } as never))).message,
  ).toMatchInlineSnapshot(
    `"environment() has no option \`keepRunPath\` (given 'always' (string)). Did you mean \`keepRunpath\`?"`,
  )
  expect(
    (await rejection(() => environment([], { keepRunpath: true } as never))).message,
  ).toMatchInlineSnapshot(
    `"environment(): option \`keepRunpath\` must be 'failed', 'always' or 'never', but is true (boolean)."`,
  )
  expect(
    (await rejection(() => environment([], { beforeStart: 'x' } as never))).message,
  ).toMatchInlineSnapshot(
    `"environment(): option \`beforeStart\` must be a function that takes the environment, but is 'x' (string)."`,
  )
  expect((await rejection(() => environment([], { errorHandler: {} } as never))).code).toBe('OPTION_INVALID')
  expect(
    (await rejection(() => environment([], { initialContext: 5 } as never))).message,
  ).toMatchInlineSnapshot(
    `"environment(): option \`initialContext\` must be an object, or a function that gives one without a promise, but is 5 (number)."`,
  )
  expect((await rejection(() => environment([], { runpath: '' }))).message).toMatchInlineSnapshot(
    `"environment(): option \`runpath\` must be a path, but is '' (string)."`,
  )
})
