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

/** The last lines of those of a driver's logs that have any, from an offset on where one is told. */
export async function tailsOf(
  files: LogFiles,
  count: number,
  beginOf: (path: string) => number = () => 0,
): Promise<readonly LogTail[]> {
  const all = distinctFiles(files).map(async ([stream, path]) => ({
    stream,
    path,
    lines: count === 0 ? [] : await tailLines(path, count, beginOf(path)),
  }))
  return (await Promise.all(all)).filter(({ lines }) => lines.length > 0)
}

/** Reads the last lines of a file, none when it does not exist. */
async function tailLines(path: string, count: number, begin: number): Promise<readonly string[]> {
  const end = await readEnd(path, count * LINE_BUDGET)
  if (end === undefined) return []
  const content = end.content.subarray(Math.max(0, begin - end.omitted))
  const lines = stripVTControlCharacters(content.toString('utf8')).split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines.slice(-count)
}
