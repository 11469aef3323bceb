import { statSync } from 'node:fs'
import { open } from 'node:fs/promises'

const MOST = 8
const TELLS = /\b(ERROR|FATAL)\b|^(Exception in thread|Caused by:)|^[\w.$]+(Exception|Error): /

/** The size of a log now: where the next start's lines begin. */
export function logEnd(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** The first lines of a log, from a position on, that tell of errors: their traces fill the last lines, which are shown. */
export async function errorLines(path: string, from: number): Promise<readonly string[]> {
  if (from === logEnd(path)) return []
  const lines = await matchingLines(path, from)
  return lines.length === 0 ? [] : ['errors in its log:', ...lines.map((line) => `  ${line}`)]
}

async function matchingLines(path: string, from: number): Promise<readonly string[]> {
  const log = await open(path)
  const lines: string[] = []
  try {
    for await (const line of log.readLines({ start: from, autoClose: false })) {
      if (TELLS.test(line)) lines.push(line)
      if (lines.length === MOST) break
    }
  } finally {
    await log.close()
  }
  return lines
}
