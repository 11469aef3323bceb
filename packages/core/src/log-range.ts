import { setImmediate } from 'node:timers/promises'
import type { LineBatch } from './file-lines.ts'
import { LogCursor, type LogPosition } from './log-cursor.ts'

/** A part of what stands between two places of a log. */
export interface LogPart {
  readonly lines: readonly string[]
  /** The lines with their ends. */
  readonly text: string
}

/** Reads what stands between two places of a log, an unterminated last line included. */
export async function* readRange(log: string, start: LogPosition, end: LogPosition): AsyncGenerator<LogPart> {
  if (end.inode === '') return
  const cursor = new LogCursor(log, start)
  try {
    for (let batch = cursor.next(); batch && !isBehind(batch, end, cursor); batch = cursor.next()) {
      yield cut(batch, end)
      await setImmediate()
    }
    const rest = cursor.rest()
    if (rest && !isBehind(rest, end, cursor)) yield cut(rest, end)
  } finally {
    cursor.close()
  }
}

function isBehind(batch: LineBatch, end: LogPosition, cursor: LogCursor): boolean {
  if (batch.inode === end.inode) return batch.start >= end.offset
  return cursor.position.passed.has(end.inode)
}

/** A line that begins before the end belongs to the part; its text is cut there. */
function cut(batch: LineBatch, end: LogPosition): LogPart {
  if (batch.inode !== end.inode || batch.start + batch.bytes.length <= end.offset) {
    return { lines: batch.lines, text: batch.bytes.toString('utf8') }
  }
  const text = batch.bytes.subarray(0, end.offset - batch.start).toString('utf8')
  const lineCount = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  return { lines: batch.lines.slice(0, lineCount), text }
}
