import type { Answer, Condition } from './condition.ts'
import type { StartLogs } from './start-logs.ts'

export type Step<T = void> = () => T | Promise<T>

/** What a driver does at each step of its life; methods and hooks of the options are already joined. */
export interface Steps {
  readonly prepare: Step
  readonly resolve: Step
  readonly preStart: Step
  /** The driver's logs, with the watches on them: lines count from now on. */
  readonly logs: () => StartLogs
  readonly starting: Step
  readonly conditions: () => readonly Condition[]
  readonly startedCheck: Step<Answer>
  readonly postStart: Step
  readonly hasEnded: () => boolean
  readonly preStop: Step
  readonly stopping: Step
  readonly stoppedCheck: Step<Answer>
  readonly postStop: Step
  readonly aborting: Step
}

/** What reports and clocks need to know of the driver as it is now. */
export interface Subject {
  readonly label: string
  readonly name: string
  readonly startTimeout: number
  readonly stopTimeout: number
  readonly extracts: Readonly<Record<string, string>>
  /** The driver's directory when it was used. */
  readonly directory: string | undefined
  readonly diagnose: Step<readonly string[]>
  /** How many last lines of each log errors show. */
  readonly errorLogLines: number
}
