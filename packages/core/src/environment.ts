import { caught } from './caught.ts'
import { keepCompiled } from './code-cache.ts'
import type { Driver } from './driver.ts'
import { internals } from './driver.ts'
import { DriverFailures } from './driver-failures.ts'
import { DriverGroup } from './driver-group.ts'
import type { Drivers } from './environment-definition.ts'
import { EnvironmentDirectory } from './environment-directory.ts'
import {
  type EnvironmentEvent,
  type EnvironmentInternals,
  type EnvironmentObserver,
  type Failure,
  ITSELF,
} from './environment-events.ts'
import { EnvironmentHooks } from './environment-hooks.ts'
import { type EnvironmentOptions, initialContextOf } from './environment-options.ts'
import { inPlace } from './errors-context.ts'
import { environmentStartFailed, environmentStopFailed, startInHook } from './errors-environment.ts'
import { startAborted } from './errors-lifecycle.ts'
import { DependencyGraph } from './graph.ts'
import { type ResolvedValue, resolveValue } from './options.ts'
import { givenValues, planDependencies } from './plan.ts'
import { now } from './run.ts'
import { startDrivers } from './start-drivers.ts'
import { isUp } from './state.ts'
import { stopDrivers } from './stop-drivers.ts'
import { driverVariables } from './variables.ts'

export interface StartOptions<Name extends string = string> {
  /** The drivers to start, with all that they need. @default those whose `autoStart` is not false */
  readonly only?: Iterable<Name>
  /** Lets drivers that do not need a failed one go on; ask `failure(name)` for what failed. @default false */
  readonly keepGoing?: boolean
}

/** Set when this module is loaded. */
export let environmentInternals: EnvironmentInternals

/** A group of drivers at work: starts them by their dependencies, wires them, and stops them in reverse. */
export class Environment<D extends Drivers = Drivers> {
  /** The drivers by name. */
  readonly drivers: D
  readonly #options: EnvironmentOptions
  readonly #after: ReadonlyMap<string, readonly string[]>
  readonly #directory: EnvironmentDirectory
  readonly #group: DriverGroup
  readonly #hooks: EnvironmentHooks
  readonly #failures = new DriverFailures()
  readonly #observers = new Set<EnvironmentObserver>()
  #graph: Promise<DependencyGraph> | undefined
  /** The hooks of the start, each run once. */
  #begun: Promise<Error | undefined> | undefined
  #completed: Promise<Error | undefined> | undefined
  #goingDown: Promise<readonly Failure[]> | undefined
  /** Counts the ways down: a start that one overtakes starts no further driver. */
  #descents = 0
  /** Whether something has failed, so that directories are kept. */
  #failed = false

