import * as v from 'valibot'
import { CallQueue } from './call-queue.ts'
import { didYouMean } from './did-you-mean.ts'
import {
  badMatchCount,
  badTimeout,
  marksOutOfOrder,
  noMatch,
  type SearchSummary,
  unexpectedMatch,
  unknownMark,
} from './errors-logs.ts'
import { isAfter, LOG_START, LogCursor, type LogPosition, logEnd } from './log-cursor.ts'
import { hintsFor } from './log-hints.ts'
import { compilePattern, type LogPattern, withoutControlCodes } from './log-patterns.ts'
import { readRange } from './log-range.ts'
import { LogSearch } from './log-search.ts'
import { validateOptions } from './options.ts'

export interface LogMatcherOptions {
  /** Time to wait for a line when a call names none, in milliseconds; 0 looks at what is there. @default 5000 */
  readonly timeout?: number
  /** Polls every 1 to 50 ms even where file events are reliable. @default false */
  readonly poll?: boolean
}

export interface MatchOptions {
  /** Time to wait, in milliseconds; 0 looks at what is there. @default the matcher's `timeout` */
  readonly timeout?: number
}

export interface MatchAllOptions {
  /** Time to collect matches, in milliseconds; 0 looks at what is there. @default 0, with `count` the matcher's `timeout` */
  readonly timeout?: number
  /** Number of matches, from 1 up, that ends the wait at once; fewer are an error. @default all there are */
  readonly count?: number
}

/** Times and counts are checked where they are used. */
const OPTIONS = { timeout: v.any(), poll: v.optional(v.boolean()) }
const MATCH_OPTIONS = { timeout: v.any() }
const MATCH_ALL_OPTIONS = { ...MATCH_OPTIONS, count: v.any() }

interface Found {
  readonly matches: RegExpMatchArray[]
  readonly complete: boolean
  readonly search: () => SearchSummary
}

/**
 * Matches the lines of a log from a position that moves on: a test says where it stands, acts, and awaits the line.
 * A pattern matches anywhere in a line, after colours were taken out. Only complete lines count while there is time; a
 * last line without its end counts when the time is over. Calls run one after another, in the order they were made.
 */
export class LogMatcher {
  /** The path of the log, or the glob of its rotated files. */
  readonly path: string
  readonly #timeout: number
  readonly #poll: boolean
  readonly #marks = new Map<string, LogPosition>()
  #position: LogPosition = LOG_START
  readonly #calls = new CallQueue()

  /**
   * @param path - a file, which may appear later, or a glob (in the last segment) of the files of a rotated log
   * @throws LOG_TIMEOUT, OPTION_UNKNOWN, OPTION_INVALID when an option is wrong
   */
  constructor(path: string, options: LogMatcherOptions = {}) {
    checkOptions(OPTIONS, options)
    this.path = path
    this.#timeout = checkTimeout(options.timeout ?? 5000)
    this.#poll = options.poll ?? false
  }

  /** Where the next search starts: behind the last line that a search has read. */
  get position(): LogPosition {
    return this.#position
  }

