// Wording of errors while an environment starts and stops; docs/errors.md explains each code.
import { ITSELF } from './environment-events.ts'
import { listNames, reasonOf } from './show.ts'
import { TestrigError } from './testrig-error.ts'

export interface StartOutcome {
  readonly failures: readonly (readonly [name: string, error: unknown])[]
  readonly notStarted: readonly string[]
  readonly stopped: readonly string[]
}

export function environmentStartFailed({ failures, notStarted, stopped }: StartOutcome): TestrigError {
  const lines = failures.map(([, error]) => reasonOf(error))
  if (notStarted.length > 0) lines.push(`Not started because of that: ${listNames(notStarted)}.`)
  if (stopped.length > 0) lines.push(`Stopped again: ${listNames(stopped)}.`)
  const errors = failures.map(([, error]) => error)
  const cause =
    errors.length === 1 ? errors[0] : new AggregateError(errors, `${errors.length} drivers failed to start`)
  return new TestrigError('ENVIRONMENT_START_FAILED', lines.join('\n'), { driver: driverOf(failures), cause })
}

export function environmentStopFailed(
  failures: readonly (readonly [name: string, error: unknown])[],
): TestrigError {
  const errors = failures.map(([, error]) => error)
  const cause =
    errors.length === 1 ? errors[0] : new AggregateError(errors, `${errors.length} failures while stopping`)
  return new TestrigError(
    'ENVIRONMENT_STOP_FAILED',
    failures.map(([, error]) => reasonOf(error)).join('\n'),
    { driver: driverOf(failures), cause },
  )
}

export function hookFailed(hook: string, error: unknown): TestrigError {
  return new TestrigError('HOOK_FAILED', `The environment's hook ${hook} failed: ${reasonOf(error)}`, {
    cause: error,
  })
}

export function startInHook(hook: string): TestrigError {
  return new TestrigError(
    'START_IN_HOOK',
    `start() was called in the environment's hook ${hook}, and each would wait for the other. Call it when stop() is over.`,
  )
}

/** The error that the handler was called with stays the message; what the handler threw is named after it. */
export function handlerFailed(error: Error, thrown: unknown): TestrigError {
  const message = `${error.message}\nThe environment's hook errorHandler failed too: ${reasonOf(thrown)}`
  return new TestrigError((error as TestrigError).code, message, {
    cause: new AggregateError([error, thrown]),
  })
}

/** The driver that failed first; none when it was the environment itself. */
function driverOf([first]: StartOutcome['failures']): string | undefined {
  return first?.[0] === ITSELF ? undefined : first?.[0]
}
