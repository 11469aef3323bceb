import { attributeNames } from './attributes.ts'
import { type AttributeReference, asContextValue, type ContextValue, type Scope } from './context-value.ts'
import type { Driver } from './driver.ts'
import { badContextSource, badContextTarget, selectorForName, selectorGaveNothing } from './errors-context.ts'
import { Opaque } from './opaque.ts'
import { recordPaths } from './record-paths.ts'
import { findReferences, render } from './templates.ts'

type Source = string | ((driver: never) => unknown)

/** What a selector's value is when it is used: that it gives undefined is an error then. */
type Selected<T> = Exclude<T, undefined>

/**
 * Makes a context value: a template rendered with the named driver's attributes, or what a selector reads from a
 * driver. It is resolved when the driver that uses it starts; a selector keeps the value's type, a template gives text.
 *
 * @throws CONTEXT_TARGET when the driver is neither a name nor a driver, or the value neither a template nor a function
 */
export function context(driver: string | Driver, template: string): ContextValue<string>
export function context<D extends Driver, T>(driver: D, select: (driver: D) => T): ContextValue<Selected<T>>
export function context(driver: string | Driver, source: Source): ContextValue {
  if (typeof driver !== 'string' && (typeof driver !== 'object' || driver === null))
    throw badContextTarget(driver)
  if (typeof driver === 'string' && typeof source === 'function') throw selectorForName(driver)
  const shown = typeof driver === 'string' ? driver : driver.name || driver.constructor.name
  return make(
    (scope) => (typeof driver === 'string' ? driver : scope.nameOf(driver)),
    source,
    `context('${shown}', `,
  )
}

/**
 * Makes a context value from the driver's own attributes, such as an allocated port among its own arguments.
 *
 * @throws CONTEXT_TARGET when the argument is neither a template nor a function
 */
export function own(template: string): ContextValue<string>
export function own<D extends Driver, T>(select: (driver: D) => T): ContextValue<Selected<T>>
export function own(source: Source): ContextValue {
  return make((scope) => scope.nameOf(scope.own), source, 'own(')
}

function make(nameIn: (scope: Scope) => string, source: Source, prefix: string): ContextValue {
  if (typeof source !== 'string' && typeof source !== 'function')
    throw badContextSource(`${prefix}…)`, source)
  const describe = () => `${prefix}${typeof source === 'string' ? JSON.stringify(source) : String(source)})`
  return asContextValue(new Opaque(describe), {
    describe,
    references: (scope) => references(nameIn(scope), source, describe()),
    resolve: (scope) => {
      const name = nameIn(scope)
      const driver = scope.driver(name)
      if (typeof source === 'string') return render(source, { driver, name, scope, where: describe() })
      const given = source(guarded(driver, name, scope) as never)
      if (given === undefined) throw selectorGaveNothing(describe())
      return given
    },
  })
}

async function references(driver: string, source: Source, where: string): Promise<AttributeReference[]> {
  if (typeof source === 'function') return recordPaths(source).map((path) => ({ driver, path }))
  const found = await findReferences(source, where)
  return [...found.attributes.map((path) => ({ driver, path })), ...found.context]
}

/** The driver as a selector sees it: an attribute that is not there, or not yet, is an error. */
function guarded(driver: Driver, name: string, scope: Scope): Driver {
  return new Proxy(driver, {
    get(target, key) {
      const value: unknown = typeof key === 'symbol' || key in target ? undefined : scope.read(name, [key])
      if (value !== undefined || typeof key === 'symbol') return value
      const member: unknown = Reflect.get(target, key, target)
      if (typeof member !== 'function')
        return attributeNames(target).includes(key) ? scope.read(name, [key]) : member
      scope.read(name, [])
      return member.bind(target)
    },
  })
}
