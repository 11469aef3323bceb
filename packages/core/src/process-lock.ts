import { readlinkSync, renameSync, symlinkSync, unlinkSync } from 'node:fs'
import { identify, isRunning } from './process-identity.ts'

/**
 * Takes a lock for this process; answers which running process has it, undefined when this one has it now. It is a
 * symbolic link whose target names its owner: one system call makes it, whole, or finds it there. The lock of a process
 * that has ended is taken over.
 */
export function takeLock(path: string): string | undefined {
  if (makeLink(path)) return undefined
  const owner = ownerOf(path)
  if (owner === undefined) return takeLock(path) // It was released meanwhile.
  return isRunning(owner) ? owner : takeOver(path, owner)
}

/** Removes a lock of this process, which may be gone. */
export function releaseLock(path: string): void {
  try {
    unlinkSync(path) // From Node.js 24.0 to 24.13 rmSync() leaves a link to nothing where it is.
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** The running process that has a lock. */
export function lockHolder(path: string): string | undefined {
  const owner = ownerOf(path)
  return owner !== undefined && isRunning(owner) ? owner : undefined
}

/**
 * Of those that find the lock of a dead owner, the one that locks its succession becomes the next: else one could remove
 * what another has made since. No dead owner comes back, so a lock that names it still is the one that was found.
 */
function takeOver(path: string, owner: string): string | undefined {
  const succession = `${path}.after-${encodeURIComponent(owner)}`
  const successor = takeLock(succession)
  if (successor !== undefined) return successor
  if (ownerOf(path) === owner) {
    renameSync(succession, path)
    return undefined
  }
  releaseLock(succession)
  return takeLock(path)
}

function makeLink(path: string): boolean {
  try {
    symlinkSync(identify(process.pid), path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** What a lock names, '' when it is no link, undefined when there is none. */
function ownerOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : ''
  }
}
