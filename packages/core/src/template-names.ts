import { attributeNames } from './attributes.ts'
import type { Scope } from './context-value.ts'
import type { Driver } from './driver.ts'
import { attributeUnknown } from './errors-context.ts'
import {
  driverInTemplate,
  filterWithoutValue,
  lacksInTemplate,
  nothingInTemplate,
  objectInTemplate,
  unknownTemplateName,
} from './errors-template.ts'
import { strictFilters } from './template-filters.ts'
import { isPlain, type Look, observed } from './template-objects.ts'
import type { TemplateReferences } from './template-references.ts'
import { TestrigError } from './testrig-error.ts'

export interface TemplateSubject {
  /** The driver whose attributes are the top-level names. */
  readonly driver: Driver
  readonly name: string
  readonly scope: Scope
}

type Values = Readonly<Record<string, unknown>>
type Method = (...args: readonly unknown[]) => unknown

/** Constants of Jinja2 that nunjucks does not know. */
const CONSTANTS: Values = { True: true, False: false, None: null }

/** What is read of an object that is turned into text. */
const TO_TEXT = new Set(['valueOf', 'toString'])

/** What names stand for in one template. A name that stands for nothing is an error, unless the template allows for it. */
export class TemplateNames {
  /** The first error of ours that a look-up threw: nunjucks keeps only its text. */
  thrown: TestrigError | undefined
  /** Where the look-up stands that threw it. */
  place: string | undefined
  readonly #subject: TemplateSubject
  readonly #references: TemplateReferences
  /** What was given to the template that is no object, by path. */
  readonly #given = new Map<string, unknown>()
  /** The objects that were given to it, with what it got for each, so that an object is the same each time. */
  readonly #shown = new Map<string, readonly [value: object, shown: object]>()

  #readBelow: ReadonlySet<string> | undefined

  constructor(subject: TemplateSubject, references: TemplateReferences) {
    this.#subject = subject
    this.#references = references
  }

  /** The driver's attributes, `context`, the initial context, and the functions that nunjucks has itself. */
  asGlobals(functions: Values): object {
    return new Proxy(functions, {
      has: () => true,
      get: (_target, key) =>
        typeof key === 'symbol' ? undefined : this.#guard(key, () => this.#topLevel(functions, key)),
    })
  }

  /** Refuses names such as `constructor`, which nunjucks finds on every object without asking for them. */
  refuseObjectMembers(): void {
    for (const [name] of this.#references.attributes) {
      if (name !== undefined && name in Object.prototype) this.#guard(name, () => this.#topLevel({}, name))
    }
  }

  /** The filters, each of which refuses what has no value unless that is what it is for. */
  asFilters(filters: object): object {
    return strictFilters(filters, (name, input) => this.#withoutValue(name, input))
  }

  /** Has an error of nunjucks, which tells only that something at one of these places has no value, tell what. */
  noteMissing(places: readonly string[]): void {
    this.#noteFirst(this.#paths.filter((path) => places.includes(this.#placeAt(path))))
  }

  #withoutValue(filter: string, input: unknown): Error {
    const applied = this.#references.filtered.get(filter) ?? []
    if (this.thrown === undefined)
      this.#noteFirst(applied.flatMap(({ path }) => (path === undefined ? [] : [path])))
    if (this.thrown === undefined) {
      this.thrown = filterWithoutValue(filter, input)
      this.place = applied.length === 1 ? applied[0]?.place : undefined
    }
    return this.thrown
  }

