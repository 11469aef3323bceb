import { statSync } from 'node:fs'
import { quoted } from './command-line.ts'
import { type Ending, endingText } from './errors.ts'
import { listeningPorts } from './listening-ports.ts'

export interface Symptoms {
  /** The program and its arguments; empty when it was not yet clear what to run. */
  readonly command: readonly string[]
  /** Process id of a program that runs. */
  readonly pid: number | undefined
  readonly ending: Ending | undefined
  /** Bytes that this start has logged. */
  readonly logged: number
}

/** What a program shows from outside, for the report of a start that failed. */
export async function diagnosis({ command, pid, ending, logged }: Symptoms): Promise<readonly string[]> {
  const lines = command.length === 0 ? [] : [`command: ${command.map(quoted).join(' ')}`]
  if (ending !== undefined) return [...lines, `ended with: ${endingText(ending)}`]
  return pid === undefined ? lines : [...lines, ...(await outlook(pid, logged))]
}

async function outlook(pid: number, logged: number): Promise<readonly string[]> {
  const open = (await listeningPorts(pid)).map(({ host, port }) => `${host}:${port}`)
  const listens = open.length === 0 ? 'listens on no TCP port' : `listens on ${open.join(', ')}`
  const line = `it runs (pid ${pid}), ${listens} and has logged ${logged} bytes`
  const hint =
    "hint: its output may be block-buffered: try output: 'stdbuf' or 'pty', or a condition of readiness"
  return logged === 0 && open.length > 0 ? [line, hint] : [line]
}

/** The bytes in some files together, each counted once. */
export function bytesIn(paths: readonly string[]): number {
  const sizes = [...new Set(paths)].map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0)
  return sizes.reduce((sum, size) => sum + size, 0)
}
