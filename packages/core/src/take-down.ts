import { caught } from './caught.ts'
import { polled } from './condition.ts'
import { type StopFailure, stopTimeout } from './errors-lifecycle.ts'
import { type Run, STOP_GRACE } from './run.ts'
import type { StartAttempt } from './start-attempt.ts'
import type { Steps, Subject } from './steps.ts'

export interface Descent {
  readonly steps: Steps
  readonly subject: Subject
  /** The start that is undone. */
  readonly start: StartAttempt
  /** Whether the driver has failed while it was up: whether it is down need then not be asked. */
  readonly crashed: boolean
  /** Takes the phases. */
  readonly run: Run
}

/** Runs all steps of a stop, whatever fails; gives what failed. */
export async function takeDown(descent: Descent): Promise<readonly StopFailure[]> {
  const { steps, subject, start, crashed, run } = descent
  const { label, stopTimeout: limit } = subject
  const { preStop, stopping, stoppedCheck, postStop } = steps
  const failures: StopFailure[] = []
  const step = async (phase: string, work: () => unknown) => {
    for (const error of await caught(() => run.during(phase, work)))
      if (!failures.some((each) => each.error === error)) failures.push({ phase, error }) // A limit ends all steps.
  }
  const release = async () => {
    for (const error of await start.release()) failures.push({ phase: 'release', error })
  }
  run.limit(limit + STOP_GRACE, () => stopTimeout(label, run.phase, limit))
  await step('preStop', preStop)
  await step('stopping', stopping)
  if (!crashed) await step('stoppedCheck', () => polled('stoppedCheck', stoppedCheck).wait(run.signal))
  await release()
  await step('postStop', postStop)
  await release() // What postStop() has acquired.
  run.close()
  run.end()
  return failures
}
