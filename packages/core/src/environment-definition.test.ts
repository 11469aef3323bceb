import { expect, test } from 'vitest'
import { Service } from '../test/fixtures/service.ts'
import { context, own } from './context.ts'
import { environment } from './environment-definition.ts'
import { interpolate } from './interpolate.ts'

const builder = environment()
  .add('one', () => new Service())
  .add('two', () => new Service({ autoStart: false }))
  .add('my server', () => new Service())

const service = new Service({ name: 'service' })
const list = environment([service, new Service({ name: 'other', autoStart: false })])

test('drivers that start without being asked for are named before any is started', () => {
  expect(builder.autoStarted).toEqual(['one', 'my server'])
  expect(list.autoStarted).toEqual(['service'])
})

test('a value tells which drivers it reads, wherever context values stand in it', async () => {
  const value = {
    args: ['--port', context('my server', '{{ port }}'), interpolate`x${context('one', '{{ host }}')}`],
    env: { PLAIN: 1, TEXT: context('one', '{{ context["two"].port }}') },
  }
  expect((await builder.driversIn(value)).toSorted()).toEqual(['my server', 'one', 'two'])
  expect(await list.driversIn([context(service, (s) => s.port)])).toEqual(['service'])
  expect(await builder.driversIn({})).toEqual([])
  await expect(builder.driversIn([context('nine', '{{ port }}')])).rejects.toThrow(
    'There is no driver `nine` in the environment.',
  )
})

test('an environment resolves context values of a program that is no driver', async () => {
  await using group = await list.start()
  const value = {
    env: { A: context('service', '{{ host }}:{{ port }}'), B: 2 },
    args: [context(service, (s) => s.port)],
  }
  expect(await group.resolve(value)).toEqual({ env: { A: 'localhost:4711', B: 2 }, args: [4711] })
  await expect(group.resolve(context('other', '{{ port }}'))).rejects.toMatchObject({
    code: 'ATTRIBUTE_NOT_READY',
  })
  await expect(group.resolve([own('{{ port }}')])).rejects.toThrow(
    'own() stands for attributes of the driver whose option it is in',
  )
})
