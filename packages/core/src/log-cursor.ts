import { existsSync, globSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { FileLines, type FileStatus, type LineBatch, lineEnd, statusOf } from './file-lines.ts'

/** A place in a log. */
export interface LogPosition {
  /** Identity of the file, or `''` at the start of the oldest. */
  readonly inode: string
  /** Offset in the file, in bytes. */
  readonly offset: number
  /** Identities of the files of the log that lie before this place. */
  readonly passed: ReadonlySet<string>
}

/** The start of a log. */
export const LOG_START: LogPosition = { inode: '', offset: 0, passed: new Set() }

/** What rotation has compressed was read before, and holds no lines. */
const COMPRESSED = /\.(gz|bz2|xz|zst|Z|zip)$/

interface LogFile extends FileStatus {
  readonly path: string
}

/** The path to watch for changes of a log: the file, or the directory of a glob. */
export function watchedPath(log: string): string {
  return isGlob(log) ? dirname(log) : log
}

/** The file of a log that was written last; undefined when there is none. */
export function newestFile(log: string): string | undefined {
  return logFiles(log).at(-1)?.path
}

/** The end of what a log holds now. */
export function logEnd(log: string): LogPosition {
  const files = logFiles(log)
  const last = files.at(-1)
  if (!last) return LOG_START
  return {
    inode: last.inode,
    offset: last.size,
    passed: new Set(files.slice(0, -1).map(({ inode }) => inode)),
  }
}

/** Whether a place lies behind another. */
export function isAfter(place: LogPosition, other: LogPosition): boolean {
  if (place.inode === other.inode) return place.offset > other.offset
  return other.inode === '' || place.passed.has(other.inode)
}

/** Reads a log from a position on, from rotated file to rotated file, the one that was last written to last. */
export class LogCursor {
  readonly log: string
  readonly #from: LogPosition
  readonly #passed: Set<string>
  #file: FileLines | undefined

  constructor(log: string, from: LogPosition) {
    this.log = log
    this.#from = from
    this.#passed = new Set(from.passed)
  }

  /** After the last complete line read. */
  get position(): LogPosition {
    return this.#place(this.#file?.inode ?? this.#from.inode, this.#file?.lineStart ?? this.#from.offset)
  }

  /** The place behind line `index` of a batch just read. */
  after(batch: LineBatch, index: number): LogPosition {
    return this.#place(batch.inode, lineEnd(batch, index))
  }

  /** Whether all was read up to a place in the file that is read now. */
  hasReached(place: LogPosition): boolean {
    return this.#file?.inode === place.inode && this.#file.offset >= place.offset
  }

  /** Reads on; answers undefined at the end, and a batch without lines inside a long line. */
  next(): LineBatch | undefined {
    this.#file ??= this.#open()
    return this.#file?.next() ?? this.#successor()
  }

  /** What stands at the end of the log without a line end. */
  rest(): LineBatch | undefined {
    return this.#file?.peekRest()
  }

  close(): void {
    this.#file?.close()
  }

  #place(inode: string, offset: number): LogPosition {
    return { inode, offset, passed: new Set(this.#passed) }
  }

  #open(): FileLines | undefined {
    const { inode: last, offset } = this.#from
    return openListed(() => {
      const files = logFiles(this.log)
      const known = files.find(({ inode }) => inode === last)
      if (known) return { ...known, offset }
      // The file of the position was removed, and rotation removes the oldest first: all that is left is new.
      return files.find(({ inode }) => !this.#passed.has(inode))
    })
  }

  /** Goes over to the next file when there is one with content, after the last lines of this one. */
  #successor(): LineBatch | undefined {
    const current = this.#file
    if (!current || !this.#following(current.inode)) return undefined
    const last = current.next() ?? current.rest()
    if (last) return last
    const file = openListed(() => this.#following(current.inode)) // Before the old one is closed, as it may not be readable.
    if (!file) return undefined
    current.close()
    this.#passed.add(current.inode)
    this.#file = file
    return file.next()
  }

  /** The oldest file with content that was not read: while the log is read, a file that appears is younger. */
  #following(current: string): LogFile | undefined {
    return logFiles(this.log).find(
      ({ inode, size }) => size > 0 && inode !== current && !this.#passed.has(inode),
    )
  }
}

/** Opens a file that was found in a directory; where rotation has moved it meanwhile, it is looked for again. */
function openListed(find: () => (LogFile & { readonly offset?: number }) | undefined): FileLines | undefined {
  for (let found = find(); found; found = find()) {
    const file = FileLines.open(found.path, found.offset ?? 0)
    if (file?.inode === found.inode) return file
    file?.close()
  }
  return undefined
}

function isGlob(log: string): boolean {
  return /[*?[\]{}]/.test(basename(log)) && !existsSync(log)
}

/** The files of the log, oldest first. */
function logFiles(log: string): LogFile[] {
  if (!isGlob(log)) return filesAt([log])
  const list = () => filesAt(matchingFiles(dirname(log), basename(log)))
  let files = list()
  // A file that rotation moves while the list is made is in it under none of its names, or under two.
  for (let again = list(); !isSame(files, again); again = list()) files = again
  return files.toSorted(byAge)
}

function filesAt(paths: readonly string[]): LogFile[] {
  return paths.flatMap((path) => {
    const status = statusOf(path)
    return status ? [{ path, ...status }] : []
  })
}

/** Whether the same files stand at the same paths. */
function isSame(one: readonly LogFile[], other: readonly LogFile[]): boolean {
  const places = (files: readonly LogFile[]) => files.map(({ path, inode }) => `${inode} ${path}`).toSorted()
  return places(one).join('\n') === places(other).join('\n')
}

/** Files written within one tick of the clock have equal times; of app.log, app.log.1 and app.log.2 the last is oldest. */
function byAge(a: LogFile, b: LogFile): number {
  return Number(a.modified - b.modified) || b.path.localeCompare(a.path, 'en', { numeric: true })
}

function matchingFiles(directory: string, glob: string): string[] {
  const entries = globSync(glob, { cwd: directory, withFileTypes: true })
  const logs = entries.filter((entry) => !entry.isDirectory() && !COMPRESSED.test(entry.name))
  return logs.map(({ name }) => join(directory, name))
}
