import { open } from 'node:fs/promises'
import type { Execution } from './execution.ts'

const LINES = 40
const BYTES = 64 * 1024

/** The last lines of what a program printed on both streams, or a case on the first, with headings. */
export async function outputTail({ stdout, stderr, secrets }: Execution, ofCase?: string): Promise<string> {
  const parts = [
    ofCase === undefined
      ? section(`last lines of stdout (${stdout})`, await end(stdout))
      : section('the case printed', ofCase),
    section(`last lines of stderr (${stderr})`, await end(stderr)),
  ]
  return secrets.mask(parts.filter((part) => part !== '').join('\n')) || '  it printed nothing'
}

/** The last lines of a text. */
export function lastLines(text: string, count: number = LINES): string {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}

function section(title: string, text: string): string {
  const lines = lastLines(text).split('\n')
  return text.trim() === '' ? '' : [`  ${title}:`, ...lines.map((line) => `    ${line}`.trimEnd())].join('\n')
}

async function end(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const length = Math.min(size, BYTES)
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
    const text = buffer.toString()
    return size > BYTES ? text.slice(text.indexOf('\n') + 1) : text
  } finally {
    await file.close()
  }
}
