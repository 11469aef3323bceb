import { sharedState } from '@testrig/core'
import type { RunnerTestCase } from 'vitest'
import type { FileTests } from './file-tests.ts'
import type { DriverLogTail, RunningEnvironment } from './running-environment.ts'

const annotated = sharedState('annotated', () => new WeakSet<RunnerTestCase>())

/** Shows at a test that failed for good which of its drivers died, and the last lines of their logs, once. */
export async function showLogs(
  environment: RunningEnvironment | undefined,
  tests: FileTests,
  task: RunnerTestCase,
): Promise<void> {
  if (environment === undefined || task.fails || annotated.has(task) || willRetry(task)) return
  annotated.add(task)
  const told = (task.result?.errors ?? []).map(({ message }) => message).join('\n')
  const texts = await logTexts(environment, tests.usedBy(task), { logLines: tests.logLines(task), told })
  await Promise.allSettled(annotations(task, texts))
}

interface Told {
  readonly logLines: number | undefined
  /** What the errors say already. */
  readonly told: string
}

/** Which of the drivers died, and the last lines of their logs. */
export async function logTexts(
  environment: RunningEnvironment | undefined,
  used: ReadonlySet<string>,
  { logLines, told }: Told,
): Promise<readonly string[]> {
  if (environment === undefined) return []
  const names = environment.closure(used)
  const tails = await environment.logTails(names, logLines, told)
  await environment.endsTold(names)
  const deaths = [...names]
    .map((name) => untold(environment.failure(name), told))
    .filter((text) => text !== undefined)
  return [...deaths, ...tails.map(logText)]
}

/** What became of a driver, if the test failed by what followed of it, such as a request that got no answer. */
function untold(failure: Error | undefined, told: string): string | undefined {
  const [begin = ''] = failure?.message.split('\n') ?? []
  return begin === '' || told.includes(begin) ? undefined : begin
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

/** Whether an attempt that has ended makes its test fail. */
export function failsTest(task: RunnerTestCase): boolean {
  const hasFailed = task.result?.state === 'fail'
  return task.fails ? !hasFailed : hasFailed && !willRetry(task)
}

function willRetry({ retry, result }: RunnerTestCase): boolean {
  // Whether a condition lets a test be retried is known only to Vitest, later.
  const most = typeof retry === 'number' ? retry : retry?.condition === undefined ? (retry?.count ?? 0) : 0
  return (result?.retryCount ?? 0) < most
}

/** A log's last lines, with a heading. */
export function logText({ driver, stream, path, lines }: DriverLogTail): string {
  return [`${driver}: last lines of ${stream} (${path}):`, ...lines.map((line) => `     ${line}`)].join('\n')
}
