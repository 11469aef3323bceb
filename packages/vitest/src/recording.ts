import { randomUUID } from 'node:crypto'
import type { Environment } from '@testrig/core'
import type { DriverInfoRecorder, EnvironmentInfo } from '@testrig/core/driver-info'
import { inject } from 'vitest'
import {
  DRIVER_INFO_KEY,
  DRIVER_INFO_VARIABLE,
  driverInfoOptions,
  type RecordingSettings,
} from './driver-info-options.ts'
import { textOf, variableWithoutPlugin } from './errors.ts'
import type { FixtureScope } from './fixture-options.ts'

/** Looks at connections take this part of the time at most, beside those after the start and before the stop. */
const SHARE = 0.1

/** Whether driver info is on for the tests of this worker. */
export function isRecorded(): boolean {
  return recordingSettings() !== undefined
}

function recordingSettings(): RecordingSettings | undefined {
  return inject(DRIVER_INFO_KEY as never) as RecordingSettings | undefined
}

/** The driver info of an environment of this worker. */
export class Recording {
  /** Tells the environment from all others. */
  readonly id: string
  readonly #recorder: DriverInfoRecorder
  #restsUntil = 0

  /** Records an environment that is about to start; undefined when driver info is off. */
  static async of(environment: Environment, scope: FixtureScope): Promise<Recording | undefined> {
    const settings = recordingSettings()
    if (settings === undefined) return warnOfVariable()
    const { recordDriverInfo } = await import('@testrig/core/driver-info')
    const id = randomUUID()
    return new Recording(id, recordDriverInfo(environment, { id, scope, ...settings }))
  }

  private constructor(id: string, recorder: DriverInfoRecorder) {
    this.id = id
    this.#recorder = recorder
  }

  /** Looks at the connections in the background, unless that was done a short while ago. */
  sample(): void {
    const begin = performance.now()
    if (begin < this.#restsUntil) return
    this.#restsUntil = Number.POSITIVE_INFINITY
    const rest = () => {
      const end = performance.now()
      this.#restsUntil = end + (end - begin) * (1 / SHARE - 1)
    }
    this.#recorder.sample().then(rest, rest)
  }

  /** What is known of the environment; undefined when that cannot be told, which fails no test. */
  async info(): Promise<EnvironmentInfo | undefined> {
    try {
      return await this.#recorder.info()
    } catch (error) {
      process.stderr.write(`testrig: driver info was not recorded\n${textOf(error)}\n`)
      return undefined
    }
  }
}

let warned = false

function warnOfVariable(): undefined {
  if (warned || driverInfoOptions(undefined) === undefined) return
  warned = true
  process.stderr.write(`testrig: ${variableWithoutPlugin(DRIVER_INFO_VARIABLE)}\n`)
}
