import { performance } from 'node:perf_hooks'
import { type FileEnd, FileLines } from './file-lines.ts'
import { distinctFiles, type LogFiles, type LogRegexps, watchLogs } from './log-files.ts'
import { compilePattern, type LogPattern, withoutControlCodes } from './log-patterns.ts'
import { type LogTail, tailsOf } from './log-tail.ts'
import { endIfReadable, type LogStream, type LogWatch } from './log-watch.ts'

/** A line that a pattern was given for, in another file than the pattern was given for. */
export interface StrayLine {
  readonly pattern: LogPattern
  readonly stream: LogStream
  readonly line: string
}

type Extracts = Readonly<Record<string, string>>

/** Time spent on looking for stray lines, in milliseconds. */
const LOOK_ELSEWHERE = 50

/** The logs of one start: what a driver's files get from now on. */
export class StartLogs {
  /** Those of them that lines are awaited in. */
  readonly watches: readonly LogWatch[]
  readonly #files: LogFiles
  /** Where each file ended before the start. */
  readonly #ends: ReadonlyMap<string, FileEnd | undefined>

  /** Begins to watch them; captured groups go to `extracts`. @throws PATTERNS_WITHOUT_LOG */
  constructor(files: LogFiles, regexps: LogRegexps, driver: string, extracts: Extracts) {
    this.#files = files
    const watches = watchLogs(files, regexps, driver, extracts)
    this.watches = watches
    const known = new Map(watches.map(({ path, from }) => [path, from]))
    this.#ends = new Map(
      distinctFiles(files).map(([, path]) => [path, known.has(path) ? known.get(path) : endIfReadable(path)]),
    )
  }

  /** The last lines of those files that have got any; what cannot be read keeps no error from being told. */
  tails(count: number): Promise<readonly LogTail[]> {
    return tailsOf(this.#files, count, (path) => this.#beginOf(path)).catch(() => [])
  }

  /** For patterns that no line has matched: lines of the other files that they match. */
  strayLines(): readonly StrayLine[] {
    const deadline = performance.now() + LOOK_ELSEWHERE
    return this.watches.flatMap((watch) =>
      watch.unmatched.flatMap((pattern) => {
        const regexp = compilePattern(pattern)
        for (const [stream, path] of distinctFiles(this.#files)) {
          const line = path === watch.path ? undefined : this.#find(path, regexp, deadline)
          if (line !== undefined) return [{ pattern, stream, line }]
        }
        return []
      }),
    )
  }

  #find(path: string, regexp: RegExp, deadline: number): string | undefined {
    const file = this.#open(path)
    try {
      for (let batch = file?.next(); batch && performance.now() < deadline; batch = file?.next()) {
        const found = batch.lines.map(withoutControlCodes).find((line) => regexp.test(line))
        if (found !== undefined) return found
      }
    } catch {
      // What cannot be read has no lines that could be told.
    } finally {
      file?.close()
    }
    return undefined
  }

  #beginOf(path: string): number {
    const file = this.#open(path)
    file?.close()
    return file?.offset ?? 0
  }

  #open(path: string): FileLines | undefined {
    try {
      return FileLines.open(path, this.#ends.get(path) ?? 0)
    } catch {
      return undefined // It has no lines that could be told.
    }
  }
}
