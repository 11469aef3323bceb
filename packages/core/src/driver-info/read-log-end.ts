import { open } from 'node:fs/promises'
import { stripVTControlCharacters } from 'node:util'
import { newestFile } from '../log-cursor.ts'

export interface LogEnd {
  readonly text: string
  /** Bytes before the text. */
  readonly omitted: number
}

const LINE_FEED = 10

/** The end of a log, in whole lines; nothing when there is no such file. */
export async function readLogEnd(log: string, bytes: number): Promise<LogEnd | undefined> {
  const path = newestFile(log)
  const file = path === undefined ? undefined : await open(path).catch(() => undefined)
  if (file === undefined) return undefined
  try {
    const { size } = await file.stat()
    const length = Math.min(size, bytes)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
    const read = buffer.subarray(0, bytesRead)
    const cut = length < size ? read.indexOf(LINE_FEED) + 1 : 0
    return {
      text: stripVTControlCharacters(read.subarray(cut).toString('utf8')),
      omitted: size - length + cut,
    }
  } finally {
    await file.close()
  }
}
