import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { badOffset, notARegularFile, unreadableFile } from './errors-logs.ts'
import { fileIdentity } from './file-identity.ts'
import { characterBoundary, splitLines, withoutHole } from './split-lines.ts'

/** Bytes per read: what is read of one file before others get their turn. */
const CHUNK = 64 * 1024

/** Bytes before the offset that are compared at each read, to notice a file that was truncated and has grown again. */
const TAIL = 64

/** A line of more bytes is delivered in pieces of about this size. */
const LONGEST_LINE = 1024 * 1024

/** Reads are synchronous, so that one buffer serves all files. */
const buffer = Buffer.allocUnsafeSlow(CHUNK + TAIL)

const NEWLINE = 0x0a

/** Complete lines read at once. */
export interface LineBatch {
  /** The lines without their ends, LF or CRLF. */
  readonly lines: readonly string[]
  /** Identity of the file that they stand in. */
  readonly inode: string
  /** Offset of the first line in the file, in bytes. */
  readonly start: number
  /** The lines as they stand in the file; valid until the next read of any file. */
  readonly bytes: Buffer
}

/** The offset in the file at which line `index` of the batch ends, its line end included. */
export function lineEnd(batch: LineBatch, index: number): number {
  let end = 0
  for (let line = 0; line <= index; line++) {
    const newline = batch.bytes.indexOf(NEWLINE, end)
    if (newline === -1) return batch.start + batch.bytes.length
    end = newline + 1
  }
  return batch.start + end
}

/** What tells one file from another, and how far it goes. */
export interface FileStatus {
  /** Its identity. */
  readonly inode: string
  /** Size in bytes. */
  readonly size: number
  /** Time of the last write, in nanoseconds. */
  readonly modified: bigint
}

/** The end of a file at one time: tells what was written later from what was there. */
export interface FileEnd extends FileStatus {
  /** The bytes before the end, 64 at most. */
  readonly tail: Buffer
}

/** The status of the file at a path, or undefined when there is none. */
export function statusOf(path: string): FileStatus | undefined {
  try {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false })
    return found && statusFrom(found)
  } catch (error) {
    throw unreadableFile(path, error)
  }
}

/** The end of the file at a path now; undefined when there is none. @throws LOG_FILE_UNREADABLE, LOG_FILE_KIND */
export function endOf(path: string): FileEnd | undefined {
  const file = FileLines.open(path, 'end')
  file?.close()
  return file?.opened
}

/** An open file that is read forward line by line: only complete lines, and no byte twice. */
export class FileLines {
  readonly inode: string
  readonly #path: string
  readonly #descriptor: number
  readonly #status: FileStatus
  #offset = 0
  #tail: Buffer = Buffer.alloc(0)
  #pending: Buffer[] = []
  #pendingBytes = 0
  #skipsHole = false

  /**
   * Opens the file, or answers undefined when there is none. An offset beyond the end counts as 0: the file was
   * truncated since the offset was taken. So does the end of another file, or of one that was written anew.
   *
   * @throws LOG_FILE_UNREADABLE when the file cannot be opened
   * @throws LOG_FILE_KIND when it is a directory, a pipe or a device
   */
  static open(path: string, from: number | 'end' | FileEnd): FileLines | undefined {
    if (typeof from !== 'object' && from !== 'end' && !(Number.isSafeInteger(from) && from >= 0))
      throw badOffset(from)
    const descriptor = openForReading(path)
    if (descriptor === undefined) return undefined
    try {
      return new FileLines(path, descriptor, from)
    } catch (error) {
      closeSync(descriptor)
      throw error
    }
  }

