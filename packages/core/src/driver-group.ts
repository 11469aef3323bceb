import { join } from 'node:path'
import { type Driver, internals } from './driver.ts'
import type { EnvironmentDirectory } from './environment-directory.ts'
import type { Failure } from './environment-events.ts'
import { EnvironmentScope } from './environment-scope.ts'
import { unknownDriver } from './errors-declaring.ts'
import { pathSegment } from './runpath.ts'
import { isUp } from './state.ts'

export interface GroupMembership {
  /** The environment. */
  readonly owner: object
  readonly directory: EnvironmentDirectory
  /** Takes that a driver has failed after it had started. */
  onFailure(name: string, error: Error): void
}

/** The drivers of an environment: bound to it, prepared and disposed of together. */
export class DriverGroup {
  /** What templates read beside the drivers. */
  initialContext: Readonly<Record<string, unknown>> = {}
  readonly drivers: ReadonlyMap<string, Driver>
  readonly #membership: GroupMembership

  constructor(drivers: ReadonlyMap<string, Driver>, membership: GroupMembership) {
    this.drivers = drivers
    this.#membership = membership
  }

  get names(): readonly string[] {
    return [...this.drivers.keys()]
  }

  /** Names of those that start without being asked for. */
  get autoStarted(): readonly string[] {
    return this.names.filter((name) => this.get(name).options.autoStart !== false)
  }

  /** @throws UNKNOWN_DRIVER */
  get(name: string): Driver {
    const driver = this.drivers.get(name)
    if (driver === undefined) throw unknownDriver(name, this.names)
    return driver
  }

  /** Whether there is something to stop or to release. */
  get isInUse(): boolean {
    return this.#bound.some(([, driver]) => internals.isInUse(driver))
  }

  /** What values are resolved against, in options of a driver or outside of drivers. */
  scope(own?: Driver): EnvironmentScope {
    return new EnvironmentScope(own, this)
  }

  /** Binds all anew. @throws DRIVER_SHARED when one runs in another environment; then none is bound */
  bind(): void {
    this.#bind(this.names)
  }

  /** Whether the driver belongs to the environment now: another one may have taken it. */
  owns(name: string): boolean {
    return internals.isBound(this.get(name), this.#membership.owner)
  }

  /** Binds a driver again that another environment has had since. @throws DRIVER_SHARED when it runs there */
  takeBack(name: string): void {
    if (!this.owns(name)) this.#bind([name])
  }

  #bind(names: readonly string[]): void {
    const { owner, directory, onFailure } = this.#membership
    for (const name of names) internals.refuseShared(this.get(name), owner)
    for (const name of names) {
      const driver = this.get(name)
      internals.bind(driver, {
        owner,
        name,
        get runpath() {
          return join(directory.path, pathSegment(name))
        },
        get over() {
          return directory.over
        },
        scope: this.scope(driver),
        onFailure: (error) => onFailure(name, error),
      })
    }
  }

  /** Prepares all at once; waits for all also when one fails. @throws PREPARE_FAILED */
  async prepare(): Promise<void> {
    const works = [...this.drivers.values()].map((driver) => internals.prepare(driver))
    for (const result of await Promise.allSettled(works))
      if (result.status === 'rejected') throw result.reason
  }

  /** Releases what preparing reserved, but for drivers that are up; gives what failed. */
  async dispose(): Promise<readonly Failure[]> {
    const failures: Failure[] = []
    for (const [name, driver] of this.#bound.filter(([, { state }]) => !isUp(state)))
      for (const error of await internals.dispose(driver)) failures.push([name, error])
    return failures
  }

  get #bound(): readonly (readonly [string, Driver])[] {
    return [...this.drivers].filter(([name]) => this.owns(name))
  }
}
