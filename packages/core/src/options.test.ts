import { inspect } from 'node:util'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { Recorder, type RecorderOptions, throws } from '../test/fixtures/recorder.ts'
import { rejection } from '../test/fixtures/rejection.ts'
import { Service } from '../test/fixtures/service.ts'
import { context } from './context.ts'
import { isContextValue, type Late } from './context-value.ts'
import { Driver } from './driver.ts'
import type { DriverOptions } from './driver-options.ts'
import { environment } from './environment-definition.ts'
import {
  integer,
  late,
  milliseconds,
  type OptionSchemas,
  pattern,
  portNumber,
  type Schema,
} from './schema.ts'

const create = (options: object) => () => new Recorder(options as RecorderOptions)
const messageOf = async (options: object) => (await rejection(create(options))).message

describe('wrong values are refused when the driver is made', () => {
  test.for<[object, string]>([
    [{ name: 5 }, 'Recorder: option `name` must be a non-empty string, but is 5 (number).'],
    [{ name: '' }, "Recorder: option `name` must be a non-empty string, but is '' (string)."],
    [
      { startTimeout: '60s' },
      "Recorder: option `startTimeout` must be a number of milliseconds from 1 to 2147483647, or a context value, but is '60s' (string).",
    ],
    [
      { startTimeout: 0 },
      'Recorder: option `startTimeout` must be a number of milliseconds from 1 to 2147483647, or a context value, but is 0 (number).',
    ],
    [
      { startTimeout: Number.NaN },
      'Recorder: option `startTimeout` must be a number of milliseconds from 1 to 2147483647, or a context value, but is NaN (number).',
    ],
    [
      { startTimeout: Number.POSITIVE_INFINITY },
      'Recorder: option `startTimeout` must be a number of milliseconds from 1 to 2147483647, or a context value, but is Infinity (number).',
    ],
    [
      { stopTimeout: -1 },
      'Recorder: option `stopTimeout` must be a number of milliseconds from 1 to 2147483647, or a context value, but is -1 (number).',
    ],
    [
      { installFiles: 'a.cfg' },
      "Recorder: option `installFiles` must be an array of files, but is 'a.cfg' (string).",
    ],
    [
      { installFiles: ['a.cfg', ['b.cfg']] },
      "Recorder: option `installFiles[1]` must be a path, a [source, target] pair, or { source, target?, verbatim? }, but is [ 'b.cfg' ].",
    ],
    [
      { installFiles: [{ source: 'a', taget: 'b' }] },
      "Recorder: option `installFiles[0]` must be a path, a [source, target] pair, or { source, target?, verbatim? }, but is { source: 'a', taget: 'b' }.",
    ],
    [{ logRegexps: /up/ }, 'Recorder: option `logRegexps` must be an array of patterns, but is /up/.'],
    [
      { stdoutRegexps: ['up', '('] },
      "Recorder: option `stdoutRegexps[1]` must be a RegExp or the source of one (Unterminated group), or a context value, but is '(' (string).",
    ],
    [
      { logRegexps: ['(?P<port>.*)'] },
      "Recorder: option `logRegexps[0]` must be a RegExp or the source of one, where a named group is (?<name>…), or a context value, but is '(?P<port>.*)' (string).",
    ],
    [
      { stderrRegexps: [5] },
      'Recorder: option `stderrRegexps[0]` must be a RegExp or the source of one, or a context value, but is 5 (number).',
    ],
    [
      { failRegexps: [null] },
      'Recorder: option `failRegexps[0]` must be a RegExp or the source of one, or a context value, but is null.',
    ],
    [{ asyncStart: 'yes' }, "Recorder: option `asyncStart` must be boolean, but is 'yes' (string)."],
    [{ autoStart: 1 }, 'Recorder: option `autoStart` must be boolean, but is 1 (number).'],
    [
      { errorLogLines: 1.5 },
      'Recorder: option `errorLogLines` must be an integer from 0 to 10000, or a context value, but is 1.5 (number).',
    ],
    [
      { errorLogLines: 10_001 },
      'Recorder: option `errorLogLines` must be an integer from 0 to 10000, or a context value, but is 10001 (number).',
    ],
    [
      { runpath: 5 },
      'Recorder: option `runpath` must be a path, or a function that gives one, but is 5 (number).',
    ],
    [
      { runpath: '' },
      "Recorder: option `runpath` must be a path, or a function that gives one, but is '' (string).",
    ],
    [{ cleanRunpath: null }, 'Recorder: option `cleanRunpath` must be boolean, but is null.'],
    [
      { preStart: 'x' },
      "Recorder: option `preStart` must be a function that takes the driver, but is 'x' (string).",
    ],
    [{ postStart: {} }, 'Recorder: option `postStart` must be a function that takes the driver, but is {}.'],
    [
      { preStop: true },
      'Recorder: option `preStop` must be a function that takes the driver, but is true (boolean).',
    ],
    [{ postStop: [] }, 'Recorder: option `postStop` must be a function that takes the driver, but is [].'],
    [
      { port: 65_536 },
      'Recorder: option `port` must be an integer from 0 to 65535, or a context value, but is 65536 (number).',
    ],
  ])('%o', async ([options, message]) => {
    const error = await rejection(create(options))
    expect(error.code).toBe('OPTION_INVALID')
    expect(error.message).toBe(message)
  })

  test('an option nested in an option is named by its path', async () => {
    expect(
      await messageOf({ name: 'app', upstream: { targets: [{ url: 'a' }, { url: 7 }] } }),
    ).toMatchInlineSnapshot(
      `"Recorder "app": option \`upstream.targets[1].url\` must be a string, or a context value, but is 7 (number)."`,
    )
    expect(await messageOf({ env: { 'MY-VAR': 7 } })).toMatchInlineSnapshot(
      `"Recorder: option \`env.MY-VAR\` must be a string, or a context value, but is 7 (number)."`,
    )
  })

  test('a name that cannot be text is refused by a message about the option', async () => {
    expect((await rejection(create({ name: Symbol('app') }))).code).toBe('OPTION_INVALID')
  })

  test('null and text are refused as options', async () => {
    expect((await rejection(create('app' as never))).code).toMatch(/^OPTION_/)
    expect((await rejection(create(null as never))).code).toMatch(/^OPTION_/)
  })

  test('one that holds itself is shown', async () => {
    const cyclic: Record<string, unknown> = {}
    cyclic['self'] = cyclic
    expect(await messageOf({ startTimeout: cyclic })).toBe(
      'Recorder: option `startTimeout` must be a number of milliseconds from 1 to 2147483647, or a context value, but is <ref *1> { self: [Circular *1] }.',
    )
    expect(await messageOf({ installFiles: [cyclic] })).toContain('option `installFiles[0]` must be')
  })

  test('one that cannot be shown, or fails over being read, is refused by the name of its option', async () => {
    const mute = { [inspect.custom]: throws('no') }
    expect(await messageOf({ startTimeout: mute })).toContain(
      'option `startTimeout` must be a number of milliseconds from 1 to 2147483647, or a context value, but is [object that cannot be shown].',
    )
  })

  test('a long or deep value is shown shortened', async () => {
    const message = await messageOf({
      asyncStart: { list: Array.from({ length: 1_000 }, (_, index) => `item ${index}`) },
    })
    expect(message.length).toBeLessThan(300)
  })

  test('the highest and the lowest values are taken', () => {
    const driver = new Recorder({
      startTimeout: 1,
      stopTimeout: 2_147_483_647,
      errorLogLines: 0,
      port: 65_535,
    })
    expect(driver.options).toMatchObject({
      startTimeout: 1,
      stopTimeout: 2_147_483_647,
      errorLogLines: 0,
      port: 65_535,
    })
  })
})

