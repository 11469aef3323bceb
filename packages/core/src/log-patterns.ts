import { stripVTControlCharacters } from 'node:util'
import { badPattern } from './errors-logs.ts'

/** A regular expression, or its source as a string. */
export type LogPattern = string | RegExp

/** The first line that matched a pattern of failure. */
export interface LogFailure {
  readonly pattern: LogPattern
  readonly line: string
}

interface Watched {
  readonly pattern: LogPattern
  readonly regexp: RegExp
}

/**
 * Patterns watched on one stream of lines. A pattern matches anywhere in a line (`^` and `$` anchor it), after colours
 * and other terminal codes were taken out; a string is the source of a regular expression, not plain text.
 */
export class LogPatterns {
  readonly #wanted: readonly Watched[]
  readonly #failing: readonly Watched[]
  readonly #matched = new Set<LogPattern>()
  readonly #extracts: Record<string, string> = {}
  #failure: LogFailure | undefined
  #lastLine: string | undefined
  #lineCount = 0

  /** @throws LOG_PATTERN when a pattern is not a regular expression */
  constructor(patterns: readonly LogPattern[], failPatterns: readonly LogPattern[] = []) {
    this.#wanted = patterns.map(watched)
    this.#failing = failPatterns.map(watched)
  }

  /** Takes the next lines of the stream. */
  feed(lines: readonly string[]): void {
    for (const line of lines) this.#feedLine(withoutControlCodes(line))
    this.#lineCount += lines.length
    this.#lastLine = lines.at(-1) ?? this.#lastLine
  }

  /** Whether every pattern has matched at least once; true when there is none. */
  get done(): boolean {
    return this.#wanted.every(({ pattern }) => this.#matched.has(pattern))
  }

  /** The patterns that have matched, as they were given. */
  get matched(): readonly LogPattern[] {
    return this.#wanted.map(({ pattern }) => pattern).filter((pattern) => this.#matched.has(pattern))
  }

  /** The patterns that have not matched yet, as they were given. */
  get unmatched(): readonly LogPattern[] {
    return this.#wanted.map(({ pattern }) => pattern).filter((pattern) => !this.#matched.has(pattern))
  }

  /** What the named groups captured; a later match replaces an earlier one, save by a group that took no part in it. */
  get extracts(): Readonly<Record<string, string>> {
    return this.#extracts
  }

  /** The first line that matched a pattern of failure, and that pattern. */
  get failure(): LogFailure | undefined {
    return this.#failure
  }

  /** The last line, without terminal codes. */
  get lastLine(): string | undefined {
    return this.#lastLine === undefined ? undefined : withoutControlCodes(this.#lastLine)
  }

  /** Number of lines taken so far. */
  get lineCount(): number {
    return this.#lineCount
  }

  #feedLine(line: string): void {
    for (const { pattern, regexp } of this.#wanted) {
      const match = regexp.exec(line)
      if (!match) continue
      this.#matched.add(pattern)
      if (match.groups) this.#extract(match.groups)
    }
    if (this.#failure) return
    const failing = this.#failing.find(({ regexp }) => regexp.test(line))
    if (failing) this.#failure = { pattern: failing.pattern, line }
  }

  #extract(groups: Readonly<Record<string, string | undefined>>): void {
    for (const [name, value] of Object.entries(groups)) {
      if (value !== undefined) this.#extracts[name] = value
    }
  }
}

/**
 * Makes the regular expression of a pattern, without the flags `g` and `y`, which would make it remember a position.
 *
 * @throws LOG_PATTERN when it is neither a RegExp nor the source of one
 */
export function compilePattern(pattern: LogPattern): RegExp {
  if (pattern instanceof RegExp) return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''))
  if (typeof pattern !== 'string') throw badPattern(pattern)
  try {
    return new RegExp(pattern)
  } catch (error) {
    throw badPattern(pattern, error)
  }
}

/** The text without ANSI escape codes. */
export function withoutControlCodes(line: string): string {
  return line.includes('\u001b') || line.includes('\u009b') ? stripVTControlCharacters(line) : line
}

function watched(pattern: LogPattern): Watched {
  return { pattern, regexp: compilePattern(pattern) }
}
