import { describe, expectTypeOf, test } from 'vitest'
import { Recorder } from '../test/fixtures/recorder.ts'
import { Service } from '../test/fixtures/service.ts'
import type { ContextValue } from './context-value.ts'
import { environment } from './environment-definition.ts'
import type { AttributeName, Reference } from './reference.ts'

type Published =
  | 'name'
  | 'runpath'
  | 'scratch'
  | 'extracts'
  | 'logpath'
  | 'outpath'
  | 'errpath'
  | 'region'
  | 'host'
  | 'port'
  | 'secure'
  | 'retries'
  | 'motto'
  | 'nothing'
  | 'endpoints'
  | 'handle'
  | 'address'
  | 'answers'

describe('types of stand-ins', () => {
  test('attributes are the public data of a driver, without methods and members of the base', () => {
    expectTypeOf<Exclude<AttributeName<Service>, '_private'>>().toEqualTypeOf<Published>()
  })

  test('a private attribute, by its underscore, is none', () => {
    expectTypeOf<AttributeName<Service>>().toEqualTypeOf<Published>()
  })

  test('a reference keeps the type, without undefined, and goes on into objects', () => {
    expectTypeOf<Reference<number | undefined>>().toExtend<ContextValue<number>>()
    expectTypeOf<Reference<{ a: { b: string } }>['a']['b']>().toExtend<ContextValue<string>>()
    expectTypeOf<Reference<readonly string[]>>().toExtend<ContextValue<readonly string[]>>()
    expectTypeOf<Reference<Readonly<Record<string, string>>>['any']>().toExtend<ContextValue<string>>()
  })

  test('the builder knows the drivers declared so far', () => {
    const definition = environment()
      .add('service', () => new Service())
      .add('app', ({ service }) => {
        expectTypeOf(service.port).toExtend<ContextValue<number>>()
        expectTypeOf(service.host).toExtend<ContextValue<string>>()
        expectTypeOf(service.endpoints.primary.port).toExtend<ContextValue<number>>()
        expectTypeOf(service.extracts['x']).toExtend<ContextValue<string> | undefined>()
        // @ts-expect-error a method is no attribute
        void service.url
        // @ts-expect-error a method of the base is no attribute
        void service.start
        // @ts-expect-error the options are no attribute
        void service.options
        // @ts-expect-error the state is no attribute
        void service.state
        // @ts-expect-error there is no such attribute
        void service.prot
        return new Recorder({ port: service.port, host: service.host })
      })
    definition.add('client', (drivers) => {
      expectTypeOf<keyof typeof drivers>().toEqualTypeOf<'service' | 'app'>()
      // @ts-expect-error text is no port, unless a template gives it
      return new Recorder({ port: drivers.app.extracts['port'] as never as ContextValue<boolean> })
    })
    // @ts-expect-error there is no such driver
    const unknown = () => definition.add('client', ({ srevice }) => new Recorder({ port: srevice }))
    // @ts-expect-error the name is taken
    const taken = () => definition.add('app', () => new Recorder())
    // @ts-expect-error what must be up before has to be declared before
    const after = () => definition.add('client', () => new Recorder(), { after: ['client'] })
    // @ts-expect-error no driver
    const none = () => definition.add('client', () => 5)
    expectTypeOf([unknown, taken, after, none]).toBeArray()
    const group = definition.create()
    expectTypeOf(group.drivers.app).toEqualTypeOf<Recorder>()
    expectTypeOf(group.drivers.service).toEqualTypeOf<Service>()
    expectTypeOf<Parameters<typeof group.failure>[0]>().toEqualTypeOf<'service' | 'app'>()
    // @ts-expect-error there is no such driver
    void group.drivers.client
    // @ts-expect-error there is no such driver to start
    const only = () => group.start({ only: ['client'] })
    expectTypeOf(only).toBeFunction()
  })
})
