import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { stripVTControlCharacters } from 'node:util'
import { distinctFiles, type LogFiles } from './log-files.ts'
import type { LogStream } from './log-watch.ts'

const LINE_BUDGET = 400

/** Without O_NONBLOCK, opening a pipe would wait for its writer. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

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
  if (count === 0) return []
  const file = await open(path, READ).catch(() => undefined)
  if (file === undefined) return []
  try {
    const status = await file.stat()
    if (!status.isFile()) return []
    const { size } = status
    const length = Math.min(size, count * LINE_BUDGET)
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
    const lines = stripVTControlCharacters(buffer.toString('utf8')).split(/\r?\n/)
    if (lines.at(-1) === '') lines.pop()
    return lines.slice(-count)
  } finally {
    await file.close()
  }
}
