import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { badLockDirectory } from './errors-ports.ts'
import { makePath } from './make-path.ts'
import { lockHolder, releaseLock, takeLock } from './process-lock.ts'

/**
 * Locks a port among the Testrig processes of this user; answers whether it was free to lock. The lock of a process
 * that has ended does not count.
 *
 * @throws PORT_LOCK_DIRECTORY when the temporary directory cannot hold the locks
 */
export function lockPort(port: number): boolean {
  try {
    return takeLock(lockPath(port)) === undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw badLockDirectory(lockDirectory(), error)
  }
  makeLockDirectory()
  return lockPort(port)
}

/** Removes this process's lock of a port. */
export function unlockPort(port: number): void {
  releaseLock(lockPath(port))
}

/** Id of the process whose lock a port has; undefined when none that runs has one. */
export function portHolder(port: number): number | undefined {
  const holder = lockHolder(lockPath(port))
  return holder === undefined ? undefined : Number.parseInt(holder, 10)
}

/** The ports that are locked now. */
export function lockedPorts(): number[] {
  try {
    return readdirSync(lockDirectory()).map(Number).filter(Number.isInteger)
  } catch (error) {
    throw badLockDirectory(lockDirectory(), error)
  }
}

function makeLockDirectory(): void {
  try {
    makePath(lockDirectory(), 0o700)
  } catch (error) {
    throw badLockDirectory(lockDirectory(), error)
  }
}

function lockDirectory(): string {
  return join(tmpdir(), `testrig-ports-${process.getuid?.() ?? 'user'}`)
}

function lockPath(port: number): string {
  return join(lockDirectory(), String(port))
}
