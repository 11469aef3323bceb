import { AsyncLocalStorage } from 'node:async_hooks'
import { join } from 'node:path'
import { type Driver, internals } from './driver.ts'
import type { Drivers } from './environment-definition.ts'
import { EnvironmentDirectory } from './environment-directory.ts'
import type {
  EnvironmentEvent,
  EnvironmentInternals,
  EnvironmentObserver,
  Failure,
} from './environment-events.ts'
import { checkInitialContext, type EnvironmentOptions } from './environment-options.ts'
import { EnvironmentScope, isUp, type Surroundings } from './environment-scope.ts'
import { unknownDriver } from './errors-declaring.ts'
import {
  environmentStartFailed,
  environmentStopFailed,
  handlerFailed,
  hookFailed,
} from './errors-environment.ts'
import { startAborted } from './errors-lifecycle.ts'
import type { DependencyGraph } from './graph.ts'
import { type ResolvedValue, resolveValue } from './options.ts'
import { givenValues, planDependencies } from './plan.ts'
import { now } from './run.ts'
import { pathSegment } from './runpath.ts'
import type { TestrigError } from './testrig-error.ts'
import { driverVariables } from './variables.ts'
import { walk } from './walk.ts'

export interface StartOptions<Name extends string = string> {
  /** The drivers to start, with all that they need. @default those whose `autoStart` is not false */
  readonly only?: Iterable<Name>
  /** Lets drivers that do not need a failed one go on; ask `failure(name)` for what failed. @default false */
  readonly keepGoing?: boolean
}

interface Ascent {
  readonly keepGoing: boolean
  /** How many ways down there had been when it began. */
  readonly descents: number
}

export let environmentInternals: EnvironmentInternals

/** The name under which failures of the environment itself are reported. */
const ITSELF = 'environment'

/** A group of drivers at work: starts them by their dependencies, wires them, and stops them in reverse. */
export class Environment<D extends Drivers = Drivers> {
  /** The drivers by name. */
  readonly drivers: D
  readonly #drivers: ReadonlyMap<string, Driver>
  readonly #options: EnvironmentOptions
  readonly #after: ReadonlyMap<string, readonly string[]>
  readonly #directory: EnvironmentDirectory
  readonly #failures = new Map<string, Error>()
  /** Tells calls that come from a hook of this environment. */
  readonly #hooks = new AsyncLocalStorage<string>()
  readonly #listeners = new Set<(name: string, error: Error) => void>()
  readonly #observers = new Set<EnvironmentObserver>()
  #initialContext: Readonly<Record<string, unknown>> = {}
  #graph: Promise<DependencyGraph> | undefined
  #begun: Promise<Error | undefined> | undefined
  #completed: Promise<Error | undefined> | undefined
  #goingDown: Promise<readonly Failure[]> | undefined
  /** Counts the ways down: a start that one overtakes starts no further driver. */
  #descents = 0
  #failed = false

  constructor(
    drivers: ReadonlyMap<string, Driver>,
    options: EnvironmentOptions,
    after: ReadonlyMap<string, readonly string[]>,
  ) {
    this.#drivers = drivers
    this.#options = options
    this.#after = after
    this.#directory = new EnvironmentDirectory(options)
    this.drivers = Object.freeze(Object.fromEntries(drivers)) as unknown as D
    this.#bind()
  }