describe('unknown options', () => {
  test('a near miss is named', async () => {
    const error = await rejection(create({ name: 'app', startTimout: 5 }))
    expect(error.code).toBe('OPTION_UNKNOWN')
    expect(error.message).toMatchInlineSnapshot(
      `"Recorder "app" has no option \`startTimout\` (given 5 (number)). Did you mean \`startTimeout\`?"`,
    )
  })

  test('a snake_case name of Testplan is answered with the name in camelCase', async () => {
    expect(await messageOf({ log_regexps: [] })).toContain('Did you mean `logRegexps`?')
    expect(await messageOf({ async_start: true })).toContain('Did you mean `asyncStart`?')
  })

  test('a part of known ones, such as the timeout of Testplan, is answered with those', async () => {
    expect(await messageOf({ timeout: 5 })).toContain('Did you mean `stopTimeout` or `startTimeout`?')
  })

  test('without a near miss, the known ones are listed', async () => {
    expect(await messageOf({ zzzzzzzzzz: 5 })).toMatchInlineSnapshot(
      `"Recorder has no option \`zzzzzzzzzz\` (given 5 (number)). Known: \`conditions\`, \`upstream\`, \`env\`, \`args\`, \`port\`, \`host\`, \`on\`, \`journal\`, \`postStop\`, \`preStop\`, \`postStart\`, \`preStart\`, \`cleanRunpath\`, \`runpath\`, \`errorLogLines\`, \`autoStart\`, \`asyncStart\`, \`failRegexps\`, \`stderrRegexps\`, \`stdoutRegexps\`, and 5 more."`,
    )
  })

  test('names that all objects have are unknown, too', async () => {
    expect((await rejection(create({ toString: 1 }))).code).toBe('OPTION_UNKNOWN')
    expect((await rejection(create(JSON.parse('{"__proto__": 1}')))).code).toBe('OPTION_UNKNOWN')
  })

  test('an unknown option is refused although its value is undefined', async () => {
    expect((await rejection(create({ nam: undefined }))).code).toBe('OPTION_UNKNOWN')
  })
})

