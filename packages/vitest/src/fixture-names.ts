import type { Driver } from '@testrig/core'
import { reservedFixture, unreadableFixture } from './errors.ts'
import type { AnyFunction } from './vitest-internals.ts'

/** What a test's context holds already, or what this package adds to it. */
const RESERVED = [
  'task',
  'expect',
  'skip',
  'annotate',
  'signal',
  'onTestFailed',
  'onTestFinished',
  'bench',
  '$testrig',
  '$__file',
]

/** The drivers of an environment as names of fixtures. */
export class FixtureNames {
  readonly #driverOf: ReadonlyMap<string, string>
  /** Names of drivers that are no identifiers: tests read them as `{ 'my app': app }`. */
  readonly #quoted: readonly string[]

  /** @throws FIXTURE_NAME */
  constructor(drivers: readonly string[]) {
    for (const name of drivers) {
      if (RESERVED.includes(name)) throw reservedFixture(name, RESERVED.slice(0, -2))
      if (/[,:=()[\]{}'"`]/.test(name)) throw unreadableFixture(name)
    }
    this.#quoted = drivers.filter((name) => !isIdentifier(name))
    this.#driverOf = new Map(drivers.flatMap((name) => this.#keys(name).map((key) => [key, name])))
  }

  get drivers(): readonly string[] {
    return [...new Set(this.#driverOf.values())]
  }

  /** What tests destructure, as Vitest reads it. */
  get all(): ReadonlySet<string> {
    return new Set(this.#driverOf.keys())
  }

  driverOf(fixture: string): string {
    return this.#driverOf.get(fixture) as string
  }

  /** A fixture for each driver, made by its name. */
  declare(
    create: (driver: string) => readonly [fixture: AnyFunction, options: object],
  ): Record<string, unknown> {
    return Object.fromEntries([...this.#driverOf].map(([key, name]) => [key, create(name)]))
  }

  /** Lets a function find drivers whose names are no identifiers in its context, which Vitest keeps by the quoted name. */
  completed<T extends object>(context: T): T {
    if (this.#quoted.length === 0 || context === null || context === undefined) return context
    for (const name of this.#quoted) {
      if (Object.hasOwn(context, name)) continue
      const [single, double] = this.#keys(name) as [string, string]
      const get = () =>
        (context as Record<string, Driver>)[single] ?? (context as Record<string, Driver>)[double]
      Object.defineProperty(context, name, { configurable: true, enumerable: false, get })
    }
    return context
  }

  get needCompletion(): boolean {
    return this.#quoted.length > 0
  }

  /** Vitest strips blanks and keeps the quotes. */
  #keys(name: string): readonly string[] {
    if (!this.#quoted.includes(name)) return [name]
    const text = name.replace(/\s/g, '')
    return [`'${text}'`, `"${text}"`]
  }
}

/** The second expression is compiled only for names that need it: that takes a millisecond. */
function isIdentifier(name: string): boolean {
  return /^[a-zA-Z$_][\w$]*$/.test(name) || /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)
}
