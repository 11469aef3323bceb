import {
  type DependencyGraph,
  type Driver,
  type Environment,
  type EnvironmentDefinition,
  endsTold,
  watchSlowStart,
} from '@testrig/core'
import type { RunnerTestCase, RunnerTestFile } from 'vitest'
import { endWithVitest } from './end-with-vitest.ts'
import { oneError } from './errors.ts'
import type { FixtureScope } from './fixture-options.ts'
import { Recording } from './recording.ts'
import { shownError } from './shown-error.ts'
import { tellEnvironment, tellUse } from './task-meta.ts'

type LogTail = Awaited<ReturnType<Driver['logTails']>>[number]

/** The last lines of one log of a driver. */
export interface DriverLogTail extends LogTail {
  readonly driver: string
}

/** An environment whose drivers start when they are asked for; failures are kept for those who need the driver. */
export class RunningEnvironment {
  readonly #definition: EnvironmentDefinition
  readonly #scope: FixtureScope | undefined
  readonly #starts = new Map<string, Promise<void>>()
  /** Deaths of drivers that no test has failed by. */
  readonly #untold = new Map<string, Error>()
  /** Ends the notes of deaths. */
  #forgetDeaths = () => {}
  #created: Promise<Environment> | undefined
  #environment: Environment | undefined
  #recording: Recording | undefined
  #graph: DependencyGraph | undefined
  #error: Error | undefined
  #stopping: Promise<void> | undefined

  /** @param scope how long it lives; driver info records no environment without one */
  constructor(definition: EnvironmentDefinition, scope?: FixtureScope) {
    this.#definition = definition
    endWithVitest()
    this.#scope = scope
  }

  /** Starts drivers and what they need, in parallel, each once; never throws. */
  async start(names: Iterable<string>): Promise<void> {
    const wanted = [...names]
    const missing = wanted.filter((name) => !this.#starts.has(name))
    if (missing.length > 0) {
      const starting = this.#start(missing)
      for (const name of missing) this.#starts.set(name, starting)
    }
    await Promise.all(wanted.map((name) => this.#starts.get(name)))
  }

  /** The driver, started. @throws what kept it from starting */
  async driver(name: string): Promise<Driver> {
    await this.start([name])
    const failure = this.failure(name)
    if (failure !== undefined) throw failure
    return (this.#environment as Environment).drivers[name] as Driver
  }

  /** The environment itself, also when no driver was asked for. @throws what kept it from being made */
  async running(): Promise<Environment> {
    if (this.#environment === undefined) await this.#start([])
    if (this.#error !== undefined) throw this.#error
    return this.#environment as Environment
  }

  /** Why a driver is not up: its start failed, or it died. */
  failure(name: string): Error | undefined {
    if (this.#error !== undefined) return this.#error
    this.#untold.delete(name)
    const state = this.#environment?.drivers[name]?.state
    return state === 'started' || state === 'paused'
      ? undefined
      : shownError(this.#environment?.failure(name))
  }

  /** The drivers with all that they need, and those whose addresses they are given. */
  closure(names: Iterable<string>): ReadonlySet<string> {
    return this.#graph?.closureWithKnown(names) ?? new Set(names)
  }

  /** Calls back when one of the drivers dies. */
  onDeath(names: ReadonlySet<string>, listener: (error: Error) => void): () => void {
    const listen = (name: string, error: Error) => {
      if (!names.has(name)) return
      this.#untold.delete(name)
      listener(shownError(error))
    }
    return this.#environment?.onDriverFailure(listen) ?? (() => {})
  }

  /** Waits until it is known why drivers have ended that are about to be told as up. */
  async endsTold(names: Iterable<string>): Promise<void> {
    const { drivers = {} } = this.#environment ?? {}
    await endsTold([...names].map((name) => drivers[name]).filter((driver) => driver !== undefined))
  }

  /** The last lines of the drivers' logs, but for those that are told already: by default in the driver's failure. */
  async logTails(
    names: Iterable<string>,
    lines: number | undefined,
    told?: string,
  ): Promise<DriverLogTail[]> {
    if (this.#environment === undefined || this.#stopping !== undefined) return []
    const { drivers } = this.#environment
    const tails = [...names].map(async (driver) => {
      if (drivers[driver] === undefined || drivers[driver].state === 'idle') return []
      const shown = told ?? this.failure(driver)?.message ?? ''
      const found = await drivers[driver].logTails(lines)
      return found.filter(({ path }) => !shown.includes(path)).map((tail) => ({ driver, ...tail }))
    })
    return (await Promise.all(tails)).flat()
  }

  /**
   * Stops all drivers; after a failure their directories are kept.
   *
   * @throws ENVIRONMENT_STOP_FAILED, or why a driver has died, if no test was there to fail by it
   */
  stop(failed: boolean): Promise<void> {
    if (failed) this.#environment?.markFailed()
    this.#recording?.end()
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  /** Tells, with a test that is about to run, which drivers it uses, also through others. */
  tellUse(task: RunnerTestCase, direct: ReadonlySet<string>): void {
    if (this.#recording === undefined || direct.size === 0) return
    const used = this.closure(direct)
    const names = this.#environment?.names.filter((name) => used.has(name)) ?? []
    tellUse(task, this.#recording.id, names)
  }

  /** Looks at the connections in the background while a test runs; gives a function that says that it has ended. */
  watchTest(): () => void {
    return this.#recording?.watchTest() ?? (() => {})
  }

  /** Tells, with a file, what is known of the environment. */
  async tell(file: RunnerTestFile): Promise<void> {
    const info = await this.#recording?.info()
    if (info !== undefined) tellEnvironment(file, info)
  }

  async #create(): Promise<Environment> {
    const environment = this.#definition.create()
    if (this.#scope !== undefined) this.#recording = await Recording.of(environment, this.#scope)
    this.#forgetDeaths = environment.onDriverFailure((name, error) => void this.#untold.set(name, error))
    this.#environment = environment
    return environment
  }

  async #stop(): Promise<void> {
    const environment = this.#environment
    if (environment === undefined) return
    await this.endsTold(environment.names)
    this.#forgetDeaths() // What ends from now on can do so because of the stop.
    const stopped = await environment.stop().catch((error: Error) => error)
    const errors = [...this.#untold.values(), ...(stopped === undefined ? [] : [stopped])]
    if (errors.length > 0) throw oneError(errors.map((error) => shownError(error)))
  }

  async #start(names: readonly string[]): Promise<void> {
    let watched: (() => void) | undefined
    try {
      this.#created ??= this.#create()
      const environment = await this.#created
      watched = watchSlowStart(environment)
      this.#graph ??= await environment.graph().catch(() => undefined) // The start tells what is wrong.
      await environment.start({ only: [...this.closure(names)], keepGoing: true })
    } catch (error) {
      this.#error ??= shownError(error as Error, (driver) => this.#definition.siteOf(driver))
    } finally {
      watched?.()
    }
  }
}