test('defaults are filled in, and options given as undefined count as not given', () => {
  expect(new Driver({ name: 'a', startTimeout: undefined }).options).toMatchInlineSnapshot(`
    {
      "autoStart": true,
      "cleanRunpath": true,
      "errorLogLines": 20,
      "failRegexps": [],
      "installFiles": [],
      "logRegexps": [],
      "name": "a",
      "startTimeout": 60000,
      "stderrRegexps": [],
      "stdoutRegexps": [],
      "stopTimeout": 5000,
    }
  `)
})

describe('context values in options', () => {
  const start = async (options: RecorderOptions) => {
    const app = new Recorder({ name: 'app', ...options })
    await using group = await environment([new Service({ name: 'service' }), app]).start()
    return [app, group.names] as const
  }
  const port = context('service', '{{ port }}')

  test('they are resolved in arrays, records and nested objects, beside plain values', async () => {
    const [app] = await start({
      host: context('service', '{{ host }}'),
      args: ['--port', port, '--plain'],
      env: { UPSTREAM: context('service', '{{ address }}'), PLAIN: 'x' },
      upstream: { targets: [{ url: 'first' }, { url: context('service', 'http://{{ host }}:{{ port }}/') }] },
    })
    expect(app.seen('host')).toBe('localhost')
    expect(app.seen('args')).toEqual(['--port', '4711', '--plain'])
    expect(app.seen('env')).toEqual({ UPSTREAM: 'localhost:4711', PLAIN: 'x' })
    expect(app.seen('upstream')).toEqual({ targets: [{ url: 'first' }, { url: 'http://localhost:4711/' }] })
  })

  test('text from a template becomes a number where a number is due', async () => {
    const [app] = await start({ port, stopTimeout: context('service', '{{ port }}0') })
    expect(app.seen('port')).toBe(4711)
    expect(app.seen('stopTimeout')).toBe(47_110)
  })

  test('text that looks like a number stays text where text is due', async () => {
    const [app] = await start({ host: port })
    expect(app.seen('host')).toBe('4711')
  })

  test.for<[string, string]>([
    ['{{ host }}', 'localhost'],
    ['{{ motto }}', ''],
    ['{{ port }} ms', '4711 ms'],
    ['{{ port }}{{ port }}', '47114711'],
  ])('%s is refused as a port by naming option, value and template', async ([template, text]) => {
    const { message } = await rejection(start({ port: context('service', template) }))
    expect(message).toContain('option `port` must be an integer from 0 to 65535')
    expect(message).toContain(`'${text}'`)
    expect(message).toContain(`context('service', ${JSON.stringify(template)})`)
    expect(message, 'a class of the implementation').not.toContain('Rendered')
  })

  test('a pattern from a template that does not compile is refused', async () => {
    const log = { logRegexps: [context('service', '{{ host }}(')] }
    const { message } = await rejection(start(log))
    expect(message).toContain('option `logRegexps[0]` must be a RegExp or the source of one')
    expect(message).toContain("'localhost('")
  })

  test('a value of the wrong type from a selector is refused', async () => {
    const service = new Service({ name: 'service' })
    const app = new Recorder({ name: 'app', port: context(service, ({ host }) => host) as never })
    const { message } = await rejection(environment([service, app]).start())
    expect(message).toContain('option `port` must be an integer from 0 to 65535')
    expect(message).toContain("'localhost'")
  })

  test('options that hold none are given to the driver as they are', async () => {
    const journal: string[] = []
    const [app] = await start({ port, journal })
    expect(app.seen('journal')).toBe(journal)
  })

  test('reading an option that holds one before the start is an error', async () => {
    const app = new Recorder({ name: 'app', port, args: ['a', port] })
    expect(() => app.seen('port')).toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [ATTRIBUTE_NOT_READY]: Recorder "app": option \`port\` holds a context value, which is resolved when the driver starts (it is idle).]`,
    )
    expect(() => app.seen('args')).toThrowErrorMatchingInlineSnapshot(
      `[TestrigError [ATTRIBUTE_NOT_READY]: Recorder "app": option \`args\` holds a context value, which is resolved when the driver starts (it is idle).]`,
    )
    expect(app.seen('host')).toBe('127.0.0.1')
  })

  test('an option that refers to itself is taken as any other', () => {
    const settings: Record<string, unknown> = {}
    settings['self'] = settings
    expect(new Recorder({ on: settings as never }).options.on).toBe(settings)
  })

  test('one that refers to itself, and holds a context value, is resolved as it is shaped', async () => {
    class Holder extends Driver {
      static override readonly options = { ...Driver.options, data: v.any() } as never
      resolved: unknown
      protected override starting(): void {
        this.resolved = (this.config as unknown as { data: unknown }).data
      }
    }
    const service = new Service({ name: 'service' })
    const shared: Record<string, unknown> = { port: context(service, ({ port }) => port) }
    const data: unknown[] = [shared, { again: shared }, context('service', '{{ port }}')]
    shared['all'] = data
    const holder = new Holder({ name: 'holder', data } as never)
    await using group = environment([service, holder]).create()
    await group.start()
    const resolved = holder.resolved as [{ port: number; all: unknown }, { again: unknown }, string]
    expect(resolved[0].port).toBe(service.port)
    expect(resolved[2]).toBe(String(resolved[0].port))
    expect(resolved[1].again).toBe(resolved[0])
    expect(resolved[0].all).toBe(resolved)
  })

  test('one whose parts all refer to each other is looked through once', () => {
    const parts = Array.from({ length: 30 }, (): Record<string, unknown> => ({}))
    for (const part of parts) for (const [index, other] of parts.entries()) part[`to${index}`] = other
    expect(create({ on: { parts } as never })).not.toThrow()
  })

  test('a class instance in an option is given to the driver as it is', async () => {
    class Settings {
      readonly size = 5
    }
    const settings = new Settings()
    const app = new Recorder({ name: 'app', on: { settings } as never, args: [context('app', '{{ name }}')] })
    await using _group = await environment([app]).start()
    expect(app.seen('on')).toEqual({ settings })
    expect((app.seen('on') as { settings?: Settings }).settings).toBe(settings)
  })

  test('every start resolves them anew', async () => {
    let next = 1_000
    class Moving extends Driver {
      port = 0
      protected override starting(): void {
        this.port = next++
      }
    }
    const app = new Recorder({ name: 'app', port: context('moving', '{{ port }}') })
    const group = environment([new Moving({ name: 'moving' }), app]).create()
    await group.start()
    expect(app.seen('port')).toBe(1_000)
    await group.stop()
    await group.start()
    expect(app.seen('port')).toBe(1_001)
    await group.stop()
  })
})

