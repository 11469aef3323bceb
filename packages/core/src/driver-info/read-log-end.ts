import { stripVTControlCharacters } from 'node:util'
import { newestFile } from '../log-cursor.ts'
import { readEnd } from '../read-end.ts'

export interface LogEnd {
  readonly text: string
  /** Bytes before the text. */
  readonly omitted: number
}

const LINE_FEED = 10

/** The end of a log, in whole lines; nothing when there is no such file. */
export async function readLogEnd(log: string, bytes: number): Promise<LogEnd | undefined> {
  const path = newestFile(log)
  const end = path === undefined ? undefined : await readEnd(path, bytes)
  if (end === undefined) return undefined
  const { content, omitted } = end
  const cut = omitted > 0 ? content.indexOf(LINE_FEED) + 1 : 0
  return { text: stripVTControlCharacters(content.subarray(cut).toString('utf8')), omitted: omitted + cut }
}
