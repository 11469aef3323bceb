import * as v from 'valibot'
import { contextValueKind } from './context-value.ts'
import type { Dependencies } from './dependencies.ts'
import { dependencyPairs } from './dependencies.ts'
import { Driver } from './driver.ts'
import { siteOf } from './driver-site.ts'
import { Environment } from './environment.ts'
import { checkEnvironmentOptions, type EnvironmentOptions } from './environment-options.ts'
import { EnvironmentScope } from './environment-scope.ts'
import {
  addWithoutFunction,
  builderName,
  invalidEnvironment,
  nameMissing,
  notADriver,
  notDeclaredBefore,
} from './errors-declaring.ts'
import { type Claim, checkDistinct, checkName, checkUntaken, claimOf } from './names.ts'
import { lateOptions, validateOptions } from './options.ts'
import type { References } from './reference.ts'
import type { OptionSchemas } from './schema.ts'
import { has, namesOf, standIns } from './stand-ins.ts'

/** The drivers of an environment by name. */
export type Drivers = Readonly<Record<string, Driver>>

/** Stand-ins for the drivers declared so far, whose attributes are context values. */
export type DriverReferences<D> = { readonly [K in keyof D]: References<D[K]> }

/** The drivers with one more. */
export type WithDriver<D, N extends string, T> = { readonly [K in keyof D | N]: K extends keyof D ? D[K] : T }

export interface AddOptions<D> {
  /** Drivers that must be up before this one, beside those whose values it uses. */
  readonly after?: readonly (keyof D & string)[]
}

const addOptions: OptionSchemas<AddOptions<Drivers>> = {
  after: v.optional(v.array(v.string(), "an array of drivers' names"), []),
}

interface Declared extends Claim {
  readonly after: readonly string[]
  create(): Driver
}

/** The declaration of an environment: makes as many environments as are needed, each with drivers of its own. */
export class EnvironmentDefinition<D extends Drivers = Drivers> {
  /** Carries the drivers' types; has no value. */
  declare readonly $drivers: D
  readonly options: EnvironmentOptions
  readonly #declared: readonly Declared[]
  readonly #list: (() => readonly Driver[]) | undefined
  /** Drivers that were made to be looked at; the next environment gets them. */
  #next: ReadonlyMap<string, Driver> | undefined

  constructor(options: EnvironmentOptions, declared: readonly Declared[], list?: () => readonly Driver[]) {
    this.options = options
    this.#declared = declared
    this.#list = list
  }

  /** The drivers' names, in the order of their declaration. */
  get names(): readonly string[] {
    return this.#list === undefined ? namesOf(this.#declared) : [...this.#upcoming().keys()]
  }