describe('schemas of other vendors', () => {
  /** A Standard Schema made by hand: text in capitals, or an issue with a path. */
  const capitals: StandardSchemaV1<unknown, string> = {
    '~standard': {
      version: 1,
      vendor: 'by-hand',
      validate: (value) => {
        if (value === undefined) return { value: 'DEFAULT' }
        if (isContextValue(value)) return { value: value as never }
        if (typeof value === 'string') return { value: value.toUpperCase() }
        return { issues: [{ message: 'text', path: ['deep', { key: 0 }, 'er'] }] }
      },
    },
  }
  interface CustomOptions extends DriverOptions<Custom> {
    readonly word?: Late<string> | undefined
  }
  class Custom extends Driver {
    static override readonly options: OptionSchemas<CustomOptions> = { ...Driver.options, word: capitals }
    constructor(options: CustomOptions = {}) {
      super(options)
    }
    get word(): unknown {
      return (this.config as { word?: unknown }).word
    }
  }

  test('their outputs and defaults are used', () => {
    expect(new Custom({ word: 'abc' }).word).toBe('ABC')
    expect(new Custom().word).toBe('DEFAULT')
  })

  test('their issues are reported with the path, be it of keys or of objects with keys', async () => {
    const error = await rejection(() => new Custom({ word: { deep: [{ er: 5 }] } as never }))
    expect(error.message).toBe('Custom: option `word.deep[0].er` must be text, but is 5 (number).')
  })

  test('they get the text that a context value gave', async () => {
    const custom = new Custom({ name: 'custom', word: context('service', '{{ host }}') })
    await using _group = await environment([new Service({ name: 'service' }), custom]).start()
    expect(custom.word).toBe('LOCALHOST')
  })

  test('one that answers by a promise is refused', async () => {
    const later: StandardSchemaV1<unknown, string> = {
      '~standard': { version: 1, vendor: 'by-hand', validate: async () => ({ value: '' }) },
    }
    class Async extends Driver {
      static override readonly options = { ...Driver.options, name: later }
    }
    expect((await rejection(() => new Async({ name: 'a' }))).message).toMatchInlineSnapshot(
      `"Async "a": option \`name\` must be checked by a synchronous schema, but is 'a' (string)."`,
    )
  })
})

