// Wording of errors about logs and their patterns; docs/errors.md explains each code.
import { brief } from './show.ts'
import { TestrigError } from './testrig-error.ts'

export function patternsWithoutFile(label: string, option: string): TestrigError {
  return new TestrigError(
    'PATTERNS_WITHOUT_LOG',
    `${label}: option \`${option}\` is set, but the driver has no such file to watch. Remove the option, or publish the path.`,
  )
}

export function failPatternMatched(
  label: string,
  stream: string,
  failure: { readonly pattern: string | RegExp; readonly line: string },
): TestrigError {
  return new TestrigError(
    'FAIL_PATTERN',
    `${label}: a line of ${stream} matches the failure pattern ${String(failure.pattern)}: ${failure.line.trim()}`,
  )
}

/** LOG_FILE_UNREADABLE: the operating system refuses to open or read a followed file. */
export function unreadableFile(path: string, cause: unknown): TestrigError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new TestrigError(
    'LOG_FILE_UNREADABLE',
    `Cannot read '${path}': ${reason}. Give a file that this process may read.`,
    { cause },
  )
}

/** LOG_FILE_KIND: the path names a directory, a pipe or a device. */
export function notARegularFile(path: string): TestrigError {
  return new TestrigError('LOG_FILE_KIND', `'${path}' is not a regular file. Give the path of a file.`)
}

/** LOG_OFFSET: a start offset that is not a position in a file. */
export function badOffset(from: unknown): TestrigError {
  return new TestrigError(
    'LOG_OFFSET',
    `Expected a number of bytes from 0 up, or 'end', as the offset to read from, got ${brief(from)}.`,
  )
}

/** LOG_PATTERN: a pattern that is neither a RegExp nor the source of one. */
export function badPattern(pattern: unknown, cause?: unknown): TestrigError {
  if (!(cause instanceof Error)) {
    return new TestrigError(
      'LOG_PATTERN',
      `Expected a RegExp or a string that holds one's source, got ${brief(pattern)}.`,
    )
  }
  const python = String(pattern).includes('(?P<') ? ' JavaScript writes a named group (?<name>…).' : ''
  return new TestrigError(
    'LOG_PATTERN',
    `The pattern '${String(pattern)}' is not a regular expression: ${cause.message}.${python} ` +
      'Write \\ before a character that is to stand for itself.',
    { cause },
  )
}

/** LOG_TIMEOUT: a time to wait that is not a number of milliseconds. */
export function badTimeout(timeout: unknown): TestrigError {
  return new TestrigError(
    'LOG_TIMEOUT',
    `Expected a timeout in milliseconds from 0 to 2147483647, got ${brief(timeout)}.`,
  )
}

/** LOG_COUNT: a number of matches to wait for that is not a positive whole number. */
export function badMatchCount(count: unknown): TestrigError {
  return new TestrigError(
    'LOG_COUNT',
    `Expected \`count\` to be a whole number from 1 up, got ${brief(count)}.`,
  )
}

/** What a search of a log saw before its time was over. */
export interface SearchSummary {
  readonly path: string
  readonly pattern: RegExp
  /** Time that the search was given, in milliseconds. */
  readonly timeout: number
  /** Number of lines scanned. */
  readonly lineCount: number
  /** The last lines seen, oldest first. */
  readonly lastLines: readonly string[]
  /** What may explain the failure, one sentence each. */
  readonly hints: readonly string[]
}

/** LOG_NO_MATCH: a line did not come in time. */
export function noMatch(
  search: SearchSummary,
  wanted?: { readonly count: number; readonly found: number },
): TestrigError {
  const short = wanted ? `Found ${wanted.found} of ${wanted.count} matches of` : 'No match for'
  return new TestrigError(
    'LOG_NO_MATCH',
    [
      `${short} ${search.pattern} in '${search.path}' ${within(search.timeout)}: scanned ${lines(search.lineCount)}.`,
      ...(search.lastLines.length > 0
        ? [`Last ${lines(search.lastLines.length)}:`, ...search.lastLines.map((line) => `  ${shorten(line)}`)]
        : []),
      ...search.hints,
    ].join('\n'),
  )
}

/** LOG_UNEXPECTED_MATCH: a line came that must not. */
export function unexpectedMatch(path: string, pattern: RegExp, line: string): TestrigError {
  return new TestrigError(
    'LOG_UNEXPECTED_MATCH',
    `Expected no match for ${pattern} in '${path}', but this line matches:\n  ${shorten(line)}`,
  )
}

/** LOG_MARK_UNKNOWN: a mark that was never set. */
export function unknownMark(mark: unknown, suggestion: string): TestrigError {
  return new TestrigError(
    'LOG_MARK_UNKNOWN',
    `No mark ${brief(mark)}: set it with mark() first.${suggestion}`,
  )
}

/** LOG_MARK_ORDER: the first mark of a range stands after the second. */
export function marksOutOfOrder(mark1: string, mark2: string): TestrigError {
  return new TestrigError(
    'LOG_MARK_ORDER',
    `Mark '${mark1}' must be before mark '${mark2}', but it is after it. Swap the two.`,
  )
}

function within(timeout: number): string {
  return timeout === 0 ? 'up to its end' : `within ${timeout / 1000} s`
}

function lines(count: number): string {
  return count === 1 ? '1 line' : `${count} lines`
}

function shorten(line: string): string {
  return line.length <= 500 ? line : `${line.slice(0, 500)}… (${line.length} characters)`
}
