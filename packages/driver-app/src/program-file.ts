import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs'

export interface ProgramFile {
  readonly isDirectory: boolean
  /** Whether its mode lets this user run it. */
  readonly isExecutable: boolean
  /** What the first line of a script says that it is run by, as it stands there. */
  readonly interpreter: string | undefined
}

/** Longest first line that the system looks at. Source: Linux include/uapi/linux/binfmts.h, BINPRM_BUF_SIZE. */
const FIRST_LINE = 256

/** What the file of a program that cannot be run is; undefined when there is none. */
export function programFile(path: string): ProgramFile | undefined {
  if (!existsSync(path)) return undefined
  const found = statSync(path)
  return {
    isDirectory: found.isDirectory(),
    isExecutable: isExecutable(path),
    interpreter: found.isFile() ? interpreterOf(path) : undefined,
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function interpreterOf(path: string): string | undefined {
  try {
    return /^#![ \t]*([^ \t\n]+)/.exec(firstLine(path))?.[1]
  } catch {
    return undefined // It may be run, but not read.
  }
}

function firstLine(path: string): string {
  const buffer = Buffer.alloc(FIRST_LINE)
  const file = openSync(path, 'r')
  try {
    return buffer.toString('latin1', 0, readSync(file, buffer, 0, FIRST_LINE, 0))
  } finally {
    closeSync(file)
  }
}
