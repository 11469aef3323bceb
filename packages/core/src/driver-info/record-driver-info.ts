import { type Environment, environmentInternals } from '../environment.ts'
import type { EnvironmentEvent } from '../environment-events.ts'
import { EnvironmentRecord } from './environment-record.ts'
import { Mask, type MaskOptions } from './mask.ts'
import type { EnvironmentInfo } from './report-data.ts'

export interface RecordOptions {
  /** Tells the environment from all others; further runs of it get `-2`, `-3` and so on. @default a random UUID for each run */
  readonly id?: string | undefined
  /** How long the environment lives. */
  readonly scope: EnvironmentInfo['scope']
  /** What is masked; `false` masks nothing. @default values and texts whose names look like those of secrets */
  readonly mask?: MaskOptions | false | undefined
  /** So much of each log is kept, from its end, in bytes. @default 65536 */
  readonly logBytes?: number | undefined
}

/** Records how the drivers of an environment are connected, when they started and what they logged. */
export class DriverInfoRecorder {
  readonly #environment: Environment
  readonly #options: RecordOptions
  readonly #end: () => void
  #runs = 0
  #id: string
  #record: EnvironmentRecord
  #sampling: Promise<void> | undefined

  constructor(environment: Environment, options: RecordOptions) {
    this.#environment = environment
    this.#options = options
    this.#id = this.#newId()
    this.#record = this.#newRecord()
    this.#end = environmentInternals.observe(environment, (event) => this.#on(event))
  }

  /** Looks at the connections now, and adds what is new to what earlier looks have seen. Calls at the same time share one look. */
  sample(): Promise<void> {
    this.#sampling ??= this.#record.sample().finally(() => {
      this.#sampling = undefined
    })
    return this.#sampling
  }

  /** What is known of the run under way, or else of the last one: also while it starts, and when it has failed. */
  async info(): Promise<EnvironmentInfo> {
    const { scope, mask } = this.#options
    const known = await this.#record.info(new Mask(mask))
    return { id: this.#id, scope, files: [], ...known }
  }

  /** Ends the recording; `info` gives what is known by then. */
  close(): void {
    this.#end()
  }

  async #on(event: EnvironmentEvent): Promise<void> {
    if (event.kind === 'starting' && this.#record.isOver) {
      this.#id = this.#newId()
      this.#record = this.#newRecord()
    }
    if (event.kind === 'stopping') {
      await this.#sampling
      await this.sample()
    }
    await this.#record.note(event)
    if (event.kind === 'started') void this.sample() // The start does not wait for it.
  }

  #newRecord(): EnvironmentRecord {
    return new EnvironmentRecord(this.#environment, this.#options.logBytes ?? 65_536)
  }

  #newId(): string {
    this.#runs += 1
    const { id } = this.#options
    if (id === undefined) return crypto.randomUUID()
    return this.#runs === 1 ? id : `${id}-${this.#runs}`
  }
}

/**
 * Records an environment from now on: call it before the start. It looks at the connections after each start and before
 * the stop by itself.
 */
export function recordDriverInfo(environment: Environment, options: RecordOptions): DriverInfoRecorder {
  return new DriverInfoRecorder(environment, options)
}
