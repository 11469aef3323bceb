import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Longest time that the program may take, in milliseconds. */
const LIMIT = 3_000

/**
 * The inodes of Unix sockets, each with that of its peer, which /proc does not tell; undefined where the program `ss`, of
 * iproute2, is missing.
 */
export async function unixPeers(): Promise<ReadonlyMap<string, string> | undefined> {
  const options = { timeout: LIMIT, maxBuffer: 64 * 1024 * 1024 }
  const shown = await promisify(execFile)('ss', ['-xnH'], options).catch(() => undefined)
  if (shown === undefined) return undefined
  return new Map(
    shown.stdout.split('\n').flatMap((line) => {
      const [, , , , , inode, , peer] = line.trim().split(/\s+/)
      return inode === undefined || peer === undefined ? [] : [[inode, peer] as const]
    }),
  )
}
