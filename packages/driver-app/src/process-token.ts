import type { StdioOptions } from 'node:child_process'
import { fstatSync, statSync } from 'node:fs'
import { hasProcFs } from './process-table.ts'

/**
 * The descriptor of a file that a program gets beside its standard ones, and that all it starts inherit. It tells whose
 * a daemon is that has left its group and its parent and has written its title over its environment, as nginx does.
 * Scripts rarely redirect so high a number, and shells keep their own files above it.
 */
const TOKEN = 9

/** Standard descriptors, and the token, where the system shows what a process holds open. */
export function withToken(standard: readonly ('pipe' | number)[], token: number): StdioOptions {
  if (!hasProcFs) return [...standard]
  const between = Array.from({ length: TOKEN - standard.length }, () => 'ignore' as const)
  return [...standard, ...between, token]
}

/** What names an open file for good. */
export function fileId(descriptor: number): string {
  const { dev, ino } = fstatSync(descriptor)
  return `${dev}:${ino}`
}

/** The file that a process holds as its token; undefined when it has none, or belongs to another user. */
export function tokenOf(pid: number): string | undefined {
  try {
    const found = statSync(`/proc/${pid}/fd/${TOKEN}`, { throwIfNoEntry: false })
    return found && `${found.dev}:${found.ino}`
  } catch {
    return undefined
  }
}
