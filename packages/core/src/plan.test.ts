import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Recorder, type RecorderOptions } from '../test/fixtures/recorder.ts'
import { rejection } from '../test/fixtures/rejection.ts'
import { Service } from '../test/fixtures/service.ts'
import { temporaryDirectory } from '../test/fixtures/temporary-directory.ts'
import { context, own } from './context.ts'
import type { Driver } from './driver.ts'
import { environment } from './environment-definition.ts'
import type { EnvironmentOptions } from './environment-options.ts'
import { interpolate } from './interpolate.ts'

/** The dependencies of drivers, each as "before → after (origins)". */
async function edges(
  drivers: readonly Driver[],
  options: EnvironmentOptions = { dependencies: 'inferred' },
): Promise<readonly string[]> {
  const group = environment(drivers, options).create()
  const graph = await group.graph()
  return graph.edges.map(({ before, after, origins }) => `${before} → ${after} (${origins.join(', ')})`)
}

/** A driver whose port is known only when it has started. */
const service = (name = 'service') => new Service({ name })
const app = (options: RecorderOptions) => new Recorder({ name: 'app', ...options })
const port = context('service', '{{ port }}')

function files(contents: Record<string, string>): { directory: string; path(name: string): string } {
  const directory = temporaryDirectory()
  for (const [name, content] of Object.entries(contents)) {
    mkdirSync(join(directory, name, '..'), { recursive: true })
    writeFileSync(join(directory, name), content)
  }
  return { directory, path: (name) => join(directory, name) }
}

describe('context values make dependencies, wherever they stand', () => {
  test.for<[string, RecorderOptions, string]>([
    ['in an option', { port }, 'port'],
    ['in a list of arguments', { args: ['a', 'b', port] }, 'args[2]'],
    ['in an environment', { env: { A: 'x', UPSTREAM: port } }, 'env.UPSTREAM'],
    [
      'in options of options',
      { upstream: { targets: [{ url: 'a' }, { url: port }] } },
      'upstream.targets[1].url',
    ],
    ['in patterns', { stdoutRegexps: ['a', port] }, 'stdoutRegexps[1]'],
    ['in times', { startTimeout: port }, 'startTimeout'],
    ['within interpolated text', { host: interpolate`a${port}` }, 'host'],
    [
      'in a template of another driver',
      { host: context('service', '{{ context["service"].port }}') },
      'host',
    ],
    ['in a template of its own', { host: own('{{ context.service.port }}') }, 'host'],
    ['in the path of a file', { installFiles: ['{{ context["service"].port }}.cfg'] }, 'installFiles[0]'],
    [
      'in the target of a file',
      { installFiles: [{ source: 'a.cfg', target: '{{ context["service"].port }}.cfg' }] },
      'installFiles[0]',
    ],
    ['as the path of a file', { installFiles: ['a', ['b', port]] }, 'installFiles[1][1]'],
  ])('%s', async ([, options, origin]) => {
    expect(await edges([app(options), service()])).toEqual([`service → app (${origin})`])
  })

  test('as the source of a file', async () => {
    expect(await edges([app({ installFiles: [port] }), service()])).toEqual([
      'service → app (installFiles[0])',
    ])
  })

  test('from drivers given themselves, and by name', async () => {
    const instance = service()
    expect(await edges([app({ port: context(instance, (each) => each.port as number) }), instance])).toEqual([
      'service → app (port)',
    ])
    expect(await edges([app({ port: context(instance, '{{ port }}') }), instance])).toEqual([
      'service → app (port)',
    ])
  })

  test('every origin of a dependency is kept once', async () => {
    const text = '{{ context["service"].port }}{{ context["service"].host }}\n{{ context["service"].port }}'
    const { path } = files({ 'a.cfg': text })
    const [edge] = await edges([app({ port, args: [port, port], installFiles: [path('a.cfg')] }), service()])
    expect(edge).toBe(`service → app (port, args[0], args[1], ${path('a.cfg')}:1, ${path('a.cfg')}:2)`)
  })

  test.for<[string, RecorderOptions]>([
    ['a name', { host: context('service', '{{ name }}') }],
    ['a directory', { host: context('service', '{{ runpath }}/{{ scratch }}') }],
    ['what the class declares', { host: context('service', '{{ region }}') }],
    ['a part of it', { host: context('service', '{{ region | upper }}') }],
    ['plain text', { host: context('service', 'no braces') }],
    ['text interpolated of plain values', { host: interpolate`a${1}` }],
  ])('but not on what is known before the start: %s', async ([, options]) => {
    expect(await edges([app(options), service()])).toEqual([])
  })

  test('who is given values known before the start is known with their drivers, but for those that start later', async () => {
    const client = new Recorder({
      name: 'client',
      args: [context('app', '{{ name }}'), context('spare', '{{ name }}')],
    })
    const spare = new Recorder({ name: 'spare', autoStart: false })
    const drivers = [app({ args: [context('service', '{{ region }}')] }), service(), client, spare]
    const graph = await environment(drivers, { dependencies: 'inferred' }).create().graph()
    expect([...graph.closure(['client'])]).toEqual(['client'])
    expect(graph.known).toEqual([
      { before: 'service', after: 'app', origins: ['args[0]'] },
      { before: 'app', after: 'client', origins: ['args[0]'] },
    ])
    expect([...graph.closureWithKnown(['client'])].sort()).toEqual(['app', 'client', 'service'])
  })

  test('an early attribute whose option holds a context value is not known before', async () => {
    class Early extends Recorder {
      static override readonly earlyAttributes: readonly string[] = ['host', 'port']
    }
    const early = new Early({ name: 'early', host: port as never })
    const app1 = new Recorder({ name: 'one', args: [context('early', '{{ host }}')] })
    const app2 = new Recorder({ name: 'two', args: [context('early', '{{ port }}')] })
    expect(await edges([app1, app2, early, service()])).toEqual([
      'early → one (args[0])',
      'service → early (host)',
    ])
  })

  test('members of a cluster that name each other by early attributes start together', async () => {
    class Member extends Recorder {
      static override readonly earlyAttributes: readonly string[] = [...Recorder.earlyAttributes, 'port']
    }
    const together = Promise.withResolvers<void>()
    let count = 0
    const on = {
      starting: () => {
        count += 1
        if (count === 3) together.resolve()
        return together.promise
      },
    }
    const group = environment()
      .add(
        'a',
        () => new Member({ port: 1, on, args: [context('b', '{{ port }}'), context('c', '{{ port }}')] }),
      )
      .add(
        'b',
        ({ a }) => new Member({ port: 2, on, args: [interpolate`${a.port}`, context('c', '{{ port }}')] }),
      )
      .add('c', ({ a, b }) => new Member({ port: 3, on, args: [interpolate`${a.port}${b.port}`] }))
      .create()
    expect((await group.graph()).edges).toEqual([])
    await group.start()
    expect(
      ['a', 'b', 'c'].map((name) => (group.drivers as never as Record<string, Member>)[name]?.seen('args')),
    ).toEqual([['2', '3'], ['1', '3'], ['12']])
    await group.stop()
  })
})

