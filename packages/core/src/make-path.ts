import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a directory, with the mode if one is given, and those above it that are not there. Node's own `recursive` never
 * comes to an end where the system says that a directory is missing although it is there, as it does for new ones below
 * /proc.
 */
export function makePath(path: string, mode?: number): void {
  if (madeOrThere(path, mode)) return
  makePath(dirname(path))
  if (!madeOrThere(path, mode)) mkdirSync(path, mode) // Its parent is there: throws why it cannot be made.
}

/** Makes a directory; false when the system misses the one above it. @throws the system's error for any other reason */
function madeOrThere(path: string, mode: number | undefined): boolean {
  try {
    mkdirSync(path, mode)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return false
    if (code !== 'EEXIST' || !statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
  return true
}
