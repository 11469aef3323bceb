import { readdirSync } from 'node:fs'
import { readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRunning } from './process-identity.ts'
import { now } from './run.ts'
import { MARKER, PREFIX } from './runpath.ts'

/** How long a directory that was kept after a failure stays, in milliseconds. */
const KEPT = 7 * 24 * 60 * 60 * 1_000
/** At how many directories a process looks: each takes some time of a run that is about to end. */
const LOOKED_AT = 20

let begun = false

/** Begins once in this process to remove old directories. */
export function cleanUpOnce(): void {
  if (!begun) removeOldRunpaths().catch(() => {}) // A temporary directory that is gone holds none.
  begun = true
}

/**
 * Removes the temporary directories that runs of this user have kept for a week, unless their process still runs. Where
 * there are many, it looks at some, and other runs at others.
 */
export async function removeOldRunpaths(): Promise<void> {
  const parent = tmpdir()
  const names = readdirSync(parent).filter((name) => name.startsWith(PREFIX))
  const first = Math.floor(Math.random() * names.length)
  const some = [...names.slice(first), ...names.slice(0, first)].slice(0, LOOKED_AT)
  for (const name of some) await removeIfOld(join(parent, name)).catch(() => {}) // Another run may be quicker.
}

async function removeIfOld(path: string): Promise<void> {
  const marker = join(path, MARKER)
  const { mtimeMs, uid } = await stat(marker)
  if (now() - mtimeMs < KEPT || uid !== process.getuid?.()) return
  if (isRunning(await readFile(marker, 'utf8'))) return
  await rm(path, { recursive: true, force: true })
}