  constructor(
    drivers: ReadonlyMap<string, Driver>,
    options: EnvironmentOptions,
    after: ReadonlyMap<string, readonly string[]>,
  ) {
    this.#options = options
    this.#after = after
    this.#directory = new EnvironmentDirectory(options)
    this.#group = new DriverGroup(drivers, {
      owner: this,
      directory: this.#directory,
      onFailure: (name, error) => this.#driverFailed(name, error),
    })
    this.#hooks = new EnvironmentHooks(this, options)
    this.drivers = Object.freeze(Object.fromEntries(drivers)) as unknown as D
    this.#group.bind()
  }

  get names(): readonly string[] {
    return this.#group.names
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
    if (this.#awaitsCaller) throw startInHook(this.#hooks.current as string)
    while (this.#goingDown !== undefined) await this.#goingDown
    const [descents, since] = [this.#descents, now()]
    const isOvertaken = () => this.#descents !== descents
    const wanted = only === undefined ? this.#group.autoStarted : [...only]
    for (const name of wanted) inPlace('start({ only })', undefined, () => this.#group.get(name))
    const graph = await this.#begin(since)
    const closure = graph.closure(wanted)
    const names = this.names.filter((name) => closure.has(name))
    const [group, known] = [this.#group, this.#failures]
    const failures = await startDrivers({ group, graph, names, known, keepGoing, isOvertaken })
    await this.#tell({ kind: 'started', names, since })
    const isUpNow = failures.length === 0 && names.every((name) => isUp(group.get(name).state))
    if (isUpNow && !isOvertaken()) await this.#complete()
    if (failures.length > 0) this.#noteFailed()
    if (keepGoing) return this
    if (failures.length > 0) throw await this.#abandon(failures, names)
    if (isOvertaken()) throw await this.#abandon([[ITSELF, startAborted(ITSELF, 'stop() was called')]], [])
    return this
  }

  /**
   * Stops all drivers in the reverse order of the graph, as far as they can be stopped.
   *
   * @throws ENVIRONMENT_STOP_FAILED with every failure, when all is down
   */
  async stop(): Promise<void> {
    if (this.#awaitsCaller) return // It is under way, and waits for the hook that calls.
    const failures = await this.#takeDown()
    if (failures.length > 0) throw await this.#hooks.handled(environmentStopFailed(failures))
  }

  /** Why a driver is not up although it was started: its own failure, or that of a driver that it needs. */
  failure(name: keyof D & string): Error | undefined {
    return isUp(this.#group.get(name).state) ? undefined : this.#failures.get(name)
  }

  /** Calls back when a driver that had started fails; gives a function that ends this. */
  onDriverFailure(listener: (name: string, error: Error) => void): () => void {
    return this.#failures.listen(listener)
  }

  /** Has the drivers' directories kept, as after a failed start. */
  markFailed(): void {
    this.#failed = true
  }

  /** What the drivers publish as environment variables, `DRIVER_<NAME>_ATTR_<ATTRIBUTE>`. */
  variables(): Record<string, string> {
    const all = [...this.#group.drivers].map(([name, driver]) => driverVariables(name, driver))
    return Object.assign({}, ...all)
  }

  /**
   * Replaces the context values in a value, such as the arguments of a program that is no driver, by what they stand
   * for now.
   *
   * @throws UNKNOWN_DRIVER, ATTRIBUTE_UNKNOWN, ATTRIBUTE_NOT_READY when the driver is not up
   */
  async resolve<const T>(value: T): Promise<ResolvedValue<T>> {
    return (await resolveValue(value, this.#group.scope())) as ResolvedValue<T>
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #driverFailed(name: string, error: Error): void {
    this.#failed = true
    this.#failures.report(name, error)
  }

  /** Plans the start and runs its first hook, once. */
  async #begin(since: number): Promise<DependencyGraph> {
    void this.#tell({ kind: 'starting' })
    const graph = await this.graph().catch(async (error) => {
      await this.#tell({ kind: 'started', names: [], since })
      await this.#tell({ kind: 'failed', failures: [[ITSELF, error]] })
      throw await this.#hooks.handled(error)
    })
    this.#begun ??= this.#hooks.run('beforeStart')
    if (this.#hooks.current === 'beforeStart') return graph // The hook that is under way asked for this start.
    const error = await this.#begun
    if (error !== undefined) throw await this.#abandon([[ITSELF, error]], [])
    return graph
  }

  /** Runs the last hook of the start, once. */
  async #complete(): Promise<void> {
    if (this.#hooks.current !== undefined) return // The hook that is under way asked for this start.
    this.#completed ??= this.#hooks.run('afterStart')
    const error = await this.#completed
    if (error !== undefined) throw await this.#abandon([[ITSELF, error]], [])
  }

  /** Whether the way down waits for the hook that calls. */
  get #awaitsCaller(): boolean {
    const { current } = this.#hooks
    return this.#goingDown !== undefined && current !== undefined && current !== 'afterStart'
  }

  #noteFailed(): void {
    if (this.#graph !== undefined) this.#failed = true // A failure that a stop has overtaken is not one of the next start.
  }

  /** Works the dependencies out; a plan that fails leaves nothing behind. */
  async #plan(): Promise<DependencyGraph> {
    await undefined // What throws at once must find the promise of this plan in place.
    const { initialContext, dependencies } = this.#options
    try {
      this.#directory.begin()
      this.#group.bind()
      this.#group.initialContext = initialContextOf(initialContext)
      await this.#group.prepare()
      const { drivers } = this.#group
      return await planDependencies({ drivers, dependencies, after: this.#after, scopeOf: internals.scope })
    } catch (error) {
      this.#graph = undefined
      await this.#group.dispose()
      throw error
    }
  }

  /** Stops everything after a start that failed; gives the error that tells all. */
  async #abandon(failures: readonly Failure[], wanted: readonly string[]): Promise<Error> {
    this.#noteFailed()
    await this.#tell({ kind: 'failed', failures })
    const stopped = this.names.filter((name) => isUp(this.#group.get(name).state))
    const failed = new Set(failures.map(([name]) => name))
    const notStarted = wanted.filter((name) => !stopped.includes(name) && !failed.has(name))
    const stopFailures = await this.#takeDown()
    return this.#hooks.handled(
      environmentStartFailed({ failures: [...failures, ...stopFailures], notStarted, stopped }),
    )
  }

  #takeDown(): Promise<readonly Failure[]> {
    if (this.#goingDown !== undefined) return this.#goingDown
    if (this.#graph === undefined && !this.#group.isInUse) return this.#endDirectory(this.#failed)
    this.#descents += 1
    this.#goingDown = this.#stopAll().finally(() => {
      this.#goingDown = undefined
    })
    return this.#goingDown
  }

  async #stopAll(): Promise<readonly Failure[]> {
    const failures: Failure[] = []
    const note = (error: Error | undefined) => {
      if (error !== undefined) failures.push([ITSELF, error])
    }
    const graph = await this.graph().catch(() => undefined)
    if (graph === undefined && !this.#group.isInUse) return this.#endDirectory(this.#failed) // A plan that fails leaves what was started by hand.
    const begun = this.#begun !== undefined
    if (this.#hooks.current !== 'beforeStart') await this.#begun
    await this.#tell({ kind: 'stopping' })
    if (begun) note(await this.#hooks.run('beforeStop'))
    failures.push(...(await stopDrivers(this.#group, graph ?? new DependencyGraph(this.names))))
    failures.push(...(await this.#group.dispose()))
    if (begun) note(await this.#hooks.run('afterStop'))
    await this.#tell({ kind: 'stopped', failures })
    failures.push(...(await this.#endDirectory(this.#failed || failures.length > 0)))
    if (this.#completed !== undefined) keepCompiled()
    this.#forget()
    return failures
  }

  async #endDirectory(failed: boolean): Promise<readonly Failure[]> {
    return (await caught(() => this.#directory.end(failed))).map((error) => [ITSELF, error])
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

  static {
    environmentInternals = {
      observe: (environment, observer) => {
        environment.#observers.add(observer)
        return () => void environment.#observers.delete(observer)
      },
      drivers: (environment) => environment.#group.drivers,
      graph: (environment) => environment.#graph,
      givenValues: (environment) =>
        givenValues({ drivers: environment.#group.drivers, scopeOf: internals.scope }),
    }
  }
}