  private constructor(path: string, descriptor: number, from: number | 'end' | FileEnd) {
    this.#path = path
    this.#descriptor = descriptor
    const status = fstatSync(descriptor, { bigint: true })
    if (!status.isFile()) throw notARegularFile(path)
    this.#status = statusFrom(status)
    this.inode = this.#status.inode
    if (typeof from === 'object') this.#skipPast(from)
    else if (from === 'end' || from <= this.#status.size)
      this.#skipTo(from === 'end' ? this.#status.size : from)
  }

  /** The file as it was when it was opened at its end, as long as nothing has been read. */
  get opened(): FileEnd {
    return { ...this.#status, tail: this.#tail }
  }

  /** Bytes read so far, counted from the start of the file. */
  get offset(): number {
    return this.#offset
  }

  /** Where the first line that was not delivered begins, in bytes. */
  get lineStart(): number {
    return this.#offset - this.#pendingBytes
  }

  /** Reads on by at most 64 KiB; answers undefined at the end, and a batch without lines inside a long line. */
  next(): LineBatch | undefined {
    const known = this.#tail.length
    const end = this.#read(this.#offset - known)
    if (!this.#isUnchanged(end)) return this.#restart()
    if (end === known) return undefined
    this.#offset += end - known
    this.#tail = Buffer.from(buffer.subarray(Math.max(0, end - TAIL), end))
    return this.#take(buffer.subarray(known, end))
  }

  /** Takes what stands after the last line end, as a line; undefined when that is nothing. */
  rest(): LineBatch | undefined {
    const rest = this.peekRest()
    this.#pending = []
    this.#pendingBytes = 0
    return rest
  }

  /** What stands after the last line end, left in place. */
  peekRest(): LineBatch | undefined {
    return this.#pendingBytes === 0 ? undefined : this.#batch(Buffer.concat(this.#pending), this.lineStart)
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  /** A file that was written since, and has not grown, holds what is new; so does one whose bytes are others. */
  #skipPast({ inode, size, modified, tail }: FileEnd): void {
    const status = this.#status
    if (inode !== status.inode || size > status.size) return
    if (size === status.size && modified !== status.modified) return
    this.#skipTo(size)
    if (!this.#tail.equals(tail)) [this.#offset, this.#tail] = [0, Buffer.alloc(0)]
  }

  #skipTo(offset: number): void {
    const known = Math.min(offset, TAIL)
    const end = Math.min(this.#read(offset - known), known)
    this.#tail = Buffer.from(buffer.subarray(0, end))
    this.#offset = offset - known + end
  }

  #read(position: number): number {
    try {
      return readSync(this.#descriptor, buffer, 0, buffer.length, position)
    } catch (error) {
      throw unreadableFile(this.#path, error)
    }
  }

  /** Whether the bytes before the offset still stand there. */
  #isUnchanged(end: number): boolean {
    const known = this.#tail.length
    return end >= known && this.#tail.compare(buffer, 0, known) === 0
  }

  /** The file was truncated: what was pending is a line of its own, and reading goes on at the new start. */
  #restart(): LineBatch {
    const rest = this.rest() ?? this.#batch(Buffer.alloc(0), 0)
    this.#offset = 0
    this.#tail = Buffer.alloc(0)
    this.#skipsHole = true
    return rest
  }

  #take(bytes: Buffer): LineBatch {
    // A writer that keeps its own offset over a truncation leaves a hole before what it writes next.
    const fresh = this.#skipsHole ? withoutHole(bytes) : bytes
    if (fresh.length > 0) this.#skipsHole = false
    const start = this.lineStart - fresh.length
    const end = fresh.lastIndexOf(NEWLINE) + 1
    if (end === 0) return this.#hold(fresh, start)
    const head = fresh.subarray(0, end)
    const block = this.#pendingBytes === 0 ? head : Buffer.concat([...this.#pending, head])
    this.#pending = end === fresh.length ? [] : [Buffer.from(fresh.subarray(end))]
    this.#pendingBytes = fresh.length - end
    return this.#batch(block, start)
  }

  #hold(bytes: Buffer, start: number): LineBatch {
    this.#pending.push(Buffer.from(bytes))
    this.#pendingBytes += bytes.length
    if (this.#pendingBytes < LONGEST_LINE) return this.#batch(Buffer.alloc(0), start)
    const block = Buffer.concat(this.#pending)
    const end = characterBoundary(block)
    this.#pending = end === block.length ? [] : [block.subarray(end)]
    this.#pendingBytes = block.length - end
    return this.#batch(block.subarray(0, end), start)
  }

  #batch(bytes: Buffer, start: number): LineBatch {
    return { lines: splitLines(bytes), inode: this.inode, start, bytes }
  }
}

function statusFrom(stats: BigIntStats): FileStatus {
  return { inode: fileIdentity(stats), size: Number(stats.size), modified: stats.mtimeNs }
}

function openForReading(path: string): number | undefined {
  try {
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw unreadableFile(path, error)
  }
}
