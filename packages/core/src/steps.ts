import type { Answer, Condition } from './condition.ts'
import type { LogTail } from './log-tail.ts'
import type { LogWatch } from './log-watch.ts'

export type Step<T = void> = () => T | Promise<T>

/** What a driver does at each step of its life; methods and hooks of the options are already joined. */
export interface Steps {
  readonly prepare: Step
  readonly resolve: Step
  readonly preStart: Step
  /** The watches on the driver's logs, which count lines from now on. */
  readonly watches: () => readonly LogWatch[]
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
  readonly logTails: () => Promise<readonly LogTail[]>
}
