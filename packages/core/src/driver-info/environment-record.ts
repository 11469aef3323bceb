import { type Environment, environmentInternals } from '../environment.ts'
import type { EnvironmentEvent, Failure } from '../environment-events.ts'
import type { DependencyGraph } from '../graph.ts'
import type { GivenValue } from '../plan.ts'
import { now } from '../run.ts'
import { isUp } from '../state.ts'
import type { TestrigError } from '../testrig-error.ts'
import { ConnectionRecord } from './connection-record.ts'
import { criticalPath, type StartWave } from './critical-path.ts'
import { DriverRecord } from './driver-record.ts'
import { lookAt } from './look-at-driver.ts'
import type { Mask } from './mask.ts'
import { mergeEdges } from './merge-edges.ts'
import type { EnvironmentInfo } from './report-data.ts'

/** What is known of one run of an environment, from its first start to its stop. */
export class EnvironmentRecord {
  readonly #environment: Environment
  readonly #logBytes: number
  readonly #connections = new ConnectionRecord()
  readonly #drivers: ReadonlyMap<string, DriverRecord>
  readonly #waves: StartWave[] = []
  readonly #failures = new Set<unknown>()
  #startedAt: number | undefined
  /** How many starts are under way. */
  #starting = 0
  #graph: DependencyGraph | undefined
  #values: Promise<readonly GivenValue[]> = Promise.resolve([])
  #stopStartedAt: number | undefined
  #stoppedAt: number | undefined

  constructor(environment: Environment, logBytes: number) {
    this.#environment = environment
    this.#logBytes = logBytes
    const drivers = environmentInternals.drivers(environment)
    this.#drivers = new Map([...drivers].map(([name, driver]) => [name, new DriverRecord(name, driver)]))
  }

  get isOver(): boolean {
    return this.#stoppedAt !== undefined
  }

  async note(event: EnvironmentEvent): Promise<void> {
    if (event.kind === 'starting') this.#noteBegin()
    else if (event.kind === 'started') await this.#noteStart(event.names, event.since)
    else if (event.kind === 'failed') this.#noteFailures(event.failures)
    else if (event.kind === 'stopping') this.#noteStop()
    else await this.#noteEnd(event.failures)
  }

  /** Looks at the connections of all drivers that are up. */
  async sample(): Promise<void> {
    const at = now()
    const up = [...environmentInternals.drivers(this.#environment)].filter(([, driver]) => isUp(driver.state))
    if (up.length === 0) return
    const sights = await Promise.all(up.map(async ([name, driver]) => [name, await lookAt(driver)] as const))
    this.#connections.add(at, new Map(sights))
  }

  async info(mask: Mask): Promise<Omit<EnvironmentInfo, 'id' | 'scope' | 'files'>> {
    const names = [...this.#drivers.keys()]
    for (const driver of this.#drivers.values()) driver.teach(mask)
    const drivers = [...this.#drivers].map(([name, driver]) =>
      driver.info(this.#connections.driver(name), mask, this.#logBytes),
    )
    const edges = mergeEdges({
      names,
      dependencies: this.#graph?.edges ?? [],
      values: await this.#values,
      links: this.#connections.links,
    })
    const ends = new Set(edges.flatMap(({ from, to }) => [from, to]))
    return {
      startedAt: this.#startedAt ?? now(),
      readyAt: this.#readyAt(),
      ...(this.#stopStartedAt !== undefined && { stopStartedAt: this.#stopStartedAt }),
      ...(this.#stoppedAt !== undefined && { stoppedAt: this.#stoppedAt }),
      drivers: await Promise.all(drivers),
      sampledAt: [...this.#connections.sampledAt],
      externals: [...ends].filter((name) => !this.#drivers.has(name)).map((name) => ({ name })),
      edges,
      criticalPath: criticalPath(this.#waves, this.#graph),
      failures: [...this.#failures].map((failure) => mask.text(String(failure))),
    }
  }

  #noteBegin(): void {
    this.#startedAt ??= now()
    this.#starting += 1
  }

  async #noteStart(names: readonly string[], since: number): Promise<void> {
    this.#starting = Math.max(0, this.#starting - 1) // A stop may have ended it.
    await this.#notePlan()
    const ends = new Map<string, number>()
    for (const name of names) {
      const driver = this.#drivers.get(name) as DriverRecord
      const isNew = driver.startEnd === undefined
      driver.keepStart()
      const end = driver.startEnd
      if (isNew && end !== undefined) ends.set(name, end)
      const failure = this.#environment.failure(name) as Partial<TestrigError> | undefined
      if (failure !== undefined && failure.code !== 'START_ABORTED') this.#failures.add(failure)
    }
    if (ends.size > 0) this.#waves.push({ since, ends })
  }

  async #notePlan(): Promise<void> {
    if (this.#graph !== undefined) return
    this.#graph = await environmentInternals.graph(this.#environment)?.catch(() => undefined)
    if (this.#graph === undefined) return
    this.#values = environmentInternals.givenValues(this.#environment).catch(() => [])
  }

  #noteFailures(failures: readonly Failure[]): void {
    for (const [, error] of failures) this.#failures.add(error)
  }

  #noteStop(): void {
    this.#stopStartedAt = now()
    for (const driver of this.#drivers.values()) driver.keepLook()
  }

  async #noteEnd(failures: readonly Failure[]): Promise<void> {
    this.#noteFailures(failures)
    this.#starting = 0
    this.#stoppedAt = now()
    await Promise.all([...this.#drivers.values()].map((driver) => driver.keepEnd(this.#logBytes)))
    await this.#values
  }

  #readyAt(): number {
    if (this.#starting > 0 || this.#startedAt === undefined) return now()
    return Math.max(this.#startedAt, ...this.#waves.flatMap(({ ends }) => [...ends.values()]))
  }
}
