import * as v from 'valibot'

export interface GTestCase {
  readonly name: string
  /** Whether it ran, did not, or was left in the midst. */
  readonly status: 'passed' | 'failed' | 'skipped' | 'not run'
  /** Texts that begin with a line of file and number. */
  readonly failures: readonly string[]
  /** Milliseconds. */
  readonly duration: number | undefined
  /** Where it is written. */
  readonly file: string | undefined
  readonly line: number | undefined
}

export interface GTestSuite {
  readonly name: string
  readonly cases: readonly GTestCase[]
}

const failure = v.object({ failure: v.string() })
const testCase = v.object({
  name: v.string(),
  status: v.optional(v.string()),
  result: v.optional(v.string()),
  time: v.optional(v.string()),
  file: v.optional(v.string()),
  line: v.optional(v.number()),
  failures: v.optional(v.array(failure), []),
})
const document = v.object({
  testsuites: v.array(v.object({ name: v.string(), testsuite: v.array(testCase) })),
})

/** Reads a JSON file of GTest, of its list or of its results. @throws when it has another form */
export function gtestSuites(json: unknown): readonly GTestSuite[] {
  return v.parse(document, json).testsuites.map(({ name, testsuite }) => ({
    name,
    cases: testsuite.map((each) => ({
      name: each.name,
      status: statusOf(each),
      failures: each.failures.map((it) => it.failure),
      duration: each.time === undefined ? undefined : Number.parseFloat(each.time) * 1_000,
      file: each.file,
      line: each.line,
    })),
  }))
}

function statusOf({ status, result, failures }: v.InferOutput<typeof testCase>): GTestCase['status'] {
  if (status !== 'RUN' || result === 'SUPPRESSED') return 'not run'
  if (failures.length > 0) return 'failed'
  return result === 'SKIPPED' ? 'skipped' : 'passed'
}