describe('template files make dependencies', () => {
  test.for([
    '{{ context["service"].port }}',
    "{{ context['service'].port }}",
    '{{ context.service.port }}',
    '{{ context["service"]["port"] | int + 1 }}',
    '{% if context["service"].port > 1 %}x{% endif %}',
    '{% for each in context["service"].endpoints.all %}{{ each }}{% endfor %}',
    '{% set upstream = context["service"] %}{{ upstream.port }}',
    '{% macro m(a) %}{{ context["service"].port }}{% endmacro %}{{ m(1) }}',
    '{{ "%d" | replace("%d", context["service"].port) }}',
    '{{ [context["service"].port] | join }}',
    '{{ context["service"].port if true else 1 }}',
    '{{ context["service"].port | default(1) }}',
    '{{ context["service"].endpoints.all[port] }}',
    '{{ {"a": context["service"].port}["a"] }}',
  ])('%s', async (template) => {
    const { path } = files({ 'a.cfg': `first\nsecond ${template}\n` })
    expect(await edges([app({ installFiles: [path('a.cfg')] }), service()])).toEqual([
      `service → app (${path('a.cfg')}:2)`,
    ])
  })

  test('in each form of an installed file', async () => {
    const { path } = files({ 'a.cfg': '{{ context["service"].port }}' })
    const all = [path('a.cfg'), [path('a.cfg'), 'b'], { source: path('a.cfg'), target: 'c' }] as const
    for (const file of all)
      expect(await edges([app({ installFiles: [file] }), service()])).toEqual([
        `service → app (${path('a.cfg')}:1)`,
      ])
  })

  test('files below the working directory are shown relative to it', async () => {
    const here = relative(process.cwd(), join(import.meta.dirname, '../test/fixtures/upstream.cfg'))
    expect(await edges([app({ installFiles: [here] }), service()])).toEqual([`service → app (${here}:2)`])
  })

  test('in files that they include, extend and import, however deep, with the file that holds it', async () => {
    const { path } = files({
      'a.cfg': '{% include "parts/b.cfg" %}',
      'parts/b.cfg': '\n\n{{ context["service"].port }}{% include "parts/c.cfg" %}',
      'parts/c.cfg': '{{ context["other"].port }}',
    })
    expect(await edges([app({ installFiles: [path('a.cfg')] }), service(), service('other')])).toEqual([
      `service → app (${path('parts/b.cfg')}:3)`,
      `other → app (${path('parts/c.cfg')}:1)`,
    ])
  })

  test('files that include each other come to an end', async () => {
    const { path } = files({
      'a.cfg': '{% include "b.cfg" %}',
      'b.cfg': '{% if off %}{% include "a.cfg" %}{% endif %}',
    })
    expect(await edges([app({ installFiles: [path('a.cfg')] })])).toEqual([])
  })

  test('but not what is known before, verbatim files, comments, raw text, the driver itself or the initial context', async () => {
    const { path } = files({
      'early.cfg': '{{ context["service"].name }}{{ context["service"].runpath }}',
      'verbatim.cfg': '{{ context["service"].port }}',
      'quiet.cfg': '{# {{ context["service"].port }} #}{% raw %}{{ context["service"].port }}{% endraw %}',
      'self.cfg': '{{ context["app"].port }}{{ port }}{{ context["level"] }}{{ level }}',
      'binary.cfg': '\0{{ context["service"].port }}',
    })
    const installFiles = [
      path('early.cfg'),
      { source: path('verbatim.cfg'), verbatim: true },
      path('quiet.cfg'),
      path('self.cfg'),
      path('binary.cfg'),
    ]
    const options = { dependencies: 'inferred', initialContext: { level: 1 } } as const
    expect(await edges([app({ installFiles }), service()], options)).toEqual([])
  })

  test('an unknown driver is refused before anything starts, with file and line', async () => {
    const { path } = files({ 'a.cfg': '\n{{ context["srvice"].port }}' })
    const journal: string[] = []
    const group = environment([service(), app({ installFiles: [path('a.cfg')], journal })]).create()
    const error = await rejection(group.start())
    expect(error.code).toBe('UNKNOWN_DRIVER')
    expect(error.message.replace(path('a.cfg'), '<path>')).toMatch(
      /^app: (?!option).*<path>:2.*There is no driver `srvice` in the environment\. Did you mean `service`\?$/,
    )
    expect(journal).toEqual(['app prepare'])
    expect(group.drivers['service']?.state).toBe('idle')
  })

  test('a file that is missing is left to the start', async () => {
    expect(await edges([app({ installFiles: ['/nowhere/a.cfg'] })])).toEqual([])
  })
})

