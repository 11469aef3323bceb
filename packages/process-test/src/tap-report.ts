import type { FinalResults, Parser, Result } from 'tap-parser'
import type { CasePath, CaseResult, Failure, Report } from './report.ts'

type Entry = { readonly result: Result } | { readonly subtest: Subtest }

/** The lines of a test that has tests of its own. */
interface Subtest {
  readonly name: string
  readonly entries: readonly Entry[]
}

/** A plan of no tests. Source: TAP 14, section Plan: no test point may follow it, or come before it. */
const PLAN_OF_NONE = /^1\.\.0\b.*$/gm

const NO_TAP = 'it wrote neither a test nor a plan in TAP'

/** Reads TAP, of any version, with subtests. */
export async function readTap(text: string): Promise<Report> {
  const { Parser } = await import('tap-parser')
  const parser = new Parser()
  const entries = follow(parser)
  const bailouts: string[] = []
  parser.on('bailout', (reason) => void bailouts.push(reason))
  const { promise, resolve } = Promise.withResolvers<FinalResults>()
  parser.on('complete', resolve)
  parser.end(text)
  const { failures, plan } = await promise
  const results = resultsOf(entries, [])
  if (bailouts.length > 0) return { results, outside: [], gap: `it bailed out: ${bailouts.join(', ')}` }
  if (plan.skipAll) return nothingPlanned(text, plan.skipReason)
  const errors = failures.flatMap(({ tapError }) => (typeof tapError === 'string' ? [tapError] : []))
  const gaps = [...new Set(errors)]
  return { results, outside: [], ...(gaps.length > 0 && { gap: `its TAP is not whole: ${gaps.join(', ')}` }) }
}

/**
 * The parser takes text without TAP for a plan of no tests, and reads nothing behind one that is written: what it says
 * without its plan tells whether all is skipped.
 */
async function nothingPlanned(text: string, reason: string): Promise<Report> {
  const rest = text.replaceAll(PLAN_OF_NONE, '')
  if (rest === text) return { results: [], outside: [], gap: NO_TAP }
  const { results, gap } = await readTap(rest)
  if (results.length > 0) return { results, outside: [], gap: 'its plan is 1..0, and yet it has tests' }
  if (gap !== NO_TAP) return { results, outside: [], gap }
  const note = reason.replace(/^skip\S*\s*/i, '')
  return { results: [{ path: ['all cases'], status: 'skipped', failures: [], note }], outside: [] }
}

function follow(parser: Parser): readonly Entry[] {
  const entries: Entry[] = []
  parser.on(
    'child',
    (child: Parser) => void entries.push({ subtest: { name: child.name, entries: follow(child) } }),
  )
  parser.on('assert', (result: Result) => void entries.push({ result }))
  return entries
}

/** A test with tests of its own is a suite; its own line counts only for a failure that none of them tells of. */
function resultsOf(entries: readonly Entry[], path: CasePath): CaseResult[] {
  return entries.flatMap((entry, index) => {
    if ('subtest' in entry) {
      const own = entries[index + 1]
      const name = (own !== undefined && 'result' in own ? own.result.name : undefined) || entry.subtest.name
      return resultsOf(entry.subtest.entries, [...path, name])
    }
    const before = entries[index - 1]
    if (before === undefined || 'result' in before) return [resultOf(entry.result, path, index)]
    const inner = resultsOf(before.subtest.entries, [])
    const explained = entry.result.ok || inner.some(({ status }) => status === 'failed')
    return explained && inner.length > 0 ? [] : [resultOf(entry.result, path, index)]
  })
}

function resultOf(result: Result, path: CasePath, index: number): CaseResult {
  const { ok, id, name, skip, todo, time, diag } = result
  const isSkipped = skip !== false || todo !== false
  const reason = [skip, todo].find((each) => typeof each === 'string') as string | undefined
  return {
    path: [...path, name || `test ${id || index + 1}`],
    status: isSkipped ? 'skipped' : ok ? 'passed' : 'failed',
    failures: ok || isSkipped ? [] : [failureOf(diag as Diagnosis | null)],
    duration: time ?? undefined,
    note: reason ?? (todo === false ? undefined : 'todo'),
  }
}

type Diagnosis = Readonly<Record<string, unknown>>

/** The block of YAML below a failed line: Node.js and node-tap write these keys, others what they like. */
function failureOf(diagnosis: Diagnosis | null): Failure {
  if (diagnosis === null) return { message: 'failed, and its TAP does not tell why' }
  const { error, message = error, name, stack, location, at } = diagnosis
  const text = typeof message === 'string' ? message : JSON.stringify(diagnosis, null, 2)
  return {
    message: text,
    name: typeof name === 'string' ? name : 'Error',
    ...placeOf(stack, location, at),
  }
}

function placeOf(stack: unknown, location: unknown, at: unknown): Partial<Failure> {
  const frame = /(?:file:\/\/)?(\/[^\s():]+):(\d+):\d+/.exec(typeof stack === 'string' ? stack : '')
  const [, file, line] = frame ?? /^(.+):(\d+):\d+$/.exec(typeof location === 'string' ? location : '') ?? []
  if (file !== undefined) return { file, line: Number(line) }
  const { fileName, file: path = fileName, lineNumber, line: number = lineNumber } = Object(at) as Diagnosis
  return typeof path === 'string' ? { file: path, line: Number(number) || undefined } : {}
}
