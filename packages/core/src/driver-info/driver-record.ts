import { attributes, type PlainValue } from '../attributes.ts'
import { type Driver, internals } from '../driver.ts'
import type { Timeline } from '../lifecycle.ts'
import { distinctFiles } from '../log-files.ts'
import type { DriverState } from '../state.ts'
import type { SeenDriver } from './connection-record.ts'
import type { Mask } from './mask.ts'
import { type LogEnd, readLogEnd } from './read-log-end.ts'
import type { DriverInfo } from './report-data.ts'

interface Log extends LogEnd {
  readonly stream: string
  readonly path: string
}

interface Look {
  readonly state: DriverState
  readonly failure: string | undefined
  readonly attributes: Readonly<Record<string, PlainValue>>
  readonly command: readonly string[] | undefined
}

/** What is known of one driver in one run. */
export class DriverRecord {
  readonly #name: string
  readonly #driver: Driver
  #look: Look | undefined
  #start: Timeline | undefined
  #stop: Timeline['stop'] = []
  #logs: readonly Log[] | undefined

  constructor(name: string, driver: Driver) {
    this.#name = name
    this.#driver = driver
  }

  /** When the start that was recorded was over. */
  get startEnd(): number | undefined {
    return this.#start?.start.at(-1)?.end
  }

  /** Keeps what the start of the environment took, whatever restarts follow. */
  keepStart(): void {
    this.#start ??= this.#driver.timeline
  }

  /** Keeps what is gone when the driver is down. */
  keepLook(): void {
    this.#look = this.#now()
  }

  /** Keeps what is gone when its directory is. */
  async keepEnd(logBytes: number): Promise<void> {
    this.keepStart()
    this.#stop = this.#driver.timeline.stop
    this.#logs = await this.#readLogs(logBytes)
  }

  teach(mask: Mask): void {
    mask.learn(this.#driver.options)
    mask.learn((this.#look ?? this.#now()).attributes)
  }

  async info(seen: SeenDriver, mask: Mask, logBytes: number): Promise<DriverInfo> {
    const { state, failure, attributes: published, command } = this.#look ?? this.#now()
    const { start, conditions } = this.#start ?? this.#driver.timeline
    const logs = this.#logs ?? (await this.#readLogs(logBytes))
    const ran = seen.command ?? command
    return {
      name: this.#name,
      className: this.#driver.constructor.name,
      state,
      ...(failure !== undefined && { failure: mask.text(failure) }),
      attributes: mask.value(published) as DriverInfo['attributes'],
      ...(ran !== undefined && { command: mask.arguments(ran) }),
      ...(seen.pids.size > 0 && { pids: [...seen.pids] }),
      listening: [...seen.listening].toSorted(),
      problems: [...seen.problems].map((problem) => mask.text(problem)),
      start: [...start],
      conditions: [...conditions],
      stop: [...this.#stop],
      logs: logs.map((log) => ({ ...log, text: mask.log(log.text) })),
    }
  }

  /** Of a driver that nobody started nothing is read: that would make its directories. */
  #now(): Look {
    const { state, failure } = this.#driver
    const published = state === 'idle' ? {} : attributes(this.#driver)
    const shown = failure === undefined ? undefined : String(failure)
    return { state, failure: shown, attributes: published, command: commandIn(published) }
  }

  async #readLogs(bytes: number): Promise<readonly Log[]> {
    const logs = this.#logFiles().map(async ([stream, path]) => {
      const end = await readLogEnd(path, bytes).catch(() => undefined)
      return end === undefined ? [] : [{ stream, path, ...end }]
    })
    return (await Promise.all(logs)).flat()
  }

  #logFiles(): ReturnType<typeof distinctFiles> {
    if (this.#driver.state === 'idle') return []
    try {
      return distinctFiles(internals.logFiles(this.#driver))
    } catch {
      return [] // A path that depends on a context value which was never resolved.
    }
  }
}

/** Of a program that has ended, only what the driver publishes tells the command. */
function commandIn({ cmd }: Readonly<Record<string, PlainValue>>): readonly string[] | undefined {
  return Array.isArray(cmd) && cmd.length > 0 && cmd.every((each) => typeof each === 'string')
    ? cmd
    : undefined
}
