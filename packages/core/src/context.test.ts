import { inspect } from 'node:util'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { Recorder, type RecorderOptions } from '../test/fixtures/recorder.ts'
import { rejection } from '../test/fixtures/rejection.ts'
import { Service } from '../test/fixtures/service.ts'
import { context, own } from './context.ts'
import { type ContextValue, isContextValue } from './context-value.ts'
import { environment } from './environment-definition.ts'
import { interpolate } from './interpolate.ts'

/** What `host` of a driver becomes beside a started service. */
async function resolved(host: unknown): Promise<unknown> {
  const app = new Recorder({ name: 'app', host: host as string })
  await using _group = await environment([service(), app]).start()
  return app.seen('host')
}

let current: Service
function service(): Service {
  current = new Service({ name: 'service' })
  return current
}

/** What a selector gives, when the option takes values of any type. */
async function selected(select: (driver: Service) => unknown): Promise<unknown> {
  const instance = new Service({ name: 'service' })
  const app = new Recorder({ name: 'app', on: { value: context(instance, select) } as never })
  await using _group = await environment([instance, app]).start()
  return (app.seen('on') as { value?: unknown }).value
}

async function refused(options: RecorderOptions, others: RecorderOptions = {}): Promise<string> {
  const app = new Recorder({ name: 'app', ...options })
  const start = environment([new Service({ name: 'service', ...(others as object) }), app]).start()
  return (await rejection(start)).message
}

describe('a template in context()', () => {
  test('gives text from the attributes of the named driver', async () => {
    expect(await resolved(context('service', '{{ host }}:{{port}}'))).toBe('localhost:4711')
    expect(await resolved(context('service', '{{host}}'))).toBe('localhost')
    expect(await resolved(context('service', 'no braces'))).toBe('no braces')
    expect(await resolved(context('service', '{{ endpoints.primary.port }}{{ endpoints.all[1] }}'))).toBe(
      '8080b',
    )
    expect(await resolved(context('service', '{{ address }}'))).toBe('localhost:4711')
  })

  test('may be given with the driver itself', async () => {
    const instance = new Service({ name: 'service' })
    const app = new Recorder({ name: 'app', port: context(instance, '{{ port }}') })
    await using _group = await environment([instance, app]).start()
    expect(app.seen('port')).toBe(4711)
  })

  test('reads other drivers through `context`, too', async () => {
    expect(
      await resolved(context('service', '{{ context["service"].port }}/{{ context.service.host }}')),
    ).toBe('4711/localhost')
  })

  test('does not see attributes of the driver that uses it', async () => {
    expect(await refused({ host: context('service', '{{ args }}') })).toContain(
      '`args` is neither an attribute of service',
    )
  })
})

describe('a selector in context()', () => {
  test('keeps the type of what it reads', async () => {
    expect(await selected((driver) => driver.port)).toBe(4711)
    expect(await selected((driver) => driver.secure)).toBe(false)
    expect(await selected((driver) => driver.retries)).toBe(0)
    expect(await selected((driver) => driver.motto)).toBe('')
    expect(await selected((driver) => driver.nothing)).toBe(null)
    expect(await selected((driver) => driver.endpoints?.all)).toEqual(['a', 'b'])
  })

  test('may compute: text, sums, methods of values, destructured attributes', async () => {
    expect(await selected((driver) => `tcp://${driver.host}:${driver.port}`)).toBe('tcp://localhost:4711')
    expect(await selected((driver) => (driver.port ?? 0) + 1)).toBe(4712)
    expect(await selected((driver) => driver.host?.toUpperCase().slice(0, 5))).toBe('LOCAL')
    expect(await selected(({ host, port }) => ({ host, port }))).toEqual({ host: 'localhost', port: 4711 })
    expect(await selected((driver) => driver.endpoints?.all.map((each) => `${each}!`).join())).toBe('a!,b!')
    expect(await selected((driver) => [...(driver.endpoints?.all ?? [])])).toEqual(['a', 'b'])
  })

  test('may call a method of the driver', async () => {
    expect(await selected((driver) => driver.url('/x'))).toBe('http://localhost:4711/x')
  })

  test('may take a branch that the values decide', async () => {
    expect(await selected((driver) => (driver.secure ? driver.extracts['tlsPort'] : driver.port))).toBe(4711)
  })

  test('may go along a list', async () => {
    class Listed extends Service {
      readonly first = { value: 1, next: { value: 2, next: undefined } }
    }
    interface Node {
      readonly value: number
      readonly next: Node | undefined
    }
    const last = (driver: Listed) => {
      let node: Node = driver.first
      while (node.next) node = node.next
      return node.value
    }
    const instance = new Listed({ name: 'service' })
    const app = new Recorder({ name: 'app', port: context(instance, last) })
    await using _group = await environment([app, instance], { dependencies: 'inferred' }).start()
    expect(app.seen('port')).toBe(2)
  })

  test('waits for the driver although its first branch reads only what is known before', async () => {
    const instance = new Service({ name: 'service' })
    const app = new Recorder({
      name: 'app',
      host: context(instance, (driver) => (driver.region === 'eu' ? (driver.host as string) : driver.region)),
    })
    await using _group = await environment([app, instance], { dependencies: 'inferred' }).start()
    expect(app.seen('host')).toBe('localhost')
  })

  test('that reads no value is an error, never undefined', async () => {
    const instance = new Service({ name: 'service' })
    const app = new Recorder({
      name: 'app',
      on: { value: context(instance, (driver) => driver.extracts['prot']) } as never,
    })
    const { message } = await rejection(environment([instance, app]).start())
    expect(message).toMatchInlineSnapshot(`
      "Recorder "app" failed to start (resolve): option \`on.value\`: context('service', (driver) => driver.extracts["prot"]) gave undefined: the driver has no such value now. Select an attribute that has one.
      Stopped again: service."
    `)
  })

  test('that throws is reported with the driver that uses it', async () => {
    const instance = new Service({ name: 'service' })
    const broken = context(instance, () => {
      throw new Error('no such luck')
    })
    const app = new Recorder({ name: 'app', host: broken })
    const { message } = await rejection(environment([instance, app]).start())
    expect(message).toContain('Recorder "app" failed to start (resolve): no such luck')
  })
})

