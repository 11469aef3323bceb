import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

/** A case as GTest prints it. */
export interface PrintedCase {
  readonly name: string
  /** Undefined when it had begun and not ended. */
  status?: 'passed' | 'failed' | 'skipped'
  /** Milliseconds. */
  duration?: number
  readonly lines: string[]
}

/** What a GTest program has printed. */
export interface Printed {
  readonly cases: readonly PrintedCase[]
  /** The suite that had begun and not ended. */
  readonly suite: string | undefined
  /** Lines outside of cases, such as failures of what sets a suite up, split where the program came further. */
  readonly outside: readonly (readonly string[])[]
}

const MARK =
  /^(?<before>.*?)\[(?<mark> RUN {6}| {7}OK | {2}FAILED {2}| {2}SKIPPED |-{10}|={10})\] (?<rest>.*)$/
const STATUS: Readonly<Record<string, 'passed' | 'failed' | 'skipped'>> = {
  OK: 'passed',
  FAILED: 'failed',
  SKIPPED: 'skipped',
}
/** Lines kept of one case, so that one which prints without end can be read. */
const MOST_LINES = 10_000

/** Reads what a GTest program printed, as far as it came. */
export async function readGTestOutput(path: string): Promise<Printed> {
  const reader = new Reader()
  for await (const line of createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  }))
    reader.add(line)
  return reader
}

class Reader implements Printed {
  readonly cases: PrintedCase[] = []
  readonly outside: string[][] = []
  suite: string | undefined
  #case: PrintedCase | undefined
  #isOver = false

  add(line: string): void {
    if (this.#isOver) return
    const { before = '', mark = '', rest = '' } = MARK.exec(line)?.groups ?? {}
    const word = mark.trim()
    if (word === 'RUN' && this.#case === undefined) this.#begin(rest)
    else if (this.#case !== undefined && STATUS[word] !== undefined && isOf(rest, this.#case.name)) {
      if (before !== '') this.#case.lines.push(before)
      this.#end(STATUS[word], rest)
    } else if (this.#case !== undefined) keep(this.#case.lines, line)
    else if (word === '') keep(this.outside.at(-1) ?? [], line)
    else this.#passMark(word, rest)
  }

  #begin(name: string): void {
    this.#case = { name, lines: [] }
    this.cases.push(this.#case)
  }

  #end(status: 'passed' | 'failed' | 'skipped', rest: string): void {
    const ended = this.#case as PrintedCase
    ended.status = status
    const duration = / \((\d+) ms\)$/.exec(rest)?.[1]
    if (duration !== undefined) ended.duration = Number(duration)
    this.#case = undefined
  }

  /** Between cases; before the first mark the program itself prints. */
  #passMark(word: string, rest: string): void {
    if (STATUS[word] === undefined) this.outside.push([])
    if (word.startsWith('-')) this.#changeSuite(rest)
    if (word.startsWith('=') && / ran\. \(/.test(rest)) this.#isOver = true
  }

  #changeSuite(rest: string): void {
    const began = /^\d+ tests? from (.+?)(?:, where .*)?$/.exec(rest)?.[1]
    this.suite = began === undefined || / \(\d+ ms total\)$/.test(rest) ? undefined : began
  }
}

function isOf(rest: string, name: string): boolean {
  return rest === name || rest.startsWith(`${name} (`) || rest.startsWith(`${name}, where `)
}

function keep(lines: string[], line: string): void {
  if (lines.length < MOST_LINES) lines.push(line)
}
