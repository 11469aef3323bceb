import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { type FileEnd, FileLines, type FileStatus, type LineBatch, statusOf } from './file-lines.ts'
import { PathWatcher } from './watch-path.ts'

/** Time that one follower reads before the event loop gets its turn, in milliseconds. */
const SLICE = 5

export interface FollowOptions {
  /** Offset of the first byte to read, `'end'` for what is written from now on, or an earlier end. @default 0 */
  readonly from?: number | 'end' | FileEnd
  /** Polls every 1 to 50 ms even where file events are reliable. @default false */
  readonly poll?: boolean
}

export interface FileFollower {
  /** Bytes read so far, counted from the start of the file that is at the path now. */
  readonly offset: number
  /**
   * Reads up to what is the end of the file at the time of the call.
   *
   * @throws LOG_FILE_UNREADABLE when the file cannot be read
   */
  flush(options?: FlushOptions): Promise<void>
  /** Reads up to the end of the file, by default with a last line that has no line end; later calls do nothing. */
  close(options?: FlushOptions): Promise<void>
  /** Ends without reading what is left. */
  drop(): void
}

export interface FlushOptions {
  /** Delivers a last line that has no line end, such as a process leaves that exits without one. @default false */
  readonly flushPartial?: boolean
}

/**
 * Follows a file as it grows and hands over its complete lines in batches, decoded from UTF-8 and without their line
 * ends (LF or CRLF); colours stay in. The file may appear later, be truncated, or be replaced: the one that was there
 * is then read to its end, once its successor has content. A line of more than 1 MiB comes in pieces. It does not keep
 * the process alive.
 *
 * @throws LOG_OFFSET when `from` is neither a byte offset nor `'end'`
 * @throws LOG_FILE_UNREADABLE when the file exists and cannot be opened
 * @throws LOG_FILE_KIND when the path names a directory, a pipe or a device
 */
export function followFile(
  path: string,
  onLines: (lines: readonly string[]) => void,
  options: FollowOptions = {},
): FileFollower {
  return new Follower(path, onLines, options)
}

class Follower implements FileFollower {
  readonly #path: string
  readonly #onLines: (lines: readonly string[]) => void
  readonly #watcher: PathWatcher
  #file: FileLines | undefined
  #failure: unknown
  #closing: Promise<void> | undefined
  #closed = false

  constructor(path: string, onLines: (lines: readonly string[]) => void, options: FollowOptions) {
    this.#path = path
    this.#onLines = onLines
    this.#file = FileLines.open(path, options.from ?? 0)
    this.#watcher = new PathWatcher(path, () => this.#readSlice(), options.poll)
  }

  get offset(): number {
    return this.#file?.offset ?? 0
  }

  async flush({ flushPartial = false }: FlushOptions = {}): Promise<void> {
    if (this.#closed) return
    const target = statusOf(this.#path)
    while (this.#readSlice() && !this.#hasReached(target)) await setImmediate()
    if (this.#failure !== undefined) throw this.#failure
    if (flushPartial) this.#deliver(this.#file?.rest())
  }

  close(options: FlushOptions = {}): Promise<void> {
    this.#closing ??= this.#close(options.flushPartial ?? true)
    return this.#closing
  }

  drop(): void {
    if (this.#closed) return
    this.#closed = true
    this.#watcher.close()
    this.#file?.close()
  }

  async #close(flushPartial: boolean): Promise<void> {
    this.#watcher.close()
    try {
      await this.flush({ flushPartial })
    } finally {
      this.drop()
    }
  }

  /** A writer may be faster than this reader: what it writes after the call is not waited for. */
  #hasReached(target: FileStatus | undefined): boolean {
    return target !== undefined && this.#file?.inode === target.inode && this.#file.offset >= target.size
  }

  /** Reads for a moment; answers whether there was something to read. */
  #readSlice(): boolean {
    const end = performance.now() + SLICE
    let found = false
    while (!this.#closed) {
      const batch = this.#next()
      if (!batch) return found
      found = true
      this.#deliver(batch)
      if (performance.now() > end) return true
    }
    return false
  }

  #next(): LineBatch | undefined {
    try {
      this.#failure = undefined
      this.#file ??= FileLines.open(this.#path, 0)
      return this.#file?.next() ?? this.#successor()
    } catch (error) {
      this.#failure = error
      return undefined
    }
  }

  /** Goes over to the file that has taken the place of this one, after the last lines of this one. */
  #successor(): LineBatch | undefined {
    const found = statusOf(this.#path)
    // An empty successor has no lines yet, and the writer may still write to the old file.
    if (!this.#file || !found || found.inode === this.#file.inode || found.size === 0) return undefined
    const last = this.#file.next() ?? this.#file.rest()
    if (last) return last
    const next = FileLines.open(this.#path, 0) // Before the old one is closed, as it may not be readable.
    if (!next) return undefined
    this.#file.close()
    this.#file = next
    return next.next()
  }

  #deliver(batch: LineBatch | undefined): void {
    if (batch && batch.lines.length > 0) this.#onLines(batch.lines)
  }
}
