/** Names of a case, from the outermost suite to the case itself; empty for the program as a whole. */
export type CasePath = readonly string[]

/** Something that went wrong, as a program tells it. */
export interface Failure {
  readonly message: string
  /** The kind of error, such as AssertionError. */
  readonly name?: string | undefined
  /** Where it happened; a relative file is looked for around the program. */
  readonly file?: string | undefined
  readonly line?: number | undefined
  /** An error that says all, to be thrown as it is. */
  readonly error?: Error | undefined
}

export interface CaseResult {
  readonly path: CasePath
  readonly status: 'passed' | 'failed' | 'skipped'
  readonly failures: readonly Failure[]
  /** Milliseconds. */
  readonly duration?: number | undefined
  /** Why it was skipped. */
  readonly note?: string | undefined
  /** What it printed, beside its failures. */
  readonly output?: string | undefined
}

/** What a run of a program tells about its cases. */
export interface Report {
  readonly results: readonly CaseResult[]
  /** The case, or the suite, that had begun and not ended, with what it printed. */
  readonly running?: { readonly path: CasePath; readonly output: string } | undefined
  /** Failures that belong to no case. */
  readonly outside: readonly Failure[]
  /** Why the report is not whole. */
  readonly gap?: string | undefined
}

/** Whether a path lies in another, or is the same. */
export function isWithin(path: CasePath, outer: CasePath): boolean {
  return outer.every((name, index) => path[index] === name)
}