describe('a list', () => {
  const recorders = (...all: [string, RecorderOptions?][]) =>
    all.map(([name, options]) => new Recorder({ name, ...options }))

  test('without dependencies is in order', async () => {
    expect(await edges(recorders(['a'], ['b'], ['c']), {})).toEqual([
      'a → b (order of the list)',
      'b → c (order of the list)',
    ])
  })

  test('does not wait for a driver with asyncStart, which waits for those before it', async () => {
    const all = recorders(['a'], ['b', { asyncStart: true }], ['c', { asyncStart: true }], ['d'], ['e'])
    expect(await edges(all, {})).toEqual([
      'a → b (order of the list)',
      'a → c (order of the list)',
      'a → d (order of the list)',
      'd → e (order of the list)',
    ])
  })

  test('waits for a driver with asyncStart when it needs a value of it', async () => {
    const all = recorders(['a', { asyncStart: true }], ['b', { port: context('a', '{{ port }}') }])
    expect(await edges(all, {})).toEqual(['a → b (port)'])
  })

  test('with [] starts all at once, but for what values need', async () => {
    expect(await edges([app({ port }), service()], { dependencies: [] })).toEqual(['service → app (port)'])
    expect(await edges(recorders(['a'], ['b']), { dependencies: [] })).toEqual([])
  })

  test('with dependencies ignores its order, and adds what values need', async () => {
    const [a, b, c] = recorders(['a', { port }], ['b'], ['c']) as [Recorder, Recorder, Recorder]
    expect(await edges([c, b, a, service()], { dependencies: [[a, c]] })).toEqual([
      'a → c (dependencies)',
      'service → a (port)',
    ])
  })

  test('a reference to a later driver of the list is a cycle that names both reasons', async () => {
    const error = await rejection(environment([app({ args: [port] }), service()]).start())
    expect(error.code).toBe('DEPENDENCY_CYCLE')
    expect(error.message).toMatchInlineSnapshot(
      `"The drivers depend on each other: app → service (args[0]) → app (order of the list). Each needs the next one to be up first. A list starts in its order: put each driver after those whose values it uses, or set \`dependencies: 'inferred'\`."`,
    )
  })

  test.for([true, false])('asyncStart: %s is refused with dependencies', async (asyncStart) => {
    for (const dependencies of [[], 'inferred', new Map()] as const) {
      const error = await rejection(environment(recorders(['a', { asyncStart }]), { dependencies }).start())
      expect(error.code).toBe('ASYNC_START_WITH_DEPENDENCIES')
    }
    const built = environment().add('a', () => new Recorder({ asyncStart }))
    expect((await rejection(built.start())).message).toMatchInlineSnapshot(
      `"a: \`asyncStart\` orders a list without \`dependencies\`; in a graph every driver starts as soon as it can. Remove the option."`,
    )
  })
})

