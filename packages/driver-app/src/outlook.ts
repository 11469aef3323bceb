import { statSync } from 'node:fs'
import { listeningPorts } from './listening-ports.ts'

/** What a program that still runs shows from outside, for the report of a start that failed. */
export async function outlook(pid: number, bytesLogged: number): Promise<readonly string[]> {
  const open = (await listeningPorts(pid)).map(({ host, port }) => `${host}:${port}`)
  const listens = open.length === 0 ? 'listens on no TCP port' : `listens on ${open.join(', ')}`
  const line = `it runs (pid ${pid}), ${listens} and has logged ${bytesLogged} bytes`
  const hint =
    "hint: its output may be block-buffered: try output: 'stdbuf' or 'pty', or a condition of readiness"
  return bytesLogged === 0 && open.length > 0 ? [line, hint] : [line]
}

/** The bytes in some files together, each counted once. */
export function bytesIn(paths: readonly string[]): number {
  const sizes = [...new Set(paths)].map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0)
  return sizes.reduce((sum, size) => sum + size, 0)
}
