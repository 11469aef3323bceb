import type { Failure } from './report.ts'

const BEGIN = /^(?:(?<file>.+):(?<line>\d+)|unknown file): Failure$/
const SKIPPED = /^(?:.+:\d+|unknown file): Skipped$/

export interface PrintedBlock {
  readonly failures: readonly Failure[]
  /** What stands after the line that tells of a skip. */
  readonly note: string | undefined
  /** What else was printed. */
  readonly output: string
}

/** Takes printed lines apart: failures with their places, the reason of a skip, and what the case printed itself. */
export function printedBlock(lines: readonly string[]): PrintedBlock {
  const failures: { file?: string; line?: number; text: string[] }[] = []
  const output: string[] = []
  let note: string[] | undefined
  let target = output
  for (const each of lines) {
    const groups = BEGIN.exec(each)?.groups
    if (groups !== undefined) {
      const text: string[] = []
      failures.push({
        text,
        ...(groups.file !== undefined && { file: groups.file, line: Number(groups.line) }),
      })
      target = text
    } else if (SKIPPED.test(each)) {
      note = []
      target = note
    } else target.push(each)
  }
  return {
    failures: failures.map(({ text, ...place }) => ({ message: text.join('\n').trimEnd(), ...place })),
    note: note?.join('\n').trim() || undefined,
    output: output.join('\n'),
  }
}

/** A failure of GTest's report: a line of file and number, then the message. */
export function reportedFailure(text: string): Failure {
  const [place = '', ...message] = text.split('\n')
  const [, file, line] = /^(.+):(\d+)$/.exec(place) ?? []
  if (file !== undefined) return { message: message.join('\n'), file, line: Number(line) }
  return { message: place === 'unknown file' ? message.join('\n') : text }
}
