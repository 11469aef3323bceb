import { isDictionary } from './dictionary.ts'
import type { Driver } from './driver.ts'
import { attributeNotReady, attributeUndefined, attributeUnknown } from './errors-context.ts'

/** What the base class publishes; all its other members are there for tests and authors of drivers. */
const BASE_ATTRIBUTES = ['name', 'runpath', 'scratch', 'extracts', 'logpath', 'outpath', 'errpath'] as const

/** Plain data: what can be exported, written to JSON and shown. */
export type PlainValue =
  | string
  | number
  | boolean
  | null
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue }

/** Data that is nested deeper, or that holds itself, is not published. */
const DEEPEST = 100

const getters = new WeakMap<object, readonly string[]>()
let base: object | undefined
let baseFields: ReadonlySet<string> = new Set()

/** Tells this module which class is the base of all drivers, and which instance fields it owns. */
export function setBaseClass(prototype: object, fields: readonly string[]): void {
  base = prototype
  baseFields = new Set(fields)
}

/** Names of all that a driver publishes: public data properties and getters, without methods and `_private` names. */
export function attributeNames(driver: Driver): readonly string[] {
  const own = Object.keys(driver).filter((name) => !baseFields.has(name) && isData(driver, name))
  return [...new Set([...BASE_ATTRIBUTES, ...gettersOf(Object.getPrototypeOf(driver)), ...own])]
}

/** The driver's attributes that are plain data and have a value now; others are left out. */
export function attributes(driver: Driver): Readonly<Record<string, PlainValue>> {
  const entries = attributeNames(driver).flatMap((name) => {
    const value = quietly(() => plain(read(driver, name)))
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(entries)
}

/**
 * Reads an attribute by its path.
 *
 * @throws ATTRIBUTE_UNKNOWN when there is none of that name, ATTRIBUTE_NOT_READY when it comes by starting
 */
export function readAttribute(driver: Driver, name: string, path: readonly string[]): unknown {
  const [first] = path
  if (first === undefined) return driver
  if (!attributeNames(driver).includes(first)) throw unknownAttribute(driver, name, first)
  let value = read(driver, first)
  for (const [index, key] of path.slice(1).entries()) {
    const holder = value
    value = holder === null || holder === undefined ? undefined : (holder as Record<string, unknown>)[key]
    if (value === undefined) {
      const keys = typeof holder === 'object' && holder !== null ? Object.keys(holder) : []
      throw attributeUnknown(name, path.slice(0, index + 2).join('.'), keys, key)
    }
  }
  if (value === undefined) throw attributeUndefined(name, first)
  return value
}

function unknownAttribute(driver: Driver, name: string, attribute: string): Error {
  const started = driver.state === 'started' || driver.state === 'paused'
  if (!started && driver.state !== 'starting') return attributeNotReady(name, attribute, driver.state)
  return attributeUnknown(name, attribute, attributeNames(driver), attribute)
}

function read(driver: Driver, name: string): unknown {
  return (driver as unknown as Record<string, unknown>)[name]
}

function quietly<T>(reading: () => T): T | undefined {
  try {
    return reading()
  } catch {
    return undefined // A getter that needs a started driver: nothing is published yet.
  }
}

function isData(driver: Driver, name: string): boolean {
  return !name.startsWith('_') && typeof quietly(() => read(driver, name)) !== 'function'
}

function gettersOf(prototype: object | null): readonly string[] {
  if (prototype === null || prototype === base || prototype === Object.prototype) return []
  const known = getters.get(prototype)
  if (known !== undefined) return known
  const own = Object.entries(Object.getOwnPropertyDescriptors(prototype))
  const names = own
    .filter(([name, { get }]) => get !== undefined && !name.startsWith('_') && !isInternal(name))
    .map(([name]) => name)
  const all = [...gettersOf(Object.getPrototypeOf(prototype)), ...names]
  getters.set(prototype, all)
  return all
}

/** Whether a name is one of the base class that it does not publish, also where a subclass overrides it. */
function isInternal(name: string): boolean {
  return (
    base !== undefined && name in base && !BASE_ATTRIBUTES.includes(name as (typeof BASE_ATTRIBUTES)[number])
  )
}

function plain(value: unknown, holders: readonly unknown[] = []): PlainValue | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (holders.length > DEEPEST || holders.includes(value)) return undefined
  if (Array.isArray(value)) return allPlain(value, [...holders, value])
  if (!isDictionary(value)) return undefined
  const all = allPlain(Object.values(value), [...holders, value])
  return all && Object.fromEntries(Object.keys(value).map((key, index) => [key, all[index] as PlainValue]))
}

/** Ends at the first that is not plain: what holds itself in several places has endless ways through it. */
function allPlain(values: readonly unknown[], holders: readonly unknown[]): PlainValue[] | undefined {
  const all: PlainValue[] = []
  for (const value of values) {
    const each = plain(value, holders)
    if (each === undefined) return undefined
    all.push(each)
  }
  return all
}
