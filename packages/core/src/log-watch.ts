import { existsSync, statSync } from 'node:fs'
import type { Condition } from './condition.ts'
import { failPatternMatched } from './errors-logs.ts'
import { endOf, type FileEnd } from './file-lines.ts'
import { type FileFollower, type FlushOptions, followFile } from './follow-file.ts'
import { type LogPattern, LogPatterns } from './log-patterns.ts'

export type LogStream = 'log' | 'stdout' | 'stderr'

export interface LogWatchOptions {
  readonly driver: string
  readonly stream: LogStream
  readonly path: string
  readonly patterns: readonly LogPattern[]
  readonly failPatterns: readonly LogPattern[]
  /** Takes what named groups captured, as soon as a line matched. */
  readonly onExtracts: (extracts: Readonly<Record<string, string>>) => void
}

/** Longest line that reports show as a whole, in characters. */
const LONGEST_SHOWN = 400

/** Waits for patterns in the lines that a file gets from now on; lines of an earlier run do not count. */
export class LogWatch implements Condition {
  readonly #options: LogWatchOptions
  readonly #patterns: LogPatterns
  readonly #from: FileEnd | undefined
  readonly #result = Promise.withResolvers<void>()
  #follower: FileFollower | undefined
  /** The offset that it began at. */
  #begin = 0
  #ignoring = false
  /** What only a last line without its end has matched: while there was time, it could still go on. */
  #tooLate: readonly LogPattern[] = []

  constructor(options: LogWatchOptions) {
    this.#options = options
    this.#patterns = new LogPatterns(options.patterns, options.failPatterns)
    this.#from = endIfReadable(options.path)
    this.#result.promise.catch(() => {})
    if (this.#patterns.done) this.#result.resolve()
  }

  get name(): string {
    return `${this.#options.stream} matches ${this.#options.patterns.map(String).join(', ')}`
  }

  /** Patterns that no complete line has matched yet. */
  get unmatched(): readonly LogPattern[] {
    return [...this.#patterns.unmatched, ...this.#tooLate]
  }

  get stream(): LogStream {
    return this.#options.stream
  }

  get path(): string {
    return this.#options.path
  }

  /** The end of the file before the start; undefined when there was none. */
  get from(): FileEnd | undefined {
    return this.#from
  }

  /** The error of a failure pattern that a line has matched. */
  get failure(): Error | undefined {
    const { failure } = this.#patterns
    return failure && failPatternMatched(this.#options.driver, this.#options.stream, failure)
  }

  /** Starts to follow the file. */
  open(): void {
    if (this.#follower !== undefined) return
    const { path } = this.#options
    this.#follower = followFile(path, (lines) => this.#feed(lines), { from: this.#from ?? 0 })
    this.#begin = this.#follower.offset
  }

  wait(): Promise<void> {
    return this.#result.promise
  }

  /** Reads what was written up to now. */
  async flush(options?: FlushOptions): Promise<void> {
    this.open()
    await this.#follower?.flush(options)
  }

  /** Ends the watch: a driver that is up takes no further values from its log, one that failed takes all. */
  async close({ ignoreRest = false }: { readonly ignoreRest?: boolean } = {}): Promise<void> {
    this.#ignoring = ignoreRest
    if (ignoreRest) return this.#follower?.drop()
    await this.#follower?.flush()
    const { unmatched } = this.#patterns
    await this.#follower?.close()
    this.#tooLate = unmatched.filter((pattern) => !this.#patterns.unmatched.includes(pattern))
  }

  /** What was read, for reports. */
  seen(): string {
    const bytes = Math.max(0, (this.#follower?.offset ?? 0) - this.#begin)
    const last = this.#patterns.lastLine
    const count = this.#patterns.lineCount
    const { path } = this.#options
    if (bytes === 0 && !existsSync(path)) return `${path} does not exist`
    if (isOther(path)) return `${path} is not a regular file`
    const lines = `${bytes} bytes in ${count} ${count === 1 ? 'line' : 'lines'} seen`
    if (last === undefined) return lines
    return `${lines}, the last one ${shownLine(last)}${this.#tooLate.length > 0 ? ', which has no line end' : ''}`
  }

  progress(): string {
    return `no line has matched ${this.unmatched.map(String).join(', ')}; ${this.seen()}`
  }

  #feed(lines: readonly string[]): void {
    if (this.#ignoring) return
    this.#patterns.feed(lines)
    this.#options.onExtracts(this.#patterns.extracts)
    const { failure } = this
    if (failure !== undefined) this.#result.reject(failure)
    else if (this.#patterns.done) this.#result.resolve()
  }
}

/** The end of a file, undefined where there is none; that it cannot be read is told when it is followed. */
export function endIfReadable(path: string): FileEnd | undefined {
  if (!existsSync(path)) return undefined // As before a first start: an error of a call takes several times as long.
  try {
    return endOf(path)
  } catch {
    return undefined
  }
}

/** Whether something is there that is no file. */
function isOther(path: string): boolean {
  return existsSync(path) && !statSync(path).isFile()
}

/** A line as messages show it. */
export function shownLine(line: string): string {
  return line.length > LONGEST_SHOWN
    ? `${JSON.stringify(line.slice(0, LONGEST_SHOWN))}… (${line.length} characters)`
    : JSON.stringify(line)
}
