import { existsSync } from 'node:fs'
import { chmod, lchown, lstat, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Gives a directory with all that is in it to the user that a program runs as. The directory of the environment is
 * opened for passing through: as a directory for temporary files it is closed to others.
 */
export async function handOver(
  path: string,
  uid: number | undefined,
  gid: number | undefined,
): Promise<void> {
  const { uid: owner, gid: group } = await lstat(path)
  const entries = await readdir(path, { recursive: true })
  for (const each of [path, ...entries.map((entry) => join(path, entry))])
    await lchown(each, uid ?? owner, gid ?? group)
  const parent = dirname(path)
  if (existsSync(join(parent, '.testrig'))) await chmod(parent, (await lstat(parent)).mode | 0o011)
}