describe('explicit dependencies', () => {
  const make = () =>
    ['a', 'b', 'c', 'd'].map((name) => new Recorder({ name })) as [Recorder, Recorder, Recorder, Recorder]
  const cross = [
    'a → c (dependencies)',
    'a → d (dependencies)',
    'b → c (dependencies)',
    'b → d (dependencies)',
  ]

  test('are a Map, of drivers or arrays of them', async () => {
    const [a, b, c, d] = make()
    expect(await edges([d, c, b, a], { dependencies: new Map([[a, b]]) })).toEqual(['a → b (dependencies)'])
    const all = new Map<readonly Recorder[], readonly Recorder[]>([
      [
        [a, b],
        [c, d],
      ],
    ])
    expect(await edges([d, c, b, a], { dependencies: all })).toEqual(cross)
  })

  test('are pairs of drivers, names, or arrays of both', async () => {
    const [a, b, c, d] = make()
    expect(
      await edges([a, b, c, d], {
        dependencies: [
          [a, b],
          ['b', 'c'],
          [c, 'd'],
        ],
      }),
    ).toEqual(['a → b (dependencies)', 'b → c (dependencies)', 'c → d (dependencies)'])
    expect(
      await edges([a, b, c, d], {
        dependencies: [
          [
            ['a', b],
            [c, 'd'],
          ],
        ],
      }),
    ).toEqual(cross)
    expect(await edges([a, b, c, d], { dependencies: [[[], a]] })).toEqual([])
  })

  test('the same dependency twice is one', async () => {
    const [a, b] = make()
    expect(
      await edges([a, b], {
        dependencies: [
          [a, b],
          ['a', 'b'],
        ],
      }),
    ).toEqual(['a → b (dependencies)'])
  })

  test('of the builder add to what values need', async () => {
    const group = environment({ dependencies: [['c', 'a']] })
      .add('a', () => new Service())
      .add('b', ({ a }) => new Recorder({ port: a.port }), { after: ['a'] })
      .add('c', () => new Recorder())
      .add('d', () => new Recorder(), { after: ['b', 'c'] })
      .create()
    const shown = (await group.graph()).edges.map(
      ({ before, after, origins }) => `${before} → ${after} (${origins.join(', ')})`,
    )
    expect(shown.toSorted()).toEqual([
      'a → b (after, port)',
      'b → d (after)',
      'c → a (dependencies)',
      'c → d (after)',
    ])
  })

  test.for<[unknown]>([
    [{ a: 'b' }],
    ['a'],
    [5],
    [['a', 'b']],
    [[['a']]],
    [[['a', 'b', 'c']]],
    [[['a', 5]]],
    [[[null, 'a']]],
    [null],
  ])('%o are refused when the environment is declared', async ([dependencies]) => {
    const error = await rejection(() => environment([new Recorder({ name: 'a' })], { dependencies } as never))
    expect(error.code).toBe('DEPENDENCIES_INVALID')
  })

  test('the message says what they may be', async () => {
    const error = await rejection(() => environment([], { dependencies: { service: 'app' } as never }))
    expect(error.message).toMatchInlineSnapshot(
      `"\`dependencies\` must be 'inferred', a Map or an array of pairs [before, after], each side a driver, a driver's name or an array of them, but holds { service: 'app' }."`,
    )
  })

  test('on a driver that is not there are refused', async () => {
    const stranger = new Recorder({ name: 'stranger' })
    const [a] = make()
    expect((await rejection(environment([a], { dependencies: [[a, stranger]] }).start())).code).toBe(
      'UNKNOWN_DRIVER',
    )
    expect(
      (await rejection(environment([a], { dependencies: [['A', a]] }).start())).message,
    ).toMatchInlineSnapshot(
      `"\`dependencies\`: There is no driver \`A\` in the environment. Did you mean \`a\`?"`,
    )
  })
})