  /**
   * Resolves to the match of the first line that matches, and moves behind that line; a failure moves to the end.
   *
   * @throws LOG_NO_MATCH when the time is over
   * @throws LOG_PATTERN, LOG_TIMEOUT, OPTION_UNKNOWN, OPTION_INVALID when an argument is wrong
   */
  match(pattern: LogPattern, options: MatchOptions = {}): Promise<RegExpMatchArray> {
    return this.#calls.run(async () => {
      const regexp = compilePattern(pattern)
      const { matches, search } = await this.#find(regexp, this.#timeoutOf(options), 1)
      const [match] = matches
      if (!match) throw noMatch(search())
      return match
    })
  }

  /**
   * Resolves when no line has matched in all the time given, and moves to the end.
   *
   * @throws LOG_UNEXPECTED_MATCH as soon as a line matches
   * @throws LOG_PATTERN, LOG_TIMEOUT, OPTION_UNKNOWN, OPTION_INVALID when an argument is wrong
   */
  notMatch(pattern: LogPattern, options: MatchOptions = {}): Promise<void> {
    return this.#calls.run(async () => {
      const regexp = compilePattern(pattern)
      const { matches } = await this.#find(regexp, this.#timeoutOf(options), 1)
      if (matches[0]) throw unexpectedMatch(this.path, regexp, matches[0].input ?? '')
    })
  }

  /**
   * Resolves to the matches of all lines that match: without options of those that are there, with a `timeout` of
   * those that come in this time, with a `count` of so many, as soon as they have come.
   *
   * @throws LOG_NO_MATCH when the time is over before `count` lines have matched
   * @throws LOG_PATTERN, LOG_TIMEOUT, LOG_COUNT, OPTION_UNKNOWN, OPTION_INVALID when an argument is wrong
   */
  matchAll(pattern: LogPattern, options: MatchAllOptions = {}): Promise<RegExpMatchArray[]> {
    return this.#calls.run(async () => {
      const regexp = compilePattern(pattern)
      checkOptions(MATCH_ALL_OPTIONS, options)
      const { count } = options
      if (count !== undefined && !(Number.isInteger(count) && count > 0)) throw badMatchCount(count)
      const timeout = checkTimeout(options.timeout ?? (count === undefined ? 0 : this.#timeout))
      const { matches, complete, search } = await this.#find(
        regexp,
        timeout,
        count ?? Number.POSITIVE_INFINITY,
      )
      if (count !== undefined && !complete) throw noMatch(search(), { count, found: matches.length })
      return matches
    })
  }

  /**
   * Resolves to the first match between two marks, or to null; the position stays.
   *
   * @throws LOG_MARK_UNKNOWN, LOG_MARK_ORDER, LOG_PATTERN when an argument is wrong
   */
  matchBetween(pattern: LogPattern, mark1: string, mark2: string): Promise<RegExpMatchArray | null> {
    return this.#calls.run(async () => {
      const regexp = compilePattern(pattern)
      for await (const { lines } of readRange(this.path, ...this.#range(mark1, mark2))) {
        for (const line of lines) {
          const match = withoutControlCodes(line).match(regexp)
          if (match) return match
        }
      }
      return null
    })
  }

  /**
   * Resolves to whether no line between two marks matches; the position stays.
   *
   * @throws LOG_MARK_UNKNOWN, LOG_MARK_ORDER, LOG_PATTERN when an argument is wrong
   */
  async notMatchBetween(pattern: LogPattern, mark1: string, mark2: string): Promise<boolean> {
    return (await this.matchBetween(pattern, mark1, mark2)) === null
  }

  /**
   * Resolves to the text between two marks as it stands in the log; the position stays.
   *
   * @param mark1 - where the text begins; by default the start of the log
   * @param mark2 - where the text ends; by default the end of the log
   * @throws LOG_MARK_UNKNOWN, LOG_MARK_ORDER when a mark is wrong
   */
  getBetween(mark1?: string, mark2?: string): Promise<string> {
    return this.#calls.run(async () => {
      const texts: string[] = []
      for await (const { text } of readRange(this.path, ...this.#range(mark1, mark2))) texts.push(text)
      return texts.join('')
    })
  }

  /** Gives the position a name. */
  mark(name: string): Promise<void> {
    return this.#calls.run(async () => {
      this.#marks.set(name, this.#position)
    })
  }

  /**
   * Moves to a mark, or to the start of the log.
   *
   * @throws LOG_MARK_UNKNOWN when there is no such mark
   */
  seek(mark?: string): Promise<void> {
    return this.#calls.run(async () => {
      this.#position = mark === undefined ? LOG_START : this.#placeOf(mark)
    })
  }

  /** Moves to the end of what the log holds now. */
  seekEof(): Promise<void> {
    return this.#calls.run(async () => {
      this.#position = logEnd(this.path)
    })
  }

  /**
   * Moves to the end, runs the body, then resolves to the match of the first line written since. What the body throws
   * is thrown on.
   *
   * @throws LOG_NO_MATCH when the time, counted from the body's end, is over
   * @throws LOG_PATTERN, LOG_TIMEOUT, OPTION_UNKNOWN, OPTION_INVALID when an argument is wrong
   */
  async expect<T>(
    pattern: LogPattern,
    body: () => Promise<T> | T,
    options: MatchOptions = {},
  ): Promise<RegExpMatchArray> {
    const regexp = compilePattern(pattern)
    const timeout = this.#timeoutOf(options)
    await this.seekEof()
    await body()
    return this.match(regexp, { timeout })
  }

  #timeoutOf(options: MatchOptions): number {
    checkOptions(MATCH_OPTIONS, options)
    return checkTimeout(options.timeout ?? this.#timeout)
  }

  async #find(regexp: RegExp, timeout: number, count: number): Promise<Found> {
    const from = this.#position
    const cursor = new LogCursor(this.path, from)
    const matches: RegExpMatchArray[] = []
    let behind = from
    const search = new LogSearch(cursor, (line, batch, index) => {
      const match = line.match(regexp)
      if (!match) return false
      matches.push(match)
      const over = matches.length >= count
      if (over || batch.bytes.at(-1) !== 0x0a) behind = cursor.after(batch, index)
      return over
    })
    try {
      const complete = timeout === 0 ? await search.scan() : await search.follow(timeout, this.#poll)
      // A last line without its end that has matched lies behind what the cursor holds to be read.
      this.#position = complete || isAfter(behind, cursor.position) ? behind : cursor.position
      return { matches, complete, search: () => this.#summary(regexp, timeout, from, search) }
    } finally {
      cursor.close()
    }
  }

  #summary(
    pattern: RegExp,
    timeout: number,
    from: LogPosition,
    { lineCount, recent }: LogSearch,
  ): SearchSummary {
    const lastLines = recent.slice(-10).map(withoutControlCodes)
    return {
      path: this.path,
      pattern,
      timeout,
      lineCount,
      lastLines,
      hints: hintsFor(this.path, pattern, from, recent),
    }
  }

  #range(mark1: string | undefined, mark2: string | undefined): [LogPosition, LogPosition] {
    const start = mark1 === undefined ? LOG_START : this.#placeOf(mark1)
    const end = mark2 === undefined ? logEnd(this.path) : this.#placeOf(mark2)
    if (mark1 !== undefined && mark2 !== undefined && isAfter(start, end)) throw marksOutOfOrder(mark1, mark2)
    return [start, end]
  }

  #placeOf(mark: string): LogPosition {
    const place = this.#marks.get(mark)
    if (!place) throw unknownMark(mark, didYouMean(String(mark), this.#marks.keys()))
    return place
  }
}

function checkOptions(known: Parameters<typeof validateOptions>[1], options: object): void {
  validateOptions('LogMatcher', known, options as Readonly<Record<string, unknown>>)
}

function checkTimeout(timeout: number): number {
  if (typeof timeout !== 'number' || !(timeout >= 0 && timeout <= 2 ** 31 - 1)) throw badTimeout(timeout)
  return timeout
}
