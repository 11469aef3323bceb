import { statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { quoted } from './command-line.ts'
import { endingText } from './errors.ts'
import type { Execution } from './execution.ts'
import { listeningPorts } from './listening-ports.ts'

export interface Symptoms {
  /** The program and its arguments; empty when it was not yet clear what to run. */
  readonly command: readonly string[]
  /** Its run, when it has come to one. */
  readonly execution: Pick<Execution, 'pid' | 'ending' | 'processes'> | undefined
  /** Bytes that this start has logged. */
  readonly logged: number
  /** Directory of the log, when there is a run. */
  readonly logs: string | undefined
  /** Whether the driver waits for lines of a log. */
  readonly awaitsLines: boolean
}

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
  if (execution?.pid !== undefined) return [...lines, ...(await outlook(execution.pid, log))]
  if (execution?.ending === undefined) return lines
  lines.push(`ended with: ${endingText(execution.ending)}`)
  return execution.ending.exitCode === 0 ? [...lines, ...background(await execution.processes())] : lines
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

function background(pids: readonly number[]): readonly string[] {
  if (pids.length === 0) return []
  return [
    `hint: it goes on in the background (pid ${pids.join(', ')}): have it stay in the foreground, or say expectedExitCode: 0`,
  ]
}

async function outlook(
  pid: number,
  { logged, awaitsLines }: Pick<Symptoms, 'logged' | 'awaitsLines'>,
): Promise<readonly string[]> {
  const open = (await listeningPorts(pid)).map(({ host, port }) => `${host}:${port}`)
  const listens = open.length === 0 ? 'listens on no TCP port' : `listens on ${open.join(', ')}`
  const line = `it runs (pid ${pid}), ${listens} and has logged ${logged} bytes`
  const hint =
    "hint: its output may be block-buffered: try output: 'stdbuf' or 'pty', or a condition of readiness"
  return awaitsLines && logged === 0 ? [line, hint] : [line]
}

/** Counts the bytes that some files get from now on. */
export function countLogged(paths: readonly string[]): () => number {
  const files = new Set(paths)
  const before = bytesIn(files)
  return () => bytesIn(files) - before
}

function bytesIn(files: ReadonlySet<string>): number {
  return [...files].reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0)
}
