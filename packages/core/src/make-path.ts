import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a directory, and those above it that are not there. Node's own `recursive` never comes to an end where the system
 * says that a directory is missing although it is there, as it does for new ones below /proc.
 */
export function makePath(path: string, hasParent = false): void {
  try {
    mkdirSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && !hasParent) {
      makePath(dirname(path))
      makePath(path, true)
    } else if (code !== 'EEXIST' || !statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
}