test('a schema that is forgotten, or that gives another type than its option has, is a compile error', () => {
  interface Own {
    readonly count?: number | undefined
  }
  const right: OptionSchemas<Own> = { count: v.optional(integer()) }
  const lateOne: OptionSchemas<{ count?: Late<number> | undefined }> = { count: v.optional(late(integer())) }
  // @ts-expect-error the schema gives text
  const wrong: OptionSchemas<Own> = { count: v.optional(v.string()) }
  // @ts-expect-error the option is no context value
  const tooMuch: OptionSchemas<Own> = { count: v.optional(late(integer())) }
  // @ts-expect-error there is no schema
  const forgotten: OptionSchemas<Own> = {}
  expect([right, lateOne, wrong, tooMuch, forgotten]).toHaveLength(5)
})

describe('the schemas for drivers', () => {
  const takes = (schema: Schema<unknown>, value: unknown) => v.safeParse(schema, value).success
  test.for<[string, Schema<unknown>, unknown[], unknown[]]>([
    ['integer', integer({ min: 1, max: 3 }), [1, 2, 3], [0, 4, 1.5, '1', null, Number.NaN]],
    ['integer without a range', integer(), [0, Number.MAX_SAFE_INTEGER], [-1, Number.MAX_SAFE_INTEGER + 1]],
    ['milliseconds', milliseconds(), [0, 0.5, 2_147_483_647], [-1, 2_147_483_648, '5']],
    ['portNumber', portNumber(), [0, 65_535], [-1, 65_536, 80.5]],
    ['pattern', pattern(), ['a', /a/, ''], ['(', 5, null]],
    ['late', late(integer()), [5, context('a', '5')], ['5', Number.NaN]],
  ])('%s takes its values and no others', ([, schema, good, bad]) => {
    expect(good.filter((value) => !takes(schema, value))).toEqual([])
    expect(bad.filter((value) => takes(schema, value))).toEqual([])
  })
})
