import type { Environment } from '@testrig/core'
import { caseMissing, exitCodeUnexplained, notReached, programEnded, reportIncomplete } from './errors.ts'
import type { Execution } from './execution.ts'
import { failureError, placed } from './failure-error.ts'
import type { Unit } from './framework.ts'
import { outputTail } from './output-tail.ts'
import type { TestProgram } from './program.ts'
import { type CaseResult, isWithin, type Report } from './report.ts'
import { Outcome } from './unit-outcome.ts'

export interface RunOptions {
  readonly environment: Environment
  /** Ends the program; its reason is then the error of the units that were not run. */
  readonly signal?: AbortSignal | undefined
}

type Batch = readonly Unit[]

/**
 * Runs units of a program, in as few processes as can be: when one ends in the midst of a unit, that unit has failed, and
 * those that it had not come to are run by another process.
 *
 * @throws PROGRAM_NOT_RUN
 */
export async function runUnits(
  program: TestProgram,
  units: Batch,
  all: Batch,
  options: RunOptions,
): Promise<Outcome> {
  const outcome = new Outcome()
  const queue: Batch[] = [units]
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const most = program.options.processPer === 'test' ? 1 : next.length
    const size = Math.min(most, program.framework.batchSize?.(next) ?? most)
    const batch = next.slice(0, size)
    if (size < next.length) queue.unshift(next.slice(size))
    queue.unshift(
      ...(await runBatch(program, { batch, whole: batch.length === all.length, outcome }, options)),
    )
  }
  return outcome
}

interface BatchRun {
  readonly batch: Batch
  /** Whether these are all units that the program has. */
  readonly whole: boolean
  readonly outcome: Outcome
}

/** Runs units in one process; gives those that are to be run again. */
async function runBatch(
  program: TestProgram,
  { batch, whole, outcome }: BatchRun,
  { environment, signal }: RunOptions,
): Promise<readonly Batch[]> {
  const asked = whole ? undefined : batch
  const execution = await program.run(asked, environment, signal)
  const report = execution.secrets.maskReport(await program.framework.read(execution, asked))
  for (const [unit, results] of byUnit(batch, report.results)) outcome.set(unit, { results })
  for (const failure of report.outside)
    outcome.problems.push(failureError(failure, { sources: program.sources, path: [] }))
  const run = { program, batch, left: batch.filter((unit) => !outcome.has(unit)), execution, report, outcome }
  return isCut(execution, report) ? afterCut(run) : afterEnd(run)
}

/** The results of each unit that has some: its own, or those of the cases in it. */
function byUnit(batch: Batch, results: readonly CaseResult[]): ReadonlyMap<Unit, readonly CaseResult[]> {
  const units = new Map(batch.map((unit) => [JSON.stringify(unit.path), unit]))
  const found = new Map<Unit, CaseResult[]>()
  for (const result of results) {
    for (let length = 0; length <= result.path.length; length++) {
      const unit = units.get(JSON.stringify(result.path.slice(0, length)))
      const known = unit && found.get(unit)
      if (known !== undefined) known.push(result)
      else if (unit !== undefined) found.set(unit, [result])
    }
  }
  return found
}

interface EndedRun {
  readonly program: TestProgram
  readonly batch: Batch
  /** Units without a result. */
  readonly left: Batch
  readonly execution: Execution
  readonly report: Report
  readonly outcome: Outcome
}

function isCut({ ending, stopped }: Execution, { gap }: Report): boolean {
  return stopped !== undefined || ending.signal !== null || gap !== undefined
}

/** The program ended by itself: what it did not report on is asked for alone, once. */
async function afterEnd({
  program,
  batch,
  left,
  execution,
  report,
  outcome,
}: EndedRun): Promise<readonly Batch[]> {
  const { ending } = execution
  const explained = report.outside.length > 0 || report.results.some(({ status }) => status === 'failed')
  if (ending.exitCode !== (program.framework.exitCode ?? 0) && !explained)
    outcome.problems.push(exitCodeUnexplained(program.label, ending, await outputTail(execution)))
  if (program.framework.selects && batch.length > 1) return left.map((unit) => [unit])
  for (const unit of left) {
    const tail = await outputTail(execution)
    const error = caseMissing(program.label, unit.path, report.results.length, tail)
    outcome.set(unit, { results: [], error })
  }
  return []
}

/** The program was ended, crashed, or reported in part. */
async function afterCut(run: EndedRun): Promise<readonly Batch[]> {
  const { program, batch, left, execution, report, outcome } = run
  const { running } = report
  const error = await cutError(run)
  const givenUp = typeof execution.stopped === 'object'
  const atWork = (unit: Unit) =>
    running === undefined
      ? batch.length === 1
      : isWithin(unit.path, running.path) || isWithin(running.path, unit.path)
  const fallen = left.filter(atWork)
  // It fell between cases, as in what cleans a suite up: none of those left is to blame.
  const between = program.framework.tellsRunning && fallen.length === 0 && left.length < batch.length
  if (left.length === 0 || (between && !givenUp)) outcome.problems.push(error)
  const [one] = fallen
  if (one !== undefined && fallen.length === 1 && !givenUp)
    placed(error, { ...one, sources: program.sources })
  for (const unit of fallen) outcome.set(unit, { results: [], error })
  const rest = left.filter((unit) => !fallen.includes(unit))
  if (program.framework.selects && !givenUp) {
    if (fallen.length > 0 || between) return rest.length > 0 ? [rest] : []
    if (!program.framework.tellsRunning) return rest.map((unit) => [unit])
  }
  for (const unit of rest) {
    const own = fallen.length > 0 && !givenUp ? notReached(unit.path, error) : error
    outcome.set(unit, { results: [], error: own })
  }
  return []
}

async function cutError({ program, execution, report }: EndedRun): Promise<Error> {
  const { ending, stopped } = execution
  if (typeof stopped === 'object' && stopped.reason instanceof Error) return stopped.reason
  const { running, gap } = report
  const tail = await outputTail(execution, running?.output)
  if (stopped === undefined && ending.signal === null && gap !== undefined && running === undefined)
    return reportIncomplete(program.label, gap, execution, tail)
  return programEnded(program.label, execution, { at: running?.path, limit: program.options.timeout, tail })
}
