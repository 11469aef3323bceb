import type { Binding } from './binding.ts'
import type { Scope } from './context-value.ts'
import type { Driver } from './driver.ts'
import type { LogFiles } from './log-files.ts'
import type { LateOption } from './options.ts'

/** What the environment may do with a driver and others may not. */
export interface DriverInternals {
  /** @throws DRIVER_SHARED when the driver runs in another environment */
  refuseShared(driver: Driver, owner: object): void
  /** Binds a driver that does not run. */
  bind(driver: Driver, binding: Binding): void
  isBound(driver: Driver, owner: object): boolean
  /** Whether it is up, or on its way, or holds what it has reserved. */
  isInUse(driver: Driver): boolean
  prepare(driver: Driver): Promise<void>
  dispose(driver: Driver): Promise<unknown[]>
  knownBeforeStart(driver: Driver, path: readonly string[]): boolean
  lateOptions(driver: Driver): readonly LateOption[]
  label(driver: Driver): string
  scope(driver: Driver): Scope
  logFiles(driver: Driver): LogFiles
  runningProgram(driver: Driver): Promise<RunningProgram | undefined>
  /** Undefined when the driver is not up, or what it drives has not ended. */
  endTold(driver: Driver): Promise<void> | undefined
}

/** The program that a driver runs, for reports. */
export interface RunningProgram {
  /** The program and its arguments. */
  readonly command: readonly string[]
  /** Ids of its process and of all that it has started. */
  readonly pids: readonly number[]
}
