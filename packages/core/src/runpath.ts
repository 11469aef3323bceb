import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runpathInUse, runpathNotOurs, runpathNotRemoved, runpathUnusable } from './errors-options.ts'
import { makePath } from './make-path.ts'
import { isPlain } from './plain-name.ts'
import { identify, isRunning } from './process-identity.ts'
import { releaseLock, takeLock } from './process-lock.ts'

/** The file by which a directory shows that Testrig has made it, with the process that did. */
export const MARKER = '.testrig'
/** A lock that a process has while it takes a directory. */
const TAKING = `${MARKER}-taking`
/** How names of temporary directories begin. */
export const PREFIX = 'testrig-'

/** Makes a fresh directory for a run, short enough for Unix socket paths below it. @throws RUNPATH_UNUSABLE */
export function temporaryRunpath(): string {
  const parent = tmpdir()
  return usable(parent, () => {
    const path = mkdtempSync(join(parent, PREFIX))
    writeFileSync(join(path, MARKER), identify(process.pid))
    return path
  })
}

/** Makes a directory that may be there. @throws RUNPATH_UNUSABLE */
export function makeDirectory(path: string): void {
  usable(path, () => makePath(path))
}

/**
 * Empties a directory, or makes it, for one use, until it is given back.
 *
 * @throws RUNPATH_NOT_OWNED when it holds files that Testrig did not put there
 * @throws RUNPATH_IN_USE when it was taken and not given back, by a process that still runs
 * @throws RUNPATH_UNUSABLE when it cannot be made
 */
export function takeRunpath(path: string): void {
  usable(path, () => {
    makePath(path)
    const entries = readdirSync(path)
    if (entries.length > 0 && !entries.some(isOurs)) throw runpathNotOurs(path)
    alone(path, () => {
      const owner = readMarker(path) ?? ''
      if (isRunning(owner)) throw runpathInUse(path, Number.parseInt(owner, 10))
      for (const entry of readdirSync(path))
        if (!isOurs(entry)) rmSync(join(path, entry), { recursive: true, force: true })
      writeFileSync(join(path, MARKER), identify(process.pid))
    })
  })
}

/** Removes a directory that was taken. @throws RUNPATH_UNUSABLE when it cannot be removed */
export function removeRunpath(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true }) // Several times as fast as without waiting: one call.
  } catch (error) {
    attempt(() => giveRunpathBack(path))
    throw runpathNotRemoved(path, error)
  }
}

/** Lets others take a directory. */
export function giveRunpathBack(path: string): void {
  if (readMarker(path) === identify(process.pid)) writeFileSync(join(path, MARKER), '')
}

/** A driver's name as a directory's name: letters and digits of all scripts stay. */
export function pathSegment(name: string): string {
  if (isPlain(name)) return name
  const safe = name.normalize('NFC').replaceAll(/[^\p{L}\p{M}\p{N}_.-]+/gu, '-')
  return safe.replace(/^\.+/, (dots) => '-'.repeat(dots.length))
}

function isOurs(entry: string): boolean {
  return entry === MARKER || entry.startsWith(TAKING)
}

/** Does something with a directory while no other process does: two that start at the same time would both take it. */
function alone(path: string, work: () => void): void {
  const taking = join(path, TAKING)
  const holder = takeLock(taking)
  if (holder !== undefined) throw runpathInUse(path, Number.parseInt(holder, 10))
  try {
    work()
  } finally {
    releaseLock(taking)
  }
}

function usable<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall === undefined ? error : runpathUnusable(path, error)
  }
}

function readMarker(path: string): string | undefined {
  return attempt(() => readFileSync(join(path, MARKER), 'utf8'))
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