  /** Names of the drivers that start without being asked for: those whose `autoStart` is not false. */
  get autoStarted(): readonly string[] {
    return [...this.#upcoming()]
      .filter(([, { options }]) => options.autoStart !== false)
      .map(([name]) => name)
  }

  /** Names of the drivers whose attributes a value reads through context values. @throws UNKNOWN_DRIVER */
  async driversIn(value: unknown): Promise<readonly string[]> {
    const scope = new EnvironmentScope(undefined, { drivers: this.#upcoming(), initialContext: {} })
    const found = new Set<string>()
    for (const late of lateOptions({ value }))
      for (const { driver } of await contextValueKind(late.value).references(scope)) found.add(driver)
    for (const name of found) scope.driver(name)
    return [...found]
  }

  /** The stack of where a driver is made, for an error in its declaration: it is made once more to see that. */
  siteOf(name: string): string | undefined {
    const declared = this.#declared.find((each) => each.name === name)
    if (declared !== undefined) return siteOf(declared.create, () => true)
    return this.#list && siteOf(this.#list, (driver) => driver.name === name)
  }

  /**
   * Declares a further driver; the function gets stand-ins for the earlier ones, whose attributes are context values.
   *
   * @throws NAME_INVALID, NAME_DUPLICATE, NAME_COLLISION, UNKNOWN_DRIVER, OPTION_UNKNOWN, OPTION_INVALID
   */
  add<const N extends string, T extends Driver>(
    name: N extends keyof D ? never : N,
    create: (drivers: DriverReferences<D>) => T,
    options: AddOptions<D> = {},
  ): EnvironmentDefinition<WithDriver<D, N, T>> {
    const claim = claimOf(checkName(name, 'add()'))
    const earlier = this.#declared
    checkUntaken(claim, earlier)
    if (typeof create !== 'function') throw addWithoutFunction(name, create)
    const after = validateOptions(`add('${name}')`, addOptions, options as Readonly<Record<string, unknown>>)
      .after as readonly string[]
    for (const each of after) if (!has(earlier, each)) throw notDeclaredBefore(each, name, this.names)
    const stands = standIns(name, earlier) as DriverReferences<D>
    const declared = { ...claim, after, create: () => created(name, create(stands)) }
    return new EnvironmentDefinition<WithDriver<D, N, T>>(this.options, [...earlier, declared])
  }

  /** Makes an environment; nothing starts. */
  create(): Environment<D> {
    const drivers = this.#upcoming()
    this.#next = undefined
    const builder = this.#list === undefined
    const options = builder
      ? { ...this.options, dependencies: this.options.dependencies ?? 'inferred' }
      : this.options
    const after = new Map(this.#declared.map((each) => [each.name, each.after]))
    return new Environment<D>(drivers, options as EnvironmentOptions, after)
  }

  /** Makes an environment and starts it. @throws ENVIRONMENT_START_FAILED */
  async start(): Promise<Environment<D>> {
    const environment = this.create()
    await environment.start()
    return environment
  }

  #upcoming(): ReadonlyMap<string, Driver> {
    this.#next ??= new Map(
      this.#list === undefined
        ? this.#declared.map(({ name, create }) => [name, create()])
        : listed(this.#list()).map((driver) => [driver.name, driver]),
    )
    return this.#next
  }
}

/**
 * Declares an environment: with a list of drivers, or a function that gives one, they start one after another unless
 * `dependencies` say otherwise; without a list, drivers are declared by `add` and start by what their values need.
 *
 * @throws OPTION_UNKNOWN, OPTION_INVALID, NAME_MISSING, NAME_INVALID, NAME_DUPLICATE, NAME_COLLISION
 */
export function environment(options?: EnvironmentOptions): EnvironmentDefinition<Record<never, never>>
export function environment<D extends Drivers = Drivers>(
  drivers: readonly Driver[] | (() => readonly Driver[]),
  options?: EnvironmentOptions,
): EnvironmentDefinition<D>
export function environment(first: unknown = {}, options: EnvironmentOptions = {}): EnvironmentDefinition {
  if (typeof first === 'function')
    return new EnvironmentDefinition(checked(options), [], first as () => readonly Driver[])
  if (Array.isArray(first)) {
    const drivers = listed(first)
    return new EnvironmentDefinition(checked(options), [], () => drivers)
  }
  if (typeof first !== 'object' || first === null || first instanceof Driver) throw invalidEnvironment(first)
  return new EnvironmentDefinition(checked(first as EnvironmentOptions), [])
}

function checked(given: EnvironmentOptions): EnvironmentOptions {
  const options = checkEnvironmentOptions(given)
  const { dependencies } = options
  if (dependencies !== undefined && dependencies !== 'inferred') dependencyPairs(dependencies as Dependencies)
  return options
}

function listed(drivers: unknown): readonly Driver[] {
  if (!Array.isArray(drivers)) throw invalidEnvironment(drivers)
  for (const [index, driver] of drivers.entries()) {
    if (!(driver instanceof Driver))
      throw notADriver(`The list of an environment holds at [${index}]`, driver)
    if (driver.name === '') throw nameMissing(driver.constructor.name, index)
    checkName(driver.name, driver.constructor.name)
  }
  checkDistinct(drivers.map(({ name }) => name))
  return drivers
}

function created(name: string, driver: unknown): Driver {
  if (!(driver instanceof Driver)) throw notADriver(`The function given to add('${name}') gave`, driver)
  if (driver.options.name !== undefined && driver.options.name !== name)
    throw builderName(name, driver.options.name)
  return driver
}
