import type { RunnerTestCase } from 'vitest'
import type { DriverLogTail, RunningEnvironment } from './running-environment.ts'

export interface LogAnnotation {
  readonly task: RunnerTestCase
  readonly environment: RunningEnvironment
  /** Drivers that the test uses. */
  readonly names: Iterable<string>
  readonly logLines: number | undefined
}

const annotated = new WeakSet<RunnerTestCase>()

/** Shows at a test that failed for good the last lines of its drivers' logs, once. */
export async function annotateLogs({ task, environment, names, logLines }: LogAnnotation): Promise<void> {
  if (task.fails || annotated.has(task) || willRetry(task)) return
  annotated.add(task)
  const tails = await environment.logTails(environment.closure(names), logLines)
  await Promise.allSettled(annotations(task, tails.map(textOf)))
}

/** Vitest refuses to annotate a test that is marked as failed: it is unmarked for the moment of the call. */
function annotations(task: RunnerTestCase, texts: readonly string[]): Promise<unknown>[] {
  const { result } = task
  if (result === undefined) return []
  const { state } = result
  result.state = 'run'
  try {
    return texts.map((text) => task.context.annotate(text, 'driver log'))
  } finally {
    result.state = state
  }
}

function willRetry({ retry, result }: RunnerTestCase): boolean {
  // Whether a condition lets a test be retried is known only to Vitest, later.
  const most = typeof retry === 'number' ? retry : retry?.condition === undefined ? (retry?.count ?? 0) : 0
  return (result?.retryCount ?? 0) < most
}

function textOf({ driver, stream, path, lines }: DriverLogTail): string {
  return [`${driver}: last lines of ${stream} (${path}):`, ...lines.map((line) => `  ${line}`)].join('\n')
}
