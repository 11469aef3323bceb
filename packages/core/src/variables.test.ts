import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { Service } from '../test/fixtures/service.ts'
import { attributes } from './attributes.ts'
import { Driver } from './driver.ts'
import type { DriverDefaults } from './driver-options.ts'
import { environment } from './environment-definition.ts'

class Plenty extends Driver {
  text = 'a "b"\n'
  empty = ''
  zero = 0
  half = 0.5
  no = false
  nothing: null = null
  unset: string | undefined = undefined
  list: readonly unknown[] = [1, 'a', null]
  record: object = { a: { b: [true] } }
  listenAddress = '127.0.0.1:1'
  snake_case = 'x'
  notANumber = Number.NaN
  date = new Date(0)
  map: Map<string, string> = new Map()
  mixed: readonly unknown[] = [1, () => 1]
  holey: object = { a: undefined }
  big = 1n
  work = () => 1
  _hidden = 'x'
  get twice(): string {
    return `${this.text}${this.text}`
  }
  get broken(): string {
    throw new Error('not yet')
  }
}

test('what holds itself in several places is left out, at once', async () => {
  interface Node {
    readonly children: Node[]
    readonly parent?: Node
  }
  class Tree extends Driver {
    readonly root: Node = { children: [] }
    readonly lazy = {
      get value(): string {
        throw new Error('not yet')
      },
    }
  }
  const tree = new Tree({ name: 'tree' })
  const { root } = tree
  root.children.push({ children: [], parent: root }, { children: [], parent: root })
  expect(Object.keys(attributes(tree))).toEqual(['name', 'runpath', 'scratch', 'extracts'])
  await tree[Symbol.asyncDispose]()
})

test('variables have the documented names', async () => {
  const group = await environment([
    new Service({ name: 'my server' }),
    new Service({ name: 'client-101' }),
  ]).start()
  expect(group.variables()).toMatchObject({
    DRIVER_MY_SERVER_ATTR_HOST: 'localhost',
    DRIVER_MY_SERVER_ATTR_PORT: '4711',
    DRIVER_CLIENT_101_ATTR_HOST: 'localhost',
    DRIVER_CLIENT_101_ATTR_PORT: '4711',
  })
  await group.stop()
})

test('texts are as they are, other plain values are JSON, and the rest is left out', async () => {
  const group = await environment([new Plenty({ name: 'x' })], { keepRunpath: 'never' }).start()
  const { runpath } = group.drivers['x'] as Plenty
  const shown = Object.fromEntries(
    Object.entries(group.variables()).map(([key, value]) => [key, value.replace(runpath, '<runpath>')]),
  )
  expect(shown).toMatchInlineSnapshot(`
    {
      "DRIVER_X_ATTR_EMPTY": "",
      "DRIVER_X_ATTR_EXTRACTS": "{}",
      "DRIVER_X_ATTR_HALF": "0.5",
      "DRIVER_X_ATTR_LIST": "[1,"a",null]",
      "DRIVER_X_ATTR_LISTENADDRESS": "127.0.0.1:1",
      "DRIVER_X_ATTR_NAME": "x",
      "DRIVER_X_ATTR_NO": "false",
      "DRIVER_X_ATTR_NOTHING": "null",
      "DRIVER_X_ATTR_RECORD": "{"a":{"b":[true]}}",
      "DRIVER_X_ATTR_RUNPATH": "<runpath>",
      "DRIVER_X_ATTR_SCRATCH": "<runpath>/scratch",
      "DRIVER_X_ATTR_SNAKE_CASE": "x",
      "DRIVER_X_ATTR_TEXT": "a "b"
    ",
      "DRIVER_X_ATTR_TWICE": "a "b"
    a "b"
    ",
      "DRIVER_X_ATTR_ZERO": "0",
    }
  `)
  await group.stop()
})

test('every environment variable is text without a NUL and has a name that shells take', async () => {
  const names = ['my server', 'a.b', 'x+y', '\u00e9t\u00e9', ' padded ']
  const group = await environment(names.map((name) => new Service({ name }))).start()
  for (const [name, value] of Object.entries(group.variables())) {
    expect(name).toMatch(/^[A-Z_][A-Z0-9_]*$/)
    expect(value).toBeTypeOf('string')
  }
  expect(Object.keys(group.variables()).filter((name) => name.endsWith('_ATTR_PORT'))).toMatchInlineSnapshot(`
    [
      "DRIVER_MY_SERVER_ATTR_PORT",
      "DRIVER_A_B_ATTR_PORT",
      "DRIVER_X_Y_ATTR_PORT",
      "DRIVER_ETE_ATTR_PORT",
      "DRIVER_PADDED_ATTR_PORT",
    ]
  `)
  await group.stop()
})

test('what no program could be given is left out', async () => {
  class Odd extends Driver {
    nul = 'a\0b'
    long = 'x'.repeat(200_000)
    list: readonly string[] = ['a\0b']
    fits = 'x'.repeat(120_000)
  }
  await using group = await environment([new Odd({ name: 'odd' })]).start()
  const variables = group.variables()
  expect(
    Object.keys(variables)
      .filter((name) => /NUL|LONG|LIST|FITS/.test(name))
      .toSorted(),
  ).toEqual(['DRIVER_ODD_ATTR_FITS', 'DRIVER_ODD_ATTR_LIST'])
  const { status } = spawnSync('true', { env: { PATH: process.env.PATH, ...variables } })
  expect(status).toBe(0)
})

test('data that holds itself is left out', async () => {
  class Circular extends Driver {
    loop: Record<string, unknown> = {}
    list: unknown[] = []
    fine = { a: { b: 1 } }
  }
  const driver = new Circular({ name: 'x' })
  driver.loop['self'] = driver.loop
  driver.list.push(driver.list)
  await using group = await environment([driver]).start()
  expect(attributes(driver)).toMatchObject({ fine: { a: { b: 1 } } })
  expect(Object.keys(group.variables()).filter((name) => /LOOP|LIST/.test(name))).toEqual([])
})

test('attributes are the public data of the class and its bases, and survive JSON', async () => {
  class Derived extends Plenty {
    override text = 'derived'
    #secret = 'x'
    get secretLength(): number {
      return this.#secret.length
    }
    protected override get label(): string {
      return 'mine'
    }
  }
  const driver = new Derived({ name: 'x' })
  await using _group = await environment([driver]).start()
  const published = attributes(driver)
  expect(published).toMatchObject({
    text: 'derived',
    twice: 'derivedderived',
    secretLength: 1,
    name: 'x',
    extracts: {},
  })
  expect(Object.keys(published)).not.toContain('label')
  expect(Object.keys(published)).not.toContain('options')
  expect(Object.keys(published)).not.toContain('config')
  expect(JSON.parse(JSON.stringify(published))).toEqual(published)
})

test('options are no attributes, also when a subclass declares their types again', async () => {
  class Custom extends Driver {
    declare protected readonly config: { readonly [K in DriverDefaults]: never } & never
  }
  const driver = new Custom({ name: 'x' })
  expect(Object.keys(attributes(driver)).toSorted()).toEqual(['extracts', 'name', 'runpath', 'scratch'])
  await driver[Symbol.asyncDispose]()
})
