import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readAttribute } from './attributes.ts'
import type { Scope } from './context-value.ts'
import { type Driver, internals } from './driver.ts'
import type { Drivers } from './environment-definition.ts'
import type { EnvironmentOptions } from './environment-options.ts'
import {
  attributeNotReady,
  environmentStartFailed,
  environmentStopFailed,
  hookFailed,
  notInEnvironment,
  unknownDriver,
} from './errors.ts'
import type { DependencyGraph } from './graph.ts'
import { planDependencies } from './plan.ts'
import { pathSegment, prepareRunpath, temporaryRunpath } from './runpath.ts'
import { driverVariables } from './variables.ts'
import { walk } from './walk.ts'

export interface StartOptions<Name extends string = string> {
  /** The drivers to start, with all that they need. @default those whose `autoStart` is not false */
  readonly only?: Iterable<Name>
  /** Lets drivers that do not need a failed one go on; ask `failure(name)` for what failed. @default false */
  readonly keepGoing?: boolean
}

/** A group of drivers at work: starts them by their dependencies, wires them, and stops them in reverse. */
export class Environment<D extends Drivers = Drivers> {
  /** The drivers by name. */
  readonly drivers: D
  readonly #drivers: ReadonlyMap<string, Driver>
  readonly #options: EnvironmentOptions
  readonly #after: ReadonlyMap<string, readonly string[]>
  readonly #failures = new Map<string, Error>()
  readonly #listeners = new Set<(name: string, error: Error) => void>()
  #initialContext: Readonly<Record<string, unknown>> = {}
  #graph: Promise<DependencyGraph> | undefined
  #begun: Promise<Error | undefined> | undefined
  #stopping: Promise<void> | undefined
  #runpath: string | undefined
  #failed = false

  constructor(
    drivers: ReadonlyMap<string, Driver>,
    options: EnvironmentOptions,
    after: ReadonlyMap<string, readonly string[]>,
  ) {
    this.#drivers = drivers
    this.#options = options
    this.#after = after
    this.drivers = Object.freeze(Object.fromEntries(drivers)) as unknown as D
    for (const [name, driver] of drivers) this.#bind(name, driver)
  }

