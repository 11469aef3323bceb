import { closeSync, openSync, readSync, statSync } from 'node:fs'

export interface ProgramFile {
  readonly isDirectory: boolean
  /** What the first line of a script says that it is run by, as it stands there. */
  readonly interpreter: string | undefined
}

/** Longest first line that the system looks at. Source: Linux include/uapi/linux/binfmts.h, BINPRM_BUF_SIZE. */
const FIRST_LINE = 256

/** What the file of a program that cannot be run is; undefined when there is none. */
export function programFile(path: string): ProgramFile | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return undefined
  return { isDirectory: found.isDirectory(), interpreter: found.isFile() ? interpreterOf(path) : undefined }
}

function interpreterOf(path: string): string | undefined {
  const buffer = Buffer.alloc(FIRST_LINE)
  const file = openSync(path, 'r')
  try {
    const length = readSync(file, buffer, 0, FIRST_LINE, 0)
    return /^#![ \t]*([^ \t\n]+)/.exec(buffer.toString('latin1', 0, length))?.[1]
  } finally {
    closeSync(file)
  }
}