  /** Remembers the error of the first of some paths that has no value. */
  #noteFirst(paths: readonly (readonly string[])[]): void {
    for (const [path, value] of this.#given) {
      const read = paths.find((each) => `${each.join('.')}.`.startsWith(`${path}.`))
      const key = this.#lacking(path, value, paths)
      const isNothing = value === null || value === undefined
      if (read === undefined || (!isNothing && key === undefined)) continue
      this.thrown = isNothing ? nothingInTemplate(path, value) : lacksInTemplate(path, key as string, value)
      this.place = this.#placeAt(read)
      return
    }
  }

  #placeAt(path: readonly string[]): string {
    return this.#references.places.get(path.join('.')) ?? ''
  }

  /** The paths that the template reads, but for those of its own variables. */
  get #paths(): readonly (readonly string[])[] {
    const { attributes, context } = this.#references
    return [...attributes, ...context.map(({ driver, path = [] }) => ['context', driver, ...path])]
  }

  /** What paths read of a value that it has not. */
  #lacking(path: string, value: unknown, paths = this.#paths): string | undefined {
    if (value === null || value === undefined) return undefined
    const depth = path.split('.').length
    return paths
      .filter((each) => each.length > depth && each.slice(0, depth).join('.') === path)
      .filter((each) => !this.#references.optional.has(each.join('.')))
      .map((each) => each[depth] as string)
      .find((key) => !(key in Object(value)))
  }

  #topLevel(functions: Values, key: string): unknown {
    const { driver, name, scope } = this.#subject
    if (key === 'context') return this.#context()
    if (attributeNames(driver).includes(key)) return this.#attribute(name, key, key)
    if (Object.hasOwn(scope.initialContext, key)) return this.#strict(scope.initialContext[key], key)
    if (Object.hasOwn(functions, key)) return functions[key]
    if (Object.hasOwn(CONSTANTS, key)) return CONSTANTS[key]
    if (this.#references.optional.has(key)) return undefined
    if (scope.names().includes(key)) throw driverInTemplate(key, name)
    throw unknownTemplateName(key, name, [
      ...attributeNames(driver),
      ...Object.keys(scope.initialContext),
      'context',
    ])
  }

  #context(): object {
    const { scope } = this.#subject
    const { initialContext } = scope
    const names = [...scope.names(), ...Object.keys(initialContext)]
    return this.#object('context', names, (key, path) =>
      Object.hasOwn(initialContext, key) ? this.#strict(initialContext[key], path) : this.#driver(key, path),
    )
  }

  #driver(name: string, path: string): object {
    const names = attributeNames(this.#subject.scope.driver(name))
    return this.#object(path, names, (key, inner) => this.#attribute(name, key, inner))
  }

  #attribute(driver: string, attribute: string, path: string): unknown {
    const { scope } = this.#subject
    let value: unknown
    try {
      value = scope.read(driver, [attribute])
    } catch (error) {
      if (this.#references.optional.has(path)) return undefined
      if (!this.#isReadBelow(path)) throw error
      // Of an object that is not complete yet, such as `ports`, some properties may be there.
      return this.#object(path, [], (key, inner) => this.#strict(scope.read(driver, [attribute, key]), inner))
    }
    return this.#strict(value, path)
  }

  /** Whether the template reads properties of what stands at the path, and never that itself. */
  #isReadBelow(path: string): boolean {
    this.#readBelow ??= holdersOf(this.#references.places)
    return this.#readBelow.has(path)
  }

  /** A value of which everything that is read, at any depth, is there or an error. */
  #strict(value: unknown, path: string): unknown {
    if (typeof value === 'function') return this.#calling(value as Method, path)
    if (typeof value !== 'object' || value === null) return this.#noted(value, path)
    const [known, same] = this.#shown.get(path) ?? []
    if (known === value) return same
    const shown = observed(value, this.#look(value, path))
    this.#shown.set(path, [value, shown])
    return shown
  }

  #look(value: object, path: string): Look {
    return {
      found: (key, found) => this.#guard(`${path}.${key}`, () => this.#strict(found, `${path}.${key}`)),
      missing: (key) => {
        const inner = `${path}.${key}`
        if (key === 'toJSON' || this.#references.optional.hasProperty(inner)) return undefined
        return this.#guard(inner, () => {
          throw this.#absent(value, path, key)
        })
      },
    }
  }

  #absent(value: object, path: string, key: string): TestrigError {
    if (!isPlain(value)) return lacksInTemplate(path, key, value)
    const keys = Object.keys(value)
    if (TO_TEXT.has(key)) return objectInTemplate(path, keys)
    return attributeUnknown(this.#subject.name, `${path}.${key}`, keys, key)
  }

  /** What a function gives is as strict as what it belongs to. */
  #calling(method: Method, path: string): Method {
    return new Proxy(method, {
      apply: (target, self, args) => this.#strict(Reflect.apply(target, self, args), `${path}()`),
    })
  }

  /** A text or a number as it is; a template that only reads what it lacks would go on with an empty text. */
  #noted(value: unknown, path: string): unknown {
    this.#given.set(path, value)
    if (!this.#isReadBelow(path)) return value
    const key = this.#lacking(path, value)
    if (key !== undefined && !/^\d+$/.test(key)) throw lacksInTemplate(path, key, value)
    return value
  }

  #object(path: string, names: readonly string[], get: (key: string, path: string) => unknown): object {
    return new Proxy(Object.create(null), {
      has: () => true,
      get: (_target, key) => {
        if (typeof key === 'symbol') return undefined
        const inner = `${path}.${key}`
        return this.#guard(inner, () => {
          if (TO_TEXT.has(key) && !names.includes(key)) throw objectInTemplate(path, names)
          return get(key, inner)
        })
      },
    })
  }

  /** Looks a path up; remembers the first error and where its path stands. */
  #guard<T>(path: string, look: () => T): T {
    try {
      return look()
    } catch (error) {
      if (error instanceof TestrigError && this.thrown === undefined) {
        this.thrown = error
        this.place = this.#placeOf(path)
      }
      throw error
    }
  }

  #placeOf(path: string): string | undefined {
    const { places } = this.#references
    return places.get(path) ?? [...places].find(([known]) => known.startsWith(`${path}.`))?.[1]
  }
}

/** The paths of which only properties are read. */
function holdersOf(places: ReadonlyMap<string, string>): ReadonlySet<string> {
  const holders = new Set<string>()
  for (const path of places.keys())
    for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1))
      holders.add(path.slice(0, dot))
  for (const path of places.keys()) holders.delete(path)
  return holders
}
