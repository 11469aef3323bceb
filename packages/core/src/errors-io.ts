import { TestrigError } from './testrig-error.ts'

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
    `Expected a number of bytes from 0 up, or 'end', as the offset to read from, got ${show(from)}.`,
  )
}

/** LOG_PATTERN: a pattern that is neither a RegExp nor the source of one. */
export function badPattern(pattern: unknown, cause?: unknown): TestrigError {
  if (!(cause instanceof Error)) {
    return new TestrigError(
      'LOG_PATTERN',
      `Expected a RegExp or a string that holds one's source, got ${show(pattern)}.`,
    )
  }
  const python = String(pattern).includes('(?P<') ? ' JavaScript writes a named group (?<name>…).' : ''
  return new TestrigError(
    'LOG_PATTERN',
    `The pattern ${show(pattern)} is not a regular expression: ${cause.message}.${python} ` +
      'Write \\ before a character that is to stand for itself.',
    { cause },
  )
}

/** LOG_TIMEOUT: a time to wait that is not a number of milliseconds. */
export function badTimeout(timeout: unknown): TestrigError {
  return new TestrigError(
    'LOG_TIMEOUT',
    `Expected a timeout in milliseconds from 0 to 2147483647, got ${show(timeout)}.`,
  )
}

/** LOG_COUNT: a number of matches to wait for that is not a positive whole number. */
export function badMatchCount(count: unknown): TestrigError {
  return new TestrigError(
    'LOG_COUNT',
    `Expected \`count\` to be a whole number from 1 up, got ${show(count)}.`,
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
  return new TestrigError('LOG_MARK_UNKNOWN', `No mark ${show(mark)}: set it with mark() first.${suggestion}`)
}

/** LOG_MARK_ORDER: the first mark of a range stands after the second. */
export function marksOutOfOrder(mark1: string, mark2: string): TestrigError {
  return new TestrigError(
    'LOG_MARK_ORDER',
    `Mark '${mark1}' must be before mark '${mark2}', but it is after it. Swap the two.`,
  )
}

/** PORT_RANGE: a range of ports that cannot be used. */
export function badPortRange(range: unknown): TestrigError {
  return new TestrigError(
    'PORT_RANGE',
    `Expected a port range { from, to } of whole numbers with 1024 <= from <= to <= 65535, got ${show(range)}.`,
  )
}

/** PORT_HOST: a host that no port can be bound on. */
export function badPortHost(host: unknown, cause: unknown): TestrigError {
  const reason = cause instanceof Error ? ` (${cause.message})` : ''
  return new TestrigError(
    'PORT_HOST',
    `Cannot bind a port on host ${show(host)}${reason}. Give an address of this machine, such as '127.0.0.1'.`,
    { cause },
  )
}

/** PORT_NONE_FREE: every port of the range is leased or in use. */
export function noFreePort(from: number, to: number, leased: number): TestrigError {
  return new TestrigError(
    'PORT_NONE_FREE',
    `No free port from ${from} to ${to}: ${leased} leased by Testrig processes, ${to - from + 1 - leased} in use. ` +
      'Give a wider range, or stop what uses them.',
  )
}

/** PORT_LOCK_DIRECTORY: the directory of the port locks cannot be used. */
export function badLockDirectory(path: string, cause: unknown): TestrigError {
  const reason = cause instanceof Error ? `: ${cause.message}` : ''
  return new TestrigError(
    'PORT_LOCK_DIRECTORY',
    `Cannot keep port locks in '${path}'${reason}. Make it a directory that this user owns, or point TMPDIR elsewhere.`,
    { cause },
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

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return String(value)
  return JSON.stringify(value)
}
