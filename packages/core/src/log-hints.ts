import { readdirSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { performance } from 'node:perf_hooks'
import { didYouMean } from './did-you-mean.ts'
import { LOG_START, LogCursor, type LogPosition, logEnd } from './log-cursor.ts'
import { withoutControlCodes } from './log-patterns.ts'

/** Time spent on looking through what stands before the search, in milliseconds. */
const LOOK_BACK = 50

/** What may explain that no line of a log matched, one sentence each. */
export function hintsFor(
  log: string,
  regexp: RegExp,
  from: LogPosition,
  recent: readonly string[],
): string[] {
  if (logEnd(log).inode === '') return [missingFile(log)]
  return [otherCase(regexp, recent), earlierMatch(log, regexp, from)].filter((hint) => hint !== undefined)
}

function missingFile(log: string): string {
  const directory = dirname(log)
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory())
    return `The directory '${directory}' does not exist.`
  return `No such file in '${directory}'.${didYouMean(basename(log), readdirSync(directory))}`
}

function otherCase(regexp: RegExp, recent: readonly string[]): string | undefined {
  if (regexp.ignoreCase) return undefined
  const insensitive = new RegExp(regexp.source, `${regexp.flags}i`)
  const line = recent
    .map(withoutControlCodes)
    .findLast((each) => insensitive.test(each) && !regexp.test(each))
  return line && `This line differs in upper and lower case only: '${line}'`
}

function earlierMatch(log: string, regexp: RegExp, from: LogPosition): string | undefined {
  if (from.inode === '') return undefined
  const cursor = new LogCursor(log, LOG_START)
  const deadline = performance.now() + LOOK_BACK
  try {
    for (let batch = cursor.next(); batch && performance.now() < deadline; batch = cursor.next()) {
      const { lines } = batch
      const index = lines.findIndex((line) => regexp.test(withoutControlCodes(line)))
      const place = index === -1 ? cursor.position : cursor.after(batch, index)
      const isBefore = place.inode === from.inode ? place.offset <= from.offset : from.passed.has(place.inode)
      if (!isBefore) return undefined
      if (index !== -1)
        return `This line, before the position of the search, matches: '${lines[index]}'. seek() goes back.`
    }
    return undefined
  } finally {
    cursor.close()
  }
}
