import { performance } from 'node:perf_hooks'
import { clearTimeout, setTimeout } from 'node:timers'
import { setImmediate } from 'node:timers/promises'
import type { LineBatch } from './file-lines.ts'
import { type LogCursor, type LogPosition, logEnd, watchedPath } from './log-cursor.ts'
import { withoutControlCodes } from './log-patterns.ts'
import { PathWatcher } from './watch-path.ts'

/** Time that one search reads before the event loop gets its turn, in milliseconds. */
const SLICE = 5

/** Lines that a failed search looks at for hints. */
const REMEMBERED = 1000

/** Looks at a line, without its terminal codes; answers whether the search is over. */
export type LineVisitor = (line: string, batch: LineBatch, index: number) => boolean

/** A search of a log from a cursor on: through what is there, then through what is written. */
export class LogSearch {
  readonly #cursor: LogCursor
  readonly #visit: LineVisitor
  /** A writer may be faster than this reader: what it writes after the time is over is not waited for. */
  #end: LogPosition | undefined
  #lineCount = 0
  #recent: string[] = []

  constructor(cursor: LogCursor, visit: LineVisitor) {
    this.#cursor = cursor
    this.#visit = visit
  }

  /** Number of lines visited. */
  get lineCount(): number {
    return this.#lineCount
  }

  /** The last lines visited, 1000 at most, oldest first. */
  get recent(): readonly string[] {
    return this.#recent.slice(-REMEMBERED)
  }

  /** Visits what the log holds up to its end, the unterminated last line too; answers whether the visitor ended it. */
  async scan(): Promise<boolean> {
    this.#end ??= logEnd(this.#cursor.log)
    if (await this.#readToEnd(0)) return true
    // A line that goes on behind the end is read on; it is unterminated only where the log ends.
    return this.#visitAll(this.#cursor.next() ?? this.#cursor.rest())
  }

  /** Visits lines as they are written, until the visitor ends it (true) or the time in milliseconds is over (false). */
  async follow(timeout: number, poll = false): Promise<boolean> {
    const deadline = performance.now() + timeout
    if (await this.#readToEnd(deadline)) return true
    const changes = new Changes(watchedPath(this.#cursor.log), poll, deadline)
    try {
      while (await changes.next()) {
        const before = this.#lineCount
        if (await this.#readToEnd(deadline)) return true
        changes.found = this.#lineCount > before
      }
    } finally {
      changes.close()
    }
    // The time is over: no line end can be waited for any more.
    return this.scan()
  }

  async #readToEnd(deadline: number): Promise<boolean> {
    let sliceEnd = performance.now() + SLICE
    while (!(this.#end && this.#cursor.hasReached(this.#end))) {
      const batch = this.#cursor.next()
      if (!batch) return false
      if (this.#visitAll(batch)) return true
      if (performance.now() < sliceEnd) continue
      await setImmediate()
      if (performance.now() >= deadline) this.#end ??= logEnd(this.#cursor.log)
      sliceEnd = performance.now() + SLICE
    }
    return false
  }

  #visitAll(batch: LineBatch | undefined): boolean {
    if (!batch) return false
    const over = batch.lines.findIndex((line, index) => this.#visit(withoutControlCodes(line), batch, index))
    const seen = over === -1 ? batch.lines : batch.lines.slice(0, over + 1)
    this.#lineCount += seen.length
    this.#recent = [...this.#recent.slice(-REMEMBERED), ...seen.slice(-REMEMBERED)]
    return over !== -1
  }
}

/** The changes of a log until a deadline, one promise each. */
class Changes {
  /** Whether the last change brought something; polling is then quick again. */
  found = false
  readonly #watcher: PathWatcher
  readonly #timer: NodeJS.Timeout
  #pending = false
  #over = false
  #resolve: ((inTime: boolean) => void) | undefined

  constructor(path: string, poll: boolean, deadline: number) {
    this.#watcher = new PathWatcher(path, () => this.#changed(), poll)
    // It keeps the process alive: somebody waits.
    this.#timer = setTimeout(() => this.#end(), Math.max(0, deadline - performance.now()))
  }

  /** Resolves to true at the next change, to false when the time is over. */
  next(): Promise<boolean> {
    if (this.#over || this.#pending) {
      this.#pending = false
      return Promise.resolve(!this.#over)
    }
    return new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  close(): void {
    this.#watcher.close()
    clearTimeout(this.#timer)
  }

  #changed(): boolean {
    if (this.#resolve) this.#settle(true)
    else this.#pending = true
    const { found } = this
    this.found = false
    return found
  }

  #end(): void {
    this.#over = true
    this.#settle(false)
  }

  #settle(inTime: boolean): void {
    this.#resolve?.(inTime)
    this.#resolve = undefined
  }
}