describe('cycles are refused before anything starts', () => {
  test('a driver after itself', async () => {
    const a = new Recorder({ name: 'a' })
    expect(
      (await rejection(environment([a], { dependencies: [[a, a]] }).start())).message,
    ).toMatchInlineSnapshot(`"The driver a depends on itself (dependencies). Remove this dependency."`)
  })

  test('through options, a template file and explicit dependencies, each with its origin', async () => {
    const { path } = files({ 'a.cfg': '\n\n\n{{ context["c"].port }}' })
    const journal: string[] = []
    const a = new Recorder({ name: 'a', journal, installFiles: [path('a.cfg')] })
    const b = new Recorder({
      name: 'b',
      journal,
      args: ['x', context('a', '{{ port }}')],
      host: context('a', '{{ host }}'),
    })
    const c = new Recorder({ name: 'c', journal })
    const d = new Recorder({ name: 'd', journal, port: context('c', '{{ port }}') })
    const error = await rejection(environment([a, b, c, d], { dependencies: [[b, c]] }).start())
    expect(error.code).toBe('DEPENDENCY_CYCLE')
    expect(error.message.replace(path('a.cfg'), 'etc/a.cfg')).toMatchInlineSnapshot(
      `"The drivers depend on each other: a → c (etc/a.cfg:4) → b (dependencies) → a (host, args[1]). Each needs the next one to be up first. Remove one of these dependencies, or use a value that is known before the start, such as a port that Testrig allocates."`,
    )
    expect(journal.filter((line) => !line.endsWith('prepare'))).toEqual([])
  })

  test('also one of a thousand drivers', async () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `d${index}`)
    const drivers = names.map(
      (name, index) =>
        new Recorder({ name, host: context(names[(index + 1) % 1_000] as string, '{{ host }}') }),
    )
    expect((await rejection(environment(drivers, { dependencies: 'inferred' }).start())).code).toBe(
      'DEPENDENCY_CYCLE',
    )
  })

  test('the environment can be asked again and refuses again', async () => {
    const a = new Recorder({ name: 'a' })
    const group = environment([a], { dependencies: [[a, a]] }).create()
    expect((await rejection(group.start())).code).toBe('DEPENDENCY_CYCLE')
    expect((await rejection(group.graph())).code).toBe('DEPENDENCY_CYCLE')
    expect((await rejection(group.start())).code).toBe('DEPENDENCY_CYCLE')
  })
})

describe('the graph', () => {
  test('tells what is before and after a driver, and all that drivers need', async () => {
    const group = environment()
      .add('a', () => new Service())
      .add('b', ({ a }) => new Recorder({ port: a.port }))
      .add('c', ({ b }) => new Recorder({ port: b.port }))
      .add('d', () => new Recorder())
      .create()
    const graph = await group.graph()
    expect(graph.names).toEqual(['a', 'b', 'c', 'd'])
    expect(graph.before('b')).toEqual(['a'])
    expect(graph.after('b')).toEqual(['c'])
    expect([...graph.closure(['c'])].toSorted()).toEqual(['a', 'b', 'c'])
    expect([...graph.closure([])]).toEqual([])
  })

  test('keeps the order of the list, also of names that are numbers', async () => {
    const group = environment(['b', '2', '10', '1'].map((name) => new Recorder({ name }))).create()
    expect(group.names).toEqual(['b', '2', '10', '1'])
    expect((await group.graph()).edges.map(({ after }) => after)).toEqual(['2', '10', '1'])
  })
})
