import type { Execution } from './execution.ts'
import type { CasePath, Report } from './report.ts'

/** What can be run by itself: a case, or for a framework that selects no single cases, a suite of them. */
export interface Unit {
  readonly path: CasePath
  /** Whether the program leaves it out unless it is asked for. */
  readonly disabled?: boolean | undefined
  /** Where it is written, as the program tells it. */
  readonly file?: string | undefined
  readonly line?: number | undefined
}

/** How a test framework is asked for its cases, and how it reports on them. */
export interface Framework {
  /** The units that are known from the start, or how the program lists them; else it is one as a whole. */
  readonly listing?: Listing | readonly Unit[] | undefined
  /** Name of the test that stands for the program as a whole, where its cases are not known. */
  readonly title: string
  /** Whether its output tells which unit was running when it crashed; else each that is left is run by itself. */
  readonly tellsRunning: boolean
  /** Whether some units can be run without the others. */
  readonly selects: boolean
  /** Exit code when no case failed. @default 0 */
  readonly exitCode?: number | undefined
  /** How many of these units one process can be asked to run. @default all */
  batchSize?(units: readonly Unit[]): number
  /** Arguments that have the program run units, or all that it has, and report on them into a directory. */
  arguments(units: readonly Unit[] | undefined, directory: string): readonly string[]
  read(execution: Execution, units: readonly Unit[] | undefined): Report | Promise<Report>
}

export interface Listing {
  arguments(directory: string): readonly string[]
  parse(execution: Execution): readonly Unit[] | Promise<readonly Unit[]>
}
