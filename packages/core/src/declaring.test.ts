import { createHook } from 'node:async_hooks'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Recorder, throws } from '../test/fixtures/recorder.ts'
import { rejection } from '../test/fixtures/rejection.ts'
import { Service } from '../test/fixtures/service.ts'
import { context, own } from './context.ts'
import { environment } from './environment-definition.ts'
import type { EnvironmentOptions } from './environment-options.ts'
import { interpolate } from './interpolate.ts'

// What newcomers do wrong: each message has to lead to the place, and to what is right.

const builder = environment().add('service', () => new Service())
const service = new Service({ name: 'service' })

test.for<[string, () => unknown, string]>([
  [
    'undefined',
    () => environment([service, undefined as never]),
    'The list of an environment holds at [1] undefined, which is not a driver.',
  ],
  [
    'a class',
    () => environment([service, Service as never]),
    'The list of an environment holds at [1] [class Service extends Driver], which is not a driver. Make one: `new Service({ … })`.',
  ],
  [
    'a function',
    () => environment([(() => service) as never]),
    'The list of an environment holds at [0] [Function (anonymous)], which is not a driver. Call it: what it gives belongs there.',
  ],
  [
    'a promise',
    () => environment([Promise.resolve(service) as never]),
    'The list of an environment holds at [0] Promise { [Service] }, which is not a driver. Drivers are made without waiting: leave `async` and promises out.',
  ],
  [
    'a list',
    () => environment([[service] as never]),
    'The list of an environment holds at [0] [ [Service] ], which is not a driver. Spread a list in a list: `...drivers`.',
  ],
  [
    'something else',
    () => environment([{ host: 'localhost' } as never]),
    "The list of an environment holds at [0] { host: 'localhost' }, which is not a driver. If it looks like one, two copies of @testrig/core are installed.",
  ],
  [
    'an async function',
    () => environment((async () => [service]) as never).create(),
    'environment() takes an array of drivers, a function that returns one, or options, but was given Promise { [Array] }. Its function must not be `async`.',
  ],
  [
    'a driver instead of a list',
    () => environment(service as never),
    'environment() takes an array of drivers, a function that returns one, or options, but was given [Service].',
  ],
  [
    'a driver instead of a function',
    () => builder.add('app', service as never),
    "add('app') takes a function that makes the driver, such as () => new App({ … }), but was given [Service].",
  ],
  [
    'nothing from a function',
    () => builder.add('app', (() => {}) as never).create(),
    "The function given to add('app') gave undefined, which is not a driver.",
  ],
  [
    'a driver that is not declared',
    () => builder.add('app', (all) => served(all, 'servce')).create(),
    `add('app'): There is no driver \`servce\` declared before this one. Did you mean \`service\`?`,
  ],
  [
    'a driver that is declared later',
    () =>
      environment()
        .add('app', (all) => served(all, 'service'))
        .create(),
    `add('app'): There is no driver \`service\` declared before this one. It is the first one.`,
  ],
  [
    'context() without a driver',
    () => context(undefined as never, '{{ port }}'),
    'context() takes a driver or its name first, but was given undefined.',
  ],
  [
    'context() with a selector for a name',
    () => context('service' as never, (() => 1) as never),
    "context('service', …) was given a selector, which needs the driver itself. Give the driver instead of its name, or a template such as '{{ port }}'.",
  ],
  [
    'context() without a template',
    () => context('service', undefined as never),
    "context('service', …) takes a template or a selector, but was given undefined.",
  ],
  [
    'own() with a number',
    () => own(5 as never),
    'own(…) takes a template or a selector, but was given 5 (number).',
  ],
])('%s is told with what is right', async ([, declare, message]) => {
  expect((await rejection(declare)).message).toBe(message)
})

test('a promise is shown without what Node.js notes on it while async_hooks are in use', async () => {
  const hook = createHook({ init() {} }).enable()
  const promise = Promise.resolve(service)
  hook.disable()
  expect(inspect(promise, { depth: 0 })).toContain('Symbol(trigger_async_id_symbol)')
  const { message } = await rejection(() => environment([promise as never]))
  expect(message).toContain('holds at [0] Promise { [Service] }, which is not a driver.')
})

