import { mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { badLockDirectory } from './errors-ports.ts'
import { identify, isRunning } from './process-identity.ts'

/**
 * Locks a port among the Testrig processes of this user; answers whether it was free to lock. The lock of a process
 * that has ended does not count.
 *
 * @throws PORT_LOCK_DIRECTORY when the temporary directory cannot hold the locks
 */
export function lockPort(port: number): boolean {
  const name = String(port)
  return createLock(name) || (removeStale(name) && createLock(name))
}

/** Removes this process's lock of a port. */
export function unlockPort(port: number): void {
  rmSync(lockPath(String(port)), { force: true })
}

/** Id of the process whose lock a port has; undefined when none that runs has one. */
export function portHolder(port: number): number | undefined {
  const owner = ownerOf(String(port))
  return isLive(owner) ? Number.parseInt(owner as string, 10) : undefined
}

/** The ports that are locked now. */
export function lockedPorts(): number[] {
  try {
    return readdirSync(lockDirectory()).map(Number).filter(Number.isInteger)
  } catch (error) {
    throw badLockDirectory(lockDirectory(), error)
  }
}

/** A lock is a symbolic link whose target names its owner: one system call makes it, whole, or finds it there. */
function createLock(name: string): boolean {
  try {
    symlinkSync(identify(process.pid), lockPath(name))
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code !== 'ENOENT') throw badLockDirectory(lockDirectory(), error)
    makeLockDirectory()
    return createLock(name)
  }
}

function makeLockDirectory(): void {
  try {
    mkdirSync(lockDirectory(), { mode: 0o700, recursive: true })
  } catch (error) {
    throw badLockDirectory(lockDirectory(), error)
  }
}

/**
 * Removes the lock of a process that has ended. One process at a time does so: else two that saw the same dead owner
 * could remove one another's new lock.
 */
function removeStale(name: string): boolean {
  if (isLive(ownerOf(name))) return false
  const removal = `${name}.removal`
  if (!createLock(removal) && !(removeStaleRemoval(removal) && createLock(removal))) return false
  try {
    const owner = ownerOf(name)
    if (isLive(owner)) return false
    // A lock that is gone may come back with a new owner; one of a dead owner stays until it is removed here.
    if (owner !== undefined) rmSync(lockPath(name), { force: true })
    return true
  } finally {
    rmSync(lockPath(removal), { force: true })
  }
}

/** A process was killed between two system calls: its lock is moved away, and back if it had changed meanwhile. */
function removeStaleRemoval(removal: string): boolean {
  const owner = ownerOf(removal)
  if (owner === undefined || isLive(owner)) return false
  const aside = `${removal}-${identify(process.pid)}`
  try {
    renameSync(lockPath(removal), lockPath(aside))
    if (ownerOf(aside) === owner) return true
    renameSync(lockPath(aside), lockPath(removal))
  } catch {
    // Another process was quicker.
  } finally {
    rmSync(lockPath(aside), { force: true })
  }
  return false
}

function isLive(owner: string | undefined): boolean {
  return owner !== undefined && isRunning(owner)
}

/** The owner that a lock names, '' when it names none, undefined when there is no lock. */
function ownerOf(name: string): string | undefined {
  try {
    return readlinkSync(lockPath(name))
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : ''
  }
}

function lockDirectory(): string {
  return join(tmpdir(), `testrig-ports-${process.getuid?.() ?? 'user'}`)
}

function lockPath(name: string): string {
  return join(lockDirectory(), name)
}
