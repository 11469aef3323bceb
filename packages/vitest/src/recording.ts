import { performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
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

/** While tests run, looks at connections take this part of the time at most. */
const SHARE = 0.25
/** Milliseconds between two looks at least. */
const LEAST_REST = 10

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
  #tests = 0
  #looking: Promise<void> | undefined
  #isOver = false

  /** Records an environment that is about to start; undefined when driver info is off. */
  static async of(environment: Environment, scope: FixtureScope): Promise<Recording | undefined> {
    const settings = recordingSettings()
    if (settings === undefined) return warnOfVariable()
    const { recordDriverInfo } = await import('@testrig/core/driver-info')
    const id = crypto.randomUUID() // The module of that name takes 6 ms to load, which those without driver info would pay.
    return new Recording(id, recordDriverInfo(environment, { id, scope, ...settings }))
  }

  private constructor(id: string, recorder: DriverInfoRecorder) {
    this.id = id
    this.#recorder = recorder
  }

  /** Looks at the connections in the background while a test runs; gives a function that says that it has ended. */
  watchTest(): () => void {
    this.#tests += 1
    this.#looking ??= this.#look()
    return () => {
      this.#tests -= 1
    }
  }

  /** Ends the looks in the background, also for tests that were given up. */
  end(): void {
    this.#isOver = true
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

  async #look(): Promise<void> {
    while (this.#tests > 0 && !this.#isOver) {
      const begin = performance.now()
      await this.#recorder.sample()
      const cost = performance.now() - begin
      await setTimeout(Math.max(LEAST_REST, cost * (1 / SHARE - 1)), undefined, { ref: false })
    }
    this.#looking = undefined
  }
}

let warned = false

function warnOfVariable(): undefined {
  if (warned || driverInfoOptions(undefined) === undefined) return
  warned = true
  process.stderr.write(`testrig: ${variableWithoutPlugin(DRIVER_INFO_VARIABLE)}\n`)
}
