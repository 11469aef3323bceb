import { environment } from '@testrig/core'
import { expect, test } from 'vitest'
import { asyncStart, builder, dependencies, inferred, map, sequential } from './schedules.ts'
import { ServerApp } from './server-app.ts'
import { startOrder, stopOrder } from './timeline.ts'

test('a list starts one driver after another and stops in reverse', async () => {
  await using drivers = await sequential.start()
  expect(startOrder(drivers)).toBe('service → audit → app → client')
  await drivers.stop()
  expect(stopOrder(drivers)).toBe('client → app → audit → service')
})

// #region overlap
test.for([
  ['asyncStart', asyncStart],
  ['dependencies', dependencies],
  ['dependencies as a Map', map],
  ["dependencies: 'inferred'", inferred],
  ['the builder', builder],
] as const)('with %s, drivers that do not need each other start and stop together', async ([, schedule]) => {
  await using drivers = await schedule.start()
  expect(startOrder(drivers)).toBe('audit + service → app → client')
  await drivers.stop()
  expect(stopOrder(drivers)).toBe('client → app → audit + service')
})
// #endregion overlap

test('with empty dependencies all drivers start at once', async () => {
  const all = ['one', 'two', 'three'].map((name) => new ServerApp({ name }))
  await using drivers = await environment(all, { dependencies: [] }).start()
  expect(startOrder(drivers)).toBe('one + three + two')
})

test('a driver that cannot reach what it needs fails the start, and what had started is stopped', async () => {
  const drivers = [
    new ServerApp({ name: 'service' }),
    new ServerApp({ name: 'app', upstreams: ['127.0.0.1:1'] }),
    new ServerApp({ name: 'client' }),
  ]
  const lonely = environment(drivers, { keepRunpath: 'never' }).create()
  await expect(lonely.start()).rejects.toThrow(
    /ServerApp "app" failed to start.*Not started because of that: client\.\nStopped again: service/s,
  )
  expect(drivers.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'service stopped',
    'app failed',
    'client idle',
  ])
})

// #region graph
test('the graph says what made each dependency', async () => {
  const { edges } = await inferred.create().graph()
  expect(edges.map(({ after, before, origins }) => `${after} → ${before} (${origins})`).sort()).toEqual([
    'app → audit (args[2])',
    'app → service (args[1])',
    'client → app (args[1])',
  ])
})
// #endregion graph
