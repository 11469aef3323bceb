import type { Driver } from './driver.ts'
import { sharedState } from './shared-state.ts'

declare const valueType: unique symbol

/** A value that is known only when the environment starts; it stands wherever an option takes a string or a number. */
export interface ContextValue<out T = unknown> {
  readonly [valueType]: T
}

/** A value, or a context value that gives it at start; a number may also come from a rendered text. */
export type Late<T> = T | ContextValue<T> | (T extends number ? ContextValue<string> : never)

/** An attribute of another driver that a value needs; `path` is missing where it cannot be told before the start. */
export interface AttributeReference {
  readonly driver: string
  readonly path: readonly string[] | undefined
  /** Where the reference stands in a template, such as /etc/app.cfg:7. */
  readonly place?: string | undefined
}

/** What a context value is resolved against: the drivers of its environment. */
export interface Scope {
  /** The driver whose option is resolved. */
  readonly own: Driver
  readonly initialContext: Readonly<Record<string, unknown>>
  names(): readonly string[]
  /** @throws UNKNOWN_DRIVER */
  driver(name: string): Driver
  nameOf(driver: Driver): string
  /** @throws ATTRIBUTE_NOT_READY, ATTRIBUTE_UNKNOWN */
  read(driver: string, path: readonly string[]): unknown
}

/** How a kind of context value shows itself, what it needs, and how it resolves. */
export interface ContextValueKind<T = unknown> {
  describe(): string
  references(scope: Scope): readonly AttributeReference[] | Promise<readonly AttributeReference[]>
  resolve(scope: Scope): T | Promise<T>
}

const kinds = sharedState('contextValues', () => new WeakMap<object, ContextValueKind>())

/** Makes `target` (a fresh object, or a proxy) a context value of the given kind. */
export function asContextValue<T>(target: object, kind: ContextValueKind<T>): ContextValue<T> {
  kinds.set(target, kind)
  return target as ContextValue<T>
}

export function isContextValue(value: unknown): value is ContextValue {
  return typeof value === 'object' && value !== null && kinds.has(value)
}

export function contextValueKind<T>(value: ContextValue<T>): ContextValueKind<T> {
  return kinds.get(value) as ContextValueKind<T>
}
