import { stripVTControlCharacters } from 'node:util'
import { distinctFiles, type LogFiles } from './log-files.ts'
import type { LogStream } from './log-watch.ts'
import { readEnd } from './read-end.ts'

const LINE_BUDGET = 400

export interface LogTail {
  readonly stream: LogStream
  readonly path: string
  readonly lines: readonly string[]
}

/** The last lines of those of a driver's logs that have any. */
export async function tailsOf(files: LogFiles, count: number): Promise<readonly LogTail[]> {
  const all = distinctFiles(files).map(async ([stream, path]) => ({
    stream,
    path,
    lines: await tailLines(path, count),
  }))
  return (await Promise.all(all)).filter(({ lines }) => lines.length > 0)
}

/** Reads the last lines of a file, none when it does not exist. */
async function tailLines(path: string, count: number): Promise<readonly string[]> {
  const end = count === 0 ? undefined : await readEnd(path, count * LINE_BUDGET)
  if (end === undefined) return []
  const lines = stripVTControlCharacters(end.content.toString('utf8')).split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines.slice(-count)
}
