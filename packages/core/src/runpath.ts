import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runpathInUse, runpathNotOurs, runpathUnusable } from './errors-options.ts'
import { isPlain } from './plain-name.ts'
import { identify, isRunning } from './process-identity.ts'

/** The file by which a directory shows that Testrig has made it, with the process that did. */
export const MARKER = '.testrig'
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
  usable(path, () => mkdirSync(path, { recursive: true }))
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
    empty(path)
    mkdirSync(path, { recursive: true })
    writeFileSync(join(path, MARKER), identify(process.pid))
  })
}

/** Lets others take a directory. */
export function giveRunpathBack(path: string): void {
  const marker = join(path, MARKER)
  if (readMarker(marker) === identify(process.pid)) writeFileSync(marker, '')
}

/** A driver's name as a directory's name: letters and digits of all scripts stay. */
export function pathSegment(name: string): string {
  if (isPlain(name)) return name
  const safe = name.normalize('NFC').replaceAll(/[^\p{L}\p{M}\p{N}_.-]+/gu, '-')
  return safe.replace(/^\.+/, (dots) => '-'.repeat(dots.length))
}

function empty(path: string): void {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return
  const entries = readdirSync(path)
  if (entries.length > 0 && !entries.includes(MARKER)) throw runpathNotOurs(path)
  const owner = readMarker(join(path, MARKER)) ?? ''
  if (isRunning(owner)) throw runpathInUse(path, Number.parseInt(owner, 10))
  for (const entry of entries) rmSync(join(path, entry), { recursive: true, force: true })
}

function usable<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall === undefined ? error : runpathUnusable(path, error)
  }
}

function readMarker(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
