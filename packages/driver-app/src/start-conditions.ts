import { type Answer, type Condition, polled, type Resolved, show } from '@testrig/core'
import type { AppDefaults, AppOptions } from './app-options.ts'
import { conditionOf } from './conditions/condition-of.ts'
import type { ProgramView } from './conditions/program-view.ts'
import type { Execution } from './execution.ts'
import type { Ports } from './ports.ts'
import type { LogReadiness, Readiness } from './readiness.ts'
import { settledCondition } from './settled.ts'

/** The options of `readiness` as conditions; made before the program starts. */
export function declaredConditions(
  readiness: readonly Readiness[],
  driver: object,
  program: ProgramView,
): readonly Condition[] {
  return readiness.map((each) =>
    typeof each === 'function'
      ? polled(each.name || 'a function of readiness', async () => answerOf(await each(driver as never)))
      : conditionOf(each, program),
  )
}

/** What a function answers; anything else would be waited for in vain, and not be told. */
function answerOf(given: unknown): Answer {
  if (typeof given === 'boolean' || typeof given === 'string') return given
  return `it gave ${show(given)}, and holds when it gives true`
}

export interface Beginning {
  readonly config: Resolved<AppOptions, AppDefaults>
  /** What `readiness` asks for. */
  readonly declared: readonly Condition[]
  readonly ports: Ports
  readonly execution: Execution
  readonly label: string
  /** Whether the class of the driver says itself what must hold. */
  readonly hasOwnCheck: boolean
}

/** What must hold, beside patterns, before a program that was started counts as up. */
export function startConditions(beginning: Beginning): Condition[] {
  const { config, declared, ports, execution, label, hasOwnCheck } = beginning
  const conditions = [...declared]
  if (ports.sought !== undefined)
    conditions.push(polled(`the port ${ports.sought} is open`, () => ports.discover(execution, label)))
  const waits = conditions.length > 0 || hasPatterns(config)
  const { expectedExitCode, waitForExit = expectedExitCode !== undefined && !waits } = config
  if (waitForExit) conditions.push(execution.exitCondition())
  else if (!waits && !hasOwnCheck) conditions.push(settledCondition(() => execution.pid))
  return conditions
}

/** Whether lines are awaited of the standard output, or of other logs alone. */
export function awaitedLines(config: Beginning['config']): 'output' | 'others' | undefined {
  const { logname, logRegexps, stdoutRegexps } = config
  const ofLog = config.readiness.some(
    (each) => (each as Partial<LogReadiness>).kind === 'log' && !('path' in each),
  )
  if (stdoutRegexps.length > 0) return 'output'
  if (logname === undefined && (logRegexps.length > 0 || ofLog)) return 'output'
  return hasPatterns(config) || ofLog ? 'others' : undefined
}

/** Whether lines of a log are awaited. */
function hasPatterns({ logRegexps, stdoutRegexps, stderrRegexps }: Beginning['config']): boolean {
  return logRegexps.length + stdoutRegexps.length + stderrRegexps.length > 0
}