function served(drivers: object, name: string): Recorder {
  const { [name]: named } = drivers as Record<string, { readonly port: never }>
  return new Recorder({ port: named?.port as never })
}

test.for<[string, EnvironmentOptions, string]>([
  [
    'an unknown name in dependencies',
    { dependencies: [['service', 'ap']] },
    '`dependencies`: There is no driver `ap` in the environment. Did you mean `app`?',
  ],
  [
    'an unknown driver in dependencies',
    { dependencies: [[new Service({ name: 'other' }), 'service']] },
    '`dependencies`: Service "other" is not one of the environment\'s drivers. Add it to the list, or use the driver that is in it.',
  ],
  [
    'a promise as the initial context',
    { initialContext: Promise.resolve({ port: 1 }) as never },
    'environment(): option `initialContext` must be an object, or a function that gives one without a promise, but is Promise { [Object] }.',
  ],
  [
    'a map as the initial context',
    { initialContext: new Map([['port', 1]]) as never },
    "environment(): option `initialContext` must be an object, or a function that gives one without a promise, but is Map(1) { 'port' => 1 }.",
  ],
  [
    'a promise of the initial context',
    { initialContext: (async () => ({ port: 1 })) as never },
    'environment(): option `initialContext` must be an object, or a function that gives one without a promise, but is Promise { [Object] }.',
  ],
])('%s is told with the option', async ([, options, message]) => {
  const started = async () => environment([service, new Recorder({ name: 'app' })], options).start()
  expect((await rejection(started)).message).toBe(message)
})

test('the drivers declared before one can be listed and passed on', () => {
  const seen: string[][] = []
  const declared = builder
    .add('other', () => new Service())
    .add('app', ({ service: first, ...rest }) => {
      seen.push(Object.keys(rest))
      return new Recorder({ host: interpolate`${first.region}${rest.other.region}` })
    })
  expect(declared.names).toEqual(['service', 'other', 'app'])
  declared.create()
  expect(seen).toEqual([['other']])
})

test('printed, the drivers declared before one are shown with their names', () => {
  const shown: string[] = []
  const show = (drivers: object) => {
    shown.push(inspect(drivers))
    return new Service()
  }
  builder.add('other', show).add('app', show).create()
  expect(shown).toEqual([
    '{ service: ContextValue(service) }',
    '{ service: ContextValue(service), other: ContextValue(other) }',
  ])
})

test('a long cycle is told by its begin and its end', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `d${index}`)
  const drivers = names.map((name, index) => {
    return new Recorder({ name, host: context(names[(index + 1) % names.length] as string, '{{ port }}') })
  })
  expect((await rejection(environment(drivers, { dependencies: 'inferred' }).start())).message).toBe(
    'The drivers depend on each other: d0 → d1 (host) → d2 (host) → d3 (host) → d4 (host) → d5 (host) → d6 (host) → d7 (host) → d8 (host) → … 29 more … → d38 (host) → d39 (host) → d0 (host). Each needs the next one to be up first. Remove one of these dependencies, or use a value that is known before the start, such as a port that Testrig allocates.',
  )
})

test('of many drivers that did not start the first are named', async () => {
  const others = Array.from({ length: 30 }, (_, index) => new Recorder({ name: `d${index}` }))
  const broken = new Recorder({ name: 'broken', on: { starting: throws('no disk') } })
  expect((await rejection(environment([broken, ...others]).start())).message).toMatch(
    /\nNot started because of that: d0, d1, .*, d19, and 10 more\.$/,
  )
})

test('an object in the place of a text is told with what it holds', async () => {
  const app = new Recorder({ name: 'app', host: context('service', '{{ endpoints }}') })
  expect((await rejection(environment([new Service({ name: 'service' }), app]).start())).message).toContain(
    'option `host`: context(\'service\', "{{ endpoints }}"): `endpoints` is an object, which has no text. Name what it holds: primary, all.',
  )
})