describe('stand-ins of the builder', () => {
  test('give attributes, and properties of attributes, with their types', async () => {
    const group = await environment()
      .add('service', () => new Service())
      .add(
        'app',
        ({ service }) =>
          new Recorder({
            port: service.port,
            host: service.endpoints.primary.path,
            args: [service.address, service.host],
            on: {
              all: service.endpoints.all,
              falsy: [service.secure, service.retries, service.motto],
            } as never,
          }),
      )
      .start()
    const { app } = group.drivers
    expect(app.seen('port')).toBe(4711)
    expect(app.seen('host')).toBe('/v1')
    expect(app.seen('args')).toEqual(['localhost:4711', 'localhost'])
    expect(app.seen('on')).toEqual({ all: ['a', 'b'], falsy: [false, 0, ''] })
    await group.stop()
  })

  test('an attribute that does not exist is an error with the near miss', async () => {
    const start = environment()
      .add('service', () => new Service())
      .add(
        'app',
        ({ service }) => new Recorder({ port: (service as never as { prot: ContextValue<number> }).prot }),
      )
      .start()
    expect((await rejection(start)).message.split('\n')[0]).toMatchInlineSnapshot(
      `"Recorder "app" failed to start (resolve): option \`port\`: service has no attribute \`prot\`. Did you mean \`port\`?"`,
    )
  })

  test('are context values and show what they stand for', () => {
    const definition = environment().add('service', () => new Service())
    definition
      .add('app', ({ service }) => {
        expect(isContextValue(service.endpoints.primary.port)).toBe(true)
        expect(inspect(service.endpoints.primary.port)).toMatchInlineSnapshot(
          `"ContextValue(service.endpoints.primary.port)"`,
        )
        return new Recorder()
      })
      .create()
  })

  test('survive being awaited', async () => {
    let standIn: unknown
    environment()
      .add('service', () => new Service())
      .add('app', ({ service }) => {
        standIn = service.port
        return new Recorder()
      })
      .create()
    expect(isContextValue(await standIn)).toBe(true)
  })
})

describe('own()', () => {
  test('reads the driver that has the option, by template and by selector', async () => {
    const app = new Recorder({
      name: 'app',
      args: [own('{{ name }}:{{ runpath }}'), own<Recorder, string>((driver) => driver.scratch)],
    })
    await using group = await environment([app]).start()
    const directory = `${group.runpath}/app`
    expect(app.seen('args')).toEqual([`app:${directory}`, `${directory}/scratch`])
  })

  test('makes no dependency of a driver on itself', async () => {
    const app = new Recorder({ name: 'app', args: [own('{{ host }}')] })
    const group = environment([app]).create()
    expect((await group.graph()).edges).toEqual([])
    await group.stop()
  })
})

