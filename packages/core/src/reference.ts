import { asContextValue, type ContextValue } from './context-value.ts'
import type { Driver } from './driver.ts'
import { Opaque } from './opaque.ts'

/** The names of what a driver publishes: its public data, without methods and without what only the base class needs. */
export type AttributeName<D> = {
  [K in keyof D]: K extends `_${string}`
    ? never
    : K extends string
      ? K extends Exclude<keyof Driver, BaseAttribute>
        ? never
        : D[K] extends Method
          ? never
          : K
      : never
}[keyof D]

/** Attributes of a driver that has not started yet, each a context value that keeps its type. */
export type References<D> = { readonly [K in AttributeName<D>]: Reference<D[K]> }

/** A context value, and for an object also its properties as context values. */
export type Reference<T> = ContextValue<NonNullable<T>> & Nested<NonNullable<T>>

type BaseAttribute = 'name' | 'runpath' | 'scratch' | 'extracts' | 'logpath' | 'outpath' | 'errpath'
type Method = (...args: never[]) => unknown
type Nested<T> = T extends string | number | boolean | bigint | readonly unknown[]
  ? unknown
  : T extends object
    ? { readonly [K in keyof T as T[K] extends Method ? never : K]: Reference<T[K]> }
    : unknown

/** Makes the stand-in for the named driver that the builder hands to later drivers. */
export function references<D extends Driver>(driver: string): References<D> {
  return node(driver, []) as unknown as References<D>
}

function node(driver: string, path: readonly string[]): ContextValue {
  const describe = () => [driver, ...path].join('.')
  const target = new Opaque(describe)
  const proxy = new Proxy(target, {
    get: (opaque, key) => (typeof key === 'symbol' ? bound(opaque, key) : keyed(key)),
  })
  const keyed = (key: string): unknown => {
    if (key === 'then' || key === 'constructor') return undefined
    return key === 'toString' || key === 'toJSON' ? () => target.toJSON() : node(driver, [...path, key])
  }
  return asContextValue(proxy, {
    describe,
    references: () => [{ driver, path }],
    resolve: (scope) => scope.read(driver, path),
  })
}

function bound(opaque: Opaque, key: symbol): unknown {
  const member: unknown = Reflect.get(opaque, key, opaque)
  return typeof member === 'function' ? member.bind(opaque) : member
}
