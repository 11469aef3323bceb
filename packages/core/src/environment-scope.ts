import { readAttribute } from './attributes.ts'
import type { Scope } from './context-value.ts'
import { type Driver, internals } from './driver.ts'
import { attributeNotReady, ownOutside } from './errors-context.ts'
import { notInEnvironment, unknownDriver } from './errors-declaring.ts'

import { isUp } from './state.ts'

/** What the drivers of one environment share. */
export interface Surroundings {
  readonly drivers: ReadonlyMap<string, Driver>
  readonly initialContext: Readonly<Record<string, unknown>>
}

/** What context values are resolved against: those of one driver, or of a value outside of drivers. */
export class EnvironmentScope implements Scope {
  readonly #own: Driver | undefined
  readonly #surroundings: Surroundings

  constructor(own: Driver | undefined, surroundings: Surroundings) {
    this.#own = own
    this.#surroundings = surroundings
  }

  /** @throws CONTEXT_TARGET outside of drivers */
  get own(): Driver {
    if (this.#own === undefined) throw ownOutside()
    return this.#own
  }

  get initialContext(): Readonly<Record<string, unknown>> {
    return this.#surroundings.initialContext
  }

  names(): readonly string[] {
    return [...this.#surroundings.drivers.keys()]
  }

  driver(name: string): Driver {
    const driver = this.#surroundings.drivers.get(name)
    if (driver === undefined) throw unknownDriver(name, this.names())
    return driver
  }

  nameOf(driver: Driver): string {
    const { drivers } = this.#surroundings
    if (drivers.get(driver.name) === driver) return driver.name // Saves the search among many.
    for (const [name, each] of drivers) if (each === driver) return name
    throw notInEnvironment(internals.label(driver))
  }

  read(name: string, path: readonly string[]): unknown {
    const driver = this.driver(name)
    const early = path.length > 0 && internals.knownBeforeStart(driver, path)
    if (driver !== this.#own && !isUp(driver.state) && !early) {
      throw attributeNotReady(name, path.join('.') || 'attributes', driver.state)
    }
    return readAttribute(driver, name, path)
  }
}