describe('interpolate', () => {
  test('builds text around context values and plain values, falsy ones too', async () => {
    const port = context('service', '{{ port }}')
    expect(
      await resolved(interpolate`http://${context('service', '{{ host }}')}:${port}/${0}${''}${false}`),
    ).toBe('http://localhost:4711/0false')
    expect(await resolved(interpolate`${interpolate`<${port}>`}`)).toBe('<4711>')
  })

  test('keeps what a selector gives as text, also when it is falsy', async () => {
    const value = () => context(current, (driver) => driver.retries)
    const instance = service()
    const app = new Recorder({
      name: 'app',
      host: interpolate`${value()} retries, ${context(instance, (each) => each.nothing)}`,
    })
    await using _group = await environment([instance, app]).start()
    expect(app.seen('host')).toBe('0 retries, null')
  })

  test('makes the dependencies of all its parts', async () => {
    const group = environment()
      .add('a', () => new Service())
      .add('b', () => new Service())
      .add('c', ({ a, b }) => new Recorder({ host: interpolate`${a.port}-${b.region}-${b.port}` }))
      .create()
    expect((await group.graph()).edges).toEqual([
      { before: 'a', after: 'c', origins: ['host'] },
      { before: 'b', after: 'c', origins: ['host'] },
    ])
    await group.stop()
  })
})

describe('a context value used as text before the start', () => {
  const value = context('service', '{{ port }}')
  test.for<[string, (each: ContextValue) => unknown]>([
    ['a template literal', (each) => `http://${each as never as string}`],
    ['concatenation', (each) => `${'http://'}${String(each)}`],
    ['arithmetic', (each) => Number(each) + 1],
    ['JSON', (each) => JSON.stringify({ each })],
    ['join', (each) => [each].join()],
  ])('%s is an error', async ([, use]) => {
    expect((await rejection(() => use(value))).code).toBe('CONTEXT_IN_TEXT')
    const standIns: ContextValue[] = []
    environment()
      .add('service', () => new Service())
      .add('app', ({ service: each }) => {
        standIns.push(each.port, each.endpoints.primary.path)
        return new Recorder()
      })
      .create()
    for (const standIn of standIns) expect((await rejection(() => use(standIn))).code).toBe('CONTEXT_IN_TEXT')
  })

  test('says what to do instead', async () => {
    expect((await rejection(() => `${value as never as string}`)).message).toMatchInlineSnapshot(
      `"The context value context('service', "{{ port }}") was turned into text before the start, when it has no value. Pass it as an option as it is, or build text with interpolate\`…\`."`,
    )
  })

  test('inspecting it is allowed', () => {
    expect(inspect({ value })).toMatchInlineSnapshot(
      `"{ value: ContextValue(context('service', "{{ port }}")) }"`,
    )
    expect(inspect(interpolate`http://${value}/${1}`)).toMatchInlineSnapshot(
      `"ContextValue(interpolate\`http://context('service', "{{ port }}")/1\`)"`,
    )
  })
})

