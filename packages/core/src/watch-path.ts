import { type FSWatcher, statSync, watch } from 'node:fs'
import { basename } from 'node:path'
import { clearImmediate, clearTimeout, setImmediate, setTimeout } from 'node:timers'
import { hasReliableEvents, nearestDirectory } from './file-events.ts'

/** While nothing changes, polling backs off from the first to the second, in milliseconds. */
const POLL = { shortest: 1, longest: 50 }

/** Time between two looks in spite of silent events (memory-mapped writes, event overflow), in milliseconds. */
const BACKSTOP = 1000

/**
 * Calls back when the file or directory at a path may have changed, appeared, moved or been replaced: by file events
 * where they are reliable (Linux, local file systems), else by polling. It does not keep the process alive.
 */
export class PathWatcher {
  readonly #path: string
  readonly #onChange: () => boolean
  #polling: boolean
  #delay = POLL.shortest
  #inode: bigint | undefined
  #watched: FSWatcher | undefined
  #replaced: FSWatcher | undefined
  #parent: FSWatcher | undefined
  #parentPath: string | undefined
  #immediate: NodeJS.Immediate | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  /**
   * @param onChange - looks for what is new and says whether it found some: it is then called again at once. Its
   * first call comes without a change, right after the constructor.
   * @param poll - polls even where file events are reliable
   */
  constructor(path: string, onChange: () => boolean, poll = false) {
    this.#path = path
    this.#onChange = onChange
    this.#polling = poll || !hasReliableEvents(path)
    this.#wake()
  }

  /** Whether changes are found by polling. */
  get polling(): boolean {
    return this.#polling
  }

  close(): void {
    this.#closed = true
    clearImmediate(this.#immediate)
    clearTimeout(this.#timer)
    this.#closeWatchers()
  }

  /** Many events of one turn of the event loop make one call. */
  #wake(): void {
    if (!this.#closed) this.#immediate ??= setImmediate(() => this.#look())
  }

  #look(): void {
    this.#immediate = undefined
    const found = this.#onChange()
    if (this.#closed) return
    if (found) this.#delay = POLL.shortest
    // Events are asked for when nothing is left to be found: often the first look finds all that was wanted.
    if (found || this.#arm()) this.#wake()
    else this.#rest()
  }

  #rest(): void {
    clearTimeout(this.#timer)
    const delay = this.#polling ? this.#delay : BACKSTOP
    this.#delay = Math.min(this.#delay * 2, POLL.longest)
    this.#timer = setTimeout(() => this.#look(), delay).unref()
  }

  /** Watches what is at the path now; answers whether that is something new. */
  #arm(): boolean {
    if (this.#polling) return false
    const inode = inodeOf(this.#path)
    if (inode === undefined) return this.#watchParent()
    if (inode === this.#inode && this.#watched) return false
    // A writer may still hold the file that was here: its events are wanted until the next replacement.
    this.#replaced?.close()
    this.#replaced = this.#watched
    this.#watched = this.#watch(this.#path, (name, event) => {
      // What is watched was itself moved or removed; another file may come to bear the same inode number.
      if (event === 'rename' && name === basename(this.#path)) this.#inode = undefined
      return true
    })
    this.#inode = inode
    this.#closeParent()
    return true
  }

  #watchParent(): boolean {
    const { directory, child } = nearestDirectory(this.#path)
    if (directory === this.#parentPath) return false
    this.#closeParent()
    this.#parentPath = directory
    this.#parent = this.#watch(directory, (name) => {
      // An event that bears the directory's own name tells that it was moved or removed.
      if (name === basename(directory)) this.#parentPath = undefined
      return name === null || name === child || name === basename(directory)
    })
    return true
  }

  #watch(path: string, concerns: (name: string | null, event: string) => boolean): FSWatcher | undefined {
    try {
      const watcher = watch(path, { persistent: false }, (event, name) => {
        if (concerns(name, event)) this.#wake()
      })
      return watcher.on('error', () => this.#fallBack())
    } catch (error) {
      // The path may go between two calls; all else (ENOSPC, EMFILE) means that there are no events to be had.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#fallBack()
      return undefined
    }
  }

  #fallBack(): void {
    this.#polling = true
    this.#closeWatchers()
    this.#wake()
  }

  #closeParent(): void {
    this.#parent?.close()
    this.#parent = this.#parentPath = undefined
  }

  #closeWatchers(): void {
    this.#watched?.close()
    this.#replaced?.close()
    this.#watched = this.#replaced = undefined
    this.#closeParent()
  }
}

function inodeOf(path: string): bigint | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino
  } catch {
    return undefined
  }
}