  get names(): readonly string[] {
    return [...this.#drivers.keys()]
  }

  /** Directory that holds the drivers' directories; it exists from the first read on. */
  get runpath(): string {
    return this.#directory.path
  }

  /**
   * The drivers' dependencies, from the declared order and from context values.
   *
   * @throws DEPENDENCY_CYCLE, UNKNOWN_DRIVER, ASYNC_START_WITH_DEPENDENCIES, DEPENDENCIES_INVALID, TEMPLATE_SYNTAX
   */
  graph(): Promise<DependencyGraph> {
    this.#graph ??= this.#plan()
    return this.#graph
  }

  /**
   * Starts drivers, each the moment all that it needs is up. May be called again for further drivers.
   *
   * @throws ENVIRONMENT_START_FAILED when one failed: then all are stopped again, unless `keepGoing` is set
   */
  async start({ only, keepGoing = false }: StartOptions<keyof D & string> = {}): Promise<this> {
    if (this.#goingDown !== undefined) await this.#goingDown
    const descents = this.#descents
    const wanted = only === undefined ? this.#autoStarted() : [...only]
    for (const name of wanted) this.#driver(name)
    const since = now()
    void this.#tell({ kind: 'starting' })
    const graph = await this.graph().catch(async (error) => {
      await this.#tell({ kind: 'started', names: [], since })
      await this.#tell({ kind: 'failed', failures: [[ITSELF, error]] })
      throw await this.#handled(error)
    })
    this.#begun ??= this.#hook('beforeStart')
    const refused = await this.#begun
    if (refused !== undefined) throw await this.#abandon([[ITSELF, refused]], [])
    const closure = graph.closure(wanted)
    const names = this.names.filter((name) => closure.has(name))
    const failures = await this.#startAll(graph, names, { keepGoing, descents })
    await this.#tell({ kind: 'started', names, since })
    if (failures.length > 0 && !keepGoing) throw await this.#abandon(failures, names)
    if (failures.length > 0 || names.some((name) => !isUp(this.#driver(name)))) return this
    if (this.#hooks.getStore() !== undefined) return this // The hook that is under way asked for this start.
    this.#completed ??= this.#hook('afterStart')
    const error = await this.#completed
    if (error !== undefined) throw await this.#abandon([[ITSELF, error]], [])
    return this
  }

  /**
   * Stops all drivers in the reverse order of the graph, as far as they can be stopped.
   *
   * @throws ENVIRONMENT_STOP_FAILED with every failure, when all is down
   */
  async stop(): Promise<void> {
    const running = [...this.#drivers.values()].some(
      (driver) => internals.isBound(driver, this) && driver.state !== 'idle',
    )
    if (this.#graph === undefined && !running) return
    const failures = await this.#takeDown()
    if (failures.length > 0) throw await this.#handled(environmentStopFailed(failures))
  }

  /** Why a driver is not up although it was started: its own failure, or that of a driver that it needs. */
  failure(name: keyof D & string): Error | undefined {
    return isUp(this.#driver(name)) ? undefined : this.#failures.get(name)
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

  /**
   * Replaces the context values in a value, such as the arguments of a program that is no driver, by what they stand
   * for now.
   *
   * @throws UNKNOWN_DRIVER, ATTRIBUTE_UNKNOWN, ATTRIBUTE_NOT_READY when the driver is not up
   */
  async resolve<const T>(value: T): Promise<ResolvedValue<T>> {
    const scope = new EnvironmentScope(undefined, this.#surroundings())
    return (await resolveValue(value, scope)) as ResolvedValue<T>
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #surroundings(): Surroundings {
    const initialContext = () => this.#initialContext
    return {
      drivers: this.#drivers,
      get initialContext() {
        return initialContext()
      },
    }
  }

  #bind(): void {
    const directory = this.#directory
    const surroundings = this.#surroundings()
    for (const [name, driver] of this.#drivers) {
      internals.bind(driver, {
        owner: this,
        name,
        get runpath() {
          return join(directory.path, pathSegment(name))
        },
        get over() {
          return directory.over
        },
        scope: new EnvironmentScope(driver, surroundings),
        onFailure: (error) => this.#driverFailed(name, error),
      })
    }
  }

  #driverFailed(name: string, error: Error): void {
    this.#failed = true
    this.#failures.set(name, error)
    for (const listener of this.#listeners) {
      try {
        listener(name, error)
      } catch (thrown) {
        process.emitWarning(thrown as Error)
      }
    }
  }

  /** Works the dependencies out; a plan that fails leaves nothing behind. */
  async #plan(): Promise<DependencyGraph> {
    await undefined // What throws at once must find the promise of this plan in place.
    const { initialContext, dependencies } = this.#options
    try {
      this.#directory.begin()
      this.#bind()
      this.#initialContext = checkInitialContext(
        typeof initialContext === 'function' ? initialContext() : initialContext,
      )
      await allSucceeded([...this.#drivers.values()].map((driver) => internals.prepare(driver)))
      const scopeOf = internals.scope
      return await planDependencies({ drivers: this.#drivers, dependencies, after: this.#after, scopeOf })
    } catch (error) {
      this.#graph = undefined
      await this.#dispose()
      throw error
    }
  }

  #autoStarted(): readonly string[] {
    return [...this.#drivers].filter(([, driver]) => driver.options.autoStart !== false).map(([name]) => name)
  }

  /** Starts drivers by the graph; gives what keeps some of them from being up. */
  async #startAll(
    graph: DependencyGraph,
    names: readonly string[],
    { keepGoing, descents }: Ascent,
  ): Promise<readonly Failure[]> {
    const failures = new Map<string, unknown>()
    const visit = async (name: string) => {
      if (this.#descents !== descents) failures.set(name, startAborted(name, 'the environment was stopped'))
      if (this.#descents !== descents || (failures.size > 0 && !keepGoing)) return
      const broken = [name, ...graph.before(name)].find(
        (each) => this.failure(each as keyof D & string) !== undefined,
      )
      try {
        if (broken !== undefined) throw this.#failures.get(broken)
        await this.#driver(name).start()
      } catch (error) {
        this.#failures.set(name, error as Error)
        if (broken === undefined || broken === name || !failures.has(broken))
          failures.set(broken ?? name, error)
        if (!keepGoing) for (const other of names) this.#driver(other).abort(`${name} failed to start`)
      }
    }
    await walk({ names, before: (name) => graph.before(name), after: (name) => graph.after(name), visit })
    const own = [...failures].filter(
      ([, error], index) => index === 0 || (error as TestrigError).code !== 'START_ABORTED',
    )
    if (own.length > 0) this.#failed = true
    return own
  }

  /** Stops everything after a start that failed; gives the error that tells all. */
  async #abandon(failures: readonly Failure[], wanted: readonly string[]): Promise<Error> {
    this.#failed = true
    await this.#tell({ kind: 'failed', failures })
    const stopped = this.names.filter((name) => isUp(this.#driver(name)))
    const failed = new Set(failures.map(([name]) => name))
    const notStarted = wanted.filter((name) => !stopped.includes(name) && !failed.has(name))
    const stopFailures = await this.#takeDown()
    return this.#handled(
      environmentStartFailed({ failures: [...failures, ...stopFailures], notStarted, stopped }),
    )
  }

  #takeDown(): Promise<readonly Failure[]> {
    if (this.#goingDown === undefined) this.#descents += 1
    this.#goingDown ??= this.#stopAll().finally(() => {
      this.#goingDown = undefined
    })
    return this.#goingDown
  }

  async #stopAll(): Promise<readonly Failure[]> {
    const failures: Failure[] = []
    const note = (name: string, error: unknown) => {
      if (error !== undefined) failures.push([name, error])
    }
    const graph = await this.graph().catch(() => undefined) // A plan that fails has left nothing.
    if (graph === undefined) return []
    const begun = this.#begun !== undefined
    await this.#begun
    await this.#tell({ kind: 'stopping' })
    if (begun) note(ITSELF, await this.#hook('beforeStop'))
    const visit = async (name: string) => {
      await this.#driver(name)
        .stop()
        .catch((error) => note(name, error))
    }
    await walk({
      names: this.names,
      before: (name) => graph.after(name),
      after: (name) => graph.before(name),
      visit,
    })
    failures.push(...(await this.#dispose()))
    if (begun) note(ITSELF, await this.#hook('afterStop'))
    await this.#tell({ kind: 'stopped', failures })
    await this.#directory.end(this.#failed || failures.length > 0)
    this.#forget()
    return failures
  }

  /** Tells observers, and gives them the time that they take. */
  async #tell(event: EnvironmentEvent): Promise<void> {
    await Promise.all([...this.#observers].map((observer) => observer(event)))
  }

  #forget(): void {
    this.#begun = undefined
    this.#completed = undefined
    this.#graph = undefined
    this.#failed = false
    this.#failures.clear()
  }

  async #dispose(): Promise<readonly Failure[]> {
    const failures: Failure[] = []
    for (const [name, driver] of this.#drivers) {
      if (!internals.isBound(driver, this)) continue
      for (const error of await internals.dispose(driver)) failures.push([name, error])
    }
    return failures
  }

  async #hook(name: 'beforeStart' | 'afterStart' | 'beforeStop' | 'afterStop'): Promise<Error | undefined> {
    try {
      await this.#hooks.run(name, async () => this.#options[name]?.(this))
      return undefined
    } catch (error) {
      return hookFailed(name, error)
    }
  }

  /** Hands an error to the error handler; one that the handler throws does not hide it. */
  async #handled(error: Error): Promise<Error> {
    try {
      await this.#options.errorHandler?.(this, error)
      return error
    } catch (thrown) {
      return handlerFailed(error, thrown)
    }
  }

  #driver(name: string): Driver {
    const driver = this.#drivers.get(name)
    if (driver === undefined) throw unknownDriver(name, this.names)
    return driver
  }

  static {
    environmentInternals = {
      observe: (environment, observer) => {
        environment.#observers.add(observer)
        return () => void environment.#observers.delete(observer)
      },
      drivers: (environment) => environment.#drivers,
      graph: (environment) => environment.#graph,
      givenValues: (environment) => givenValues({ drivers: environment.#drivers, scopeOf: internals.scope }),
    }
  }
}

/** Waits for all, then rejects with the first error. */
async function allSucceeded(works: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(works)) if (result.status === 'rejected') throw result.reason
}
