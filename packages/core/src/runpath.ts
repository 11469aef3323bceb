import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runpathNotOurs } from './errors.ts'

const MARKER = '.testrig'

/** Makes a fresh directory for a run, short enough for Unix socket paths below it. */
export function temporaryRunpath(): string {
  const path = mkdtempSync(join(tmpdir(), 'testrig-'))
  writeFileSync(join(path, MARKER), '')
  return path
}

/**
 * Makes a directory, emptied when asked.
 *
 * @throws RUNPATH_NOT_OWNED when a directory to be emptied holds files that Testrig did not put there
 */
export function prepareRunpath(path: string, clean: boolean): void {
  if (clean && exists(path)) {
    const entries = readdirSync(path)
    if (entries.length > 0 && !entries.includes(MARKER)) throw runpathNotOurs(path)
    for (const entry of entries) rmSync(join(path, entry), { recursive: true, force: true })
  }
  mkdirSync(path, { recursive: true })
  if (clean) writeFileSync(join(path, MARKER), '')
}

/** A driver's name as a directory's name. */
export function pathSegment(name: string): string {
  const safe = name.replaceAll(/[^\w.-]+/g, '-')
  return safe.replace(/^\.+/, (dots) => '-'.repeat(dots.length))
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}