  get names(): readonly string[] {
    return [...this.#drivers.keys()]
  }

  /** Directory that holds the drivers' directories; it exists from the first read on. */
  get runpath(): string {
    if (this.#runpath === undefined) {
      const { runpath } = this.#options
      if (runpath !== undefined) prepareRunpath(runpath, true)
      this.#runpath = runpath ?? temporaryRunpath()
    }
    return this.#runpath
  }

  /** The drivers' dependencies, from the declared order and from context values. */
  graph(): Promise<DependencyGraph> {
    this.#graph ??= this.#prepare()
    return this.#graph
  }

  /**
   * Starts drivers, each the moment all that it needs is up. May be called again for further drivers.
   *
   * @throws ENVIRONMENT_START_FAILED when one failed: then all are stopped again, unless `keepGoing` is set
   */
  async start(options: StartOptions<keyof D & string> = {}): Promise<this> {
    await this.#stopping
    const graph = await this.#planned()
    this.#begun ??= this.#hook('beforeStart')
    const early = await this.#begun
    if (early !== undefined) return this.#abandon([['environment', early]], [])
    const names = graph.closure(options.only ?? this.#autoStarted())
    const failures = await this.#startAll(graph, names, options.keepGoing === true)
    if (options.keepGoing === true) return this
    const lost = [...names].filter((name) => !isUp(this.#driver(name)))
    if (failures.length > 0) return this.#abandon(failures, lost)
    const error = await this.#hook('afterStart')
    if (error !== undefined) return this.#abandon([['environment', error]], [])
    return this
  }

  /**
   * Stops all drivers in the reverse order of the graph, as far as they can be stopped.
   *
   * @throws ENVIRONMENT_STOP_FAILED with every failure, when all is down
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined
    })
    return this.#stopping
  }

  /** Why a driver could not start, or what ended it since; also when a driver that it needs failed. */
  failure(name: keyof D & string): Error | undefined {
    return this.#failures.get(name)
  }

  /** Calls back when a driver that had started fails; gives a function that ends this. */
  onDriverFailure(listener: (name: string, error: Error) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Has the drivers' directories kept, as after a failed start. */
  markFailed(): void {
    this.#failed = true
  }

  /** What the drivers publish as environment variables, `DRIVER_<NAME>_ATTR_<ATTRIBUTE>`. */
  variables(): Record<string, string> {
    return Object.assign({}, ...[...this.#drivers].map(([name, driver]) => driverVariables(name, driver)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #bind(name: string, driver: Driver): void {
    const environment = this
    internals.bind(driver, {
      name,
      get runpath() {
        return join(environment.runpath, pathSegment(name))
      },
      scope: this.#scopeOf(driver),
      onFailure: (error) => this.#driverFailed(name, error),
    })
  }

  #driverFailed(name: string, error: Error): void {
    this.#failed = true
    this.#failures.set(name, error)
    for (const listener of this.#listeners) listener(name, error)
  }

  async #prepare(): Promise<DependencyGraph> {
    for (const [name, driver] of this.#drivers) this.#bind(name, driver)
    const { initialContext } = this.#options
    this.#initialContext = (typeof initialContext === 'function' ? initialContext() : initialContext) ?? {}
    await Promise.all([...this.#drivers.values()].map((driver) => internals.prepare(driver)))
    return planDependencies({
      drivers: this.#drivers,
      dependencies: this.#options.dependencies,
      after: this.#after,
      scopeOf: (driver) => this.#scopeOf(driver),
    })
  }

  /** The graph; a plan that fails leaves nothing behind. */
  async #planned(): Promise<DependencyGraph> {
    try {
      return await this.graph()
    } catch (error) {
      this.#graph = undefined
      for (const driver of this.#drivers.values()) await internals.dispose(driver)
      throw error
    }
  }

  #autoStarted(): readonly string[] {
    return [...this.#drivers].filter(([, driver]) => driver.options.autoStart !== false).map(([name]) => name)
  }

  async #startAll(
    graph: DependencyGraph,
    names: ReadonlySet<string>,
    keepGoing: boolean,
  ): Promise<[string, Error][]> {
    const failures: [string, Error][] = []
    const visit = async (name: string) => {
      const broken = graph.before(name).find((each) => this.#failures.has(each))
      if (broken !== undefined) this.#failures.set(name, this.#failures.get(broken) as Error)
      if (this.#failures.has(name) || (failures.length > 0 && !keepGoing)) return
      try {
        await this.#driver(name).start()
      } catch (error) {
        this.#failed = true
        this.#failures.set(name, error as Error)
        if (keepGoing || failures.length === 0 || (error as { code?: string }).code !== 'START_ABORTED')
          failures.push([name, error as Error])
        if (!keepGoing) for (const other of names) this.#driver(other).abort(`${name} failed to start`)
      }
    }
    await walk({ names, before: (name) => graph.before(name), after: (name) => graph.after(name), visit })
    return failures
  }

  /** Stops everything after a failed start and throws what happened. */
  async #abandon(failures: readonly (readonly [string, unknown])[], lost: readonly string[]): Promise<never> {
    this.#failed = true
    const up = [...this.#drivers].filter(([, driver]) => isUp(driver)).map(([name]) => name)
    const failed = failures.map(([name]) => name)
    const stopErrors = await this.#takeDown()
    const error = environmentStartFailed({
      failures: [...failures, ...stopErrors],
      notStarted: lost.filter((name) => !failed.includes(name)),
      stopped: up,
    })
    this.#failures.clear()
    await this.#options.errorHandler?.(this, error)
    throw error
  }

  async #stop(): Promise<void> {
    if (this.#begun === undefined) return
    await this.#begun
    const failures = await this.#takeDown()
    if (failures.length === 0) return
    const error = environmentStopFailed(failures)
    await this.#options.errorHandler?.(this, error)
    throw error
  }

  async #takeDown(): Promise<(readonly [string, unknown])[]> {
    const failures: (readonly [string, unknown])[] = []
    const note = (name: string, error: unknown) => {
      if (error !== undefined) failures.push([name, error])
    }
    note('environment', await this.#hook('beforeStop'))
    const graph = await this.graph().catch(() => undefined)
    const visit = (name: string) =>
      this.#driver(name)
        .stop()
        .catch((error) => note(name, error))
    if (graph !== undefined) {
      await walk({
        names: this.#drivers.keys(),
        before: (name) => graph.after(name),
        after: (name) => graph.before(name),
        visit,
      })
    }
    for (const [name, driver] of this.#drivers)
      for (const error of await internals.dispose(driver)) note(name, error)
    note('environment', await this.#hook('afterStop'))
    if (failures.length > 0) this.#failed = true
    await this.#discardRunpath()
    this.#begun = undefined
    this.#graph = undefined
    return failures
  }

  async #discardRunpath(): Promise<void> {
    const { runpath, keepRunpath = runpath === undefined ? 'failed' : 'always' } = this.#options
    const keep = keepRunpath === 'always' || (keepRunpath === 'failed' && this.#failed)
    if (this.#runpath !== undefined && !keep) await rm(this.#runpath, { recursive: true, force: true })
    this.#runpath = undefined
    this.#failed = false
  }

  async #hook(name: 'beforeStart' | 'afterStart' | 'beforeStop' | 'afterStop'): Promise<Error | undefined> {
    try {
      await this.#options[name]?.(this)
      return undefined
    } catch (error) {
      return hookFailed(name, error)
    }
  }

  #driver(name: string): Driver {
    const driver = this.#drivers.get(name)
    if (driver === undefined) throw unknownDriver(name, [...this.#drivers.keys()])
    return driver
  }

  #scopeOf(own: Driver): Scope {
    const initialContext = () => this.#initialContext
    return {
      own,
      get initialContext() {
        return initialContext()
      },
      names: () => [...this.#drivers.keys()],
      driver: (name) => this.#driver(name),
      nameOf: (driver) => {
        for (const [name, each] of this.#drivers) if (each === driver) return name
        throw notInEnvironment(internals.label(driver))
      },
      read: (name, path) => this.#read(own, name, path),
    }
  }

  #read(own: Driver, name: string, path: readonly string[]): unknown {
    const driver = this.#driver(name)
    const readable =
      driver === own || isUp(driver) || (path.length > 0 && internals.knownBeforeStart(driver, path))
    if (!readable) throw attributeNotReady(name, path.join('.') || 'attributes', driver.state)
    return readAttribute(driver, name, path)
  }
}

function isUp(driver: Driver): boolean {
  return (
    driver.state === 'started' ||
    driver.state === 'paused' ||
    driver.state === 'pausing' ||
    driver.state === 'resuming'
  )
}
