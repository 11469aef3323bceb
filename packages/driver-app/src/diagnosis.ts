import { statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { quoted } from './command-line.ts'
import { endingText } from './errors.ts'
import type { Execution } from './execution.ts'

type Run = Pick<Execution, 'pid' | 'ending' | 'endedAsExpected' | 'listening' | 'processes'>

export interface Symptoms {
  /** The program and its arguments; empty when it was not yet clear what to run. */
  readonly command: readonly string[]
  /** Its run, when it has come to one. */
  readonly execution: Run | undefined
  /** Bytes that this start has logged, and those of them on the standard output. */
  readonly logged: Logged
  /** Directory of the log, when there is a run. */
  readonly logs: string | undefined
  /** Of what the driver awaits lines: of the standard output, or of other logs alone. */
  readonly awaited: 'output' | 'others' | undefined
}

export interface Logged {
  readonly bytes: number
  readonly output: number
}

/** What the libraries of languages write output to files in a multiple of, in bytes. */
const BLOCK = 4_096

/** Longest word of a command that is shown as a whole, in characters. */
const LONGEST_WORD = 1_000

/** What a program shows from outside, for the report of a start that failed. */
export async function diagnosis({ logs, ...symptoms }: Symptoms): Promise<readonly string[]> {
  const lines = await seen(symptoms)
  return logs !== undefined && (await isFull(logs))
    ? [...lines, `hint: the disk is full: nothing more can be written to ${logs}`]
    : lines
}

async function seen({ command, execution, ...log }: Omit<Symptoms, 'logs'>): Promise<readonly string[]> {
  const lines = command.length === 0 ? [] : [`command: ${command.map(shown).join(' ')}`]
  if (execution?.pid !== undefined) return [...lines, ...(await outlook(execution, log))]
  if (execution?.ending === undefined) return lines
  lines.push(`ended with: ${endingText(execution.ending)}`)
  return execution.ending.exitCode === 0 ? [...lines, ...(await background(execution))] : lines
}

/** What has no blocks at all, such as /proc, is not full. */
async function isFull(directory: string): Promise<boolean> {
  const { blocks, bavail } = await statfs(directory).catch(() => ({ blocks: 0, bavail: 0 }))
  return blocks > 0 && bavail === 0
}

function shown(word: string): string {
  const { length } = word
  return length > LONGEST_WORD ? `${quoted(word.slice(0, 100))}… (${length} characters)` : quoted(word)
}

async function background(execution: Run): Promise<readonly string[]> {
  const pids = await execution.processes()
  if (pids.length === 0) return []
  const line = `it goes on in the background (pid ${pids.join(', ')})`
  return execution.endedAsExpected
    ? [`${line} and ${await listens(execution)}`]
    : [`hint: ${line}: have it stay in the foreground, or say expectedExitCode: 0`]
}

async function listens(execution: Run): Promise<string> {
  const open = ((await execution.listening()) ?? []).map(({ host, port }) => `${host}:${port}`)
  return open.length === 0 ? 'listens on no TCP port' : `listens on ${open.join(', ')}`
}

async function outlook(
  execution: Run,
  { logged: { bytes, output }, awaited }: Pick<Symptoms, 'logged' | 'awaited'>,
): Promise<readonly string[]> {
  const line = `it runs (pid ${execution.pid}), ${await listens(execution)} and has logged ${bytes} bytes`
  const hint =
    "hint: its output may be block-buffered: try output: 'stdbuf' or 'pty', or a condition of readiness"
  const isHeldBack = awaited === 'output' ? output % BLOCK === 0 : awaited === 'others' && bytes === 0
  return isHeldBack ? [line, hint] : [line]
}

/** Counts the bytes that the standard output and other files get from now on. */
export function countLogged(outpath: string, ...others: readonly string[]): () => Logged {
  const paths = [...new Set([outpath, ...others])]
  const before = paths.map(sizeOf)
  return () => {
    const grown = paths.map((path, index) => sizeOf(path) - (before[index] ?? 0))
    return { bytes: grown.reduce((sum, each) => sum + each), output: grown[0] ?? 0 }
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