describe('mistakes', () => {
  test('an unknown driver is an error before anything starts, with option and near miss', async () => {
    const journal: string[] = []
    const app = new Recorder({ name: 'app', args: ['x', context('servcie', '{{ port }}')], journal })
    const group = environment([new Service({ name: 'service' }), app]).create()
    const error = await rejection(group.start())
    expect(error.code).toBe('UNKNOWN_DRIVER')
    expect(error.driver).toBe('app')
    expect(error.message).toMatchInlineSnapshot(
      `"app: option \`args[1]\`: There is no driver \`servcie\` in the environment. Did you mean \`service\`?"`,
    )
    expect(journal.filter((line) => line !== 'app prepare')).toEqual([])
    expect(group.drivers['service']?.state).toBe('idle')
  })

  test('a driver that is none of the environment is an error', async () => {
    const stranger = new Service({ name: 'stranger' })
    const error = await rejection(
      environment([
        new Recorder({ name: 'app', port: context(stranger, ({ port }) => port as number) }),
      ]).start(),
    )
    expect(error.message).toMatchInlineSnapshot(
      `"app: option \`port\`: Service "stranger" is not one of the environment's drivers. Add it to the list, or use the driver that is in it."`,
    )
  })

  test('an unknown attribute is an error with the driver, the option, the template and the near miss', async () => {
    expect(await refused({ port: context('service', '{{ prot }}') })).toMatchInlineSnapshot(`
      "Recorder "app" failed to start (resolve): option \`port\`: context('service', "{{ prot }}"): \`prot\` is neither an attribute of service nor in the initial context. Did you mean \`port\`?
      Stopped again: service."
    `)
    const message = await refused({ args: ['a', context('service', '{{ context["service"].hots }}')] })
    expect(message).toContain('service has no attribute `hots`. Did you mean `host`?')
    expect(message).toContain('option `args[1]`')
  })

  test('a method is no attribute of a template', async () => {
    expect(await refused({ host: context('service', '{{ url }}') })).toContain(
      '`url` is neither an attribute',
    )
    expect(await refused({ host: context('service', '{{ start }}') })).toContain(
      '`start` is neither an attribute',
    )
    expect(await refused({ host: context('service', '{{ _private }}') })).toContain(
      '`_private` is neither an attribute',
    )
  })

  test('an attribute that the driver declares but never sets is an error', async () => {
    class Forgetful extends Service {
      protected override starting(): void {}
    }
    const app = new Recorder({ name: 'app', port: context('service', '{{ port }}') })
    const { message } = await rejection(environment([new Forgetful({ name: 'service' }), app]).start())
    expect(message.split('\n')[0]).toMatchInlineSnapshot(
      `"Recorder "app" failed to start (resolve): option \`port\`: context('service', "{{ port }}"): \`service.port\` has no value, although service declares it. A driver sets it in postStart() at the latest."`,
    )
  })

  test('a driver that has not started is an error, not an empty text', async () => {
    // `context[each]` cannot be told from the template, so nothing makes the driver wait.
    const app = new Recorder({
      name: 'app',
      host: own('{% for each in ["service"] %}{{ context[each].port }}{% endfor %}'),
    })
    const { message } = await rejection(environment([app, new Service({ name: 'service' })]).start())
    expect(message).toContain('`service.port` cannot be read: service has not started')
  })

  test('a template with a syntax error is an error before anything starts', async () => {
    const journal: string[] = []
    const app = new Recorder({ name: 'app', host: context('service', 'a\n{{ port '), journal })
    const error = await rejection(environment([new Recorder({ name: 'service', journal }), app]).start())
    expect(error.code).toBe('TEMPLATE_SYNTAX')
    expect(error.message).toMatch(
      /^app: option `host`: context\('service', "a\\n{{ port "\):2: not a valid template: \w/,
    )
    expect(journal.filter((line) => !line.endsWith('prepare'))).toEqual([])
  })

  test.for<[unknown, unknown]>([
    [undefined, '{{ a }}'],
    [5, '{{ a }}'],
    [null, '{{ a }}'],
    ['service', undefined],
    ['service', 5],
    ['service', () => 1],
  ])('context(%o, %o) is refused at once', async ([driver, source]) => {
    expect((await rejection(() => context(driver as string, source as string))).code).toBe('CONTEXT_TARGET')
  })

  test('a driver of the environment is not taken for an entry of the initial context with its name', async () => {
    const app = new Recorder({ name: 'app', port: context('service', '{{ port }}') })
    const options = { dependencies: 'inferred', initialContext: { service: 'x' } } as const
    await using _group = await environment([app, new Service({ name: 'service' })], options).start()
    expect(app.seen('port')).toBe(4711)
  })
})

describe('types', () => {
  test('context() gives text for templates, and what selectors return', () => {
    const instance = new Service({ name: 'service' })
    expectTypeOf(context('service', '{{ port }}')).toEqualTypeOf<ContextValue<string>>()
    expectTypeOf(context(instance, '{{ port }}')).toEqualTypeOf<ContextValue<string>>()
    expectTypeOf<Service['port']>().toEqualTypeOf<number | undefined>()
    expectTypeOf(context(instance, (driver) => driver.port)).toEqualTypeOf<ContextValue<number>>()
    expectTypeOf(own((driver: Service) => driver.port)).toEqualTypeOf<ContextValue<number>>()
    expectTypeOf(interpolate`a${1}`).toEqualTypeOf<ContextValue<string>>()
    expectTypeOf(own('{{ port }}')).toEqualTypeOf<ContextValue<string>>()
    // @ts-expect-error a selector needs the driver itself, for its type
    expect(() => context('service', (driver: Service) => driver.port)).toThrow()
  })

  test('a number option takes text of a template; a text option takes no number', () => {
    expectTypeOf<ContextValue<string>>().toExtend<RecorderOptions['port']>()
    expectTypeOf<ContextValue<number>>().toExtend<RecorderOptions['port']>()
    expectTypeOf<ContextValue<string>>().toExtend<RecorderOptions['host']>()
    expectTypeOf<ContextValue<number>>().not.toExtend<RecorderOptions['host']>()
    expectTypeOf<ContextValue<boolean>>().not.toExtend<RecorderOptions['port']>()
  })
})
