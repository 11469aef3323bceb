import { type ChildProcess, spawn } from 'node:child_process'
import { delimiter } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers'
import { sharedState } from '@testrig/core'
import { hasProcFs } from './process-table.ts'
import { WATCHDOG_SCRIPT } from './watchdog-script.ts'

/** Variable that marks all processes of a driver, also those that leave their process group: `<owner>:<driver>`. */
export const DRIVER_MARK = 'TESTRIG_DRIVER'

/** Where the tools are that the watchdog's script uses, whatever a test makes of the PATH. */
const SYSTEM_PATH = '/usr/bin:/bin'

interface WatchOptions {
  /** Signal that asks the program to end. */
  readonly signal: NodeJS.Signals
  /** Milliseconds until it is killed. */
  readonly timeout: number
  /** Path of the file that its processes hold as their token. */
  readonly token: string
}

/** A program whose end is certain, also when its owner dies. */
export interface Watch {
  /** Value of the variable that marks its processes. */
  readonly mark: string
  /** Tells the process group of the program; undefined when none is left, as its number may then be reused. */
  group(id: number | undefined): void
  /** Ends the watch: nothing of the program is left. */
  end(): void
}

interface Watched extends WatchOptions {
  group?: number | undefined
}

/** A process of /bin/sh that outlives its owner and ends the programs of an owner that has died, however it died. */
class Watchdog {
  readonly #owner: string =
    `${process.pid}-${Math.round(1e6 * (performance.timeOrigin + performance.now())).toString(36)}`
  readonly #watched = new Map<number, Watched>()
  #count = 0
  #child: ChildProcess | undefined
  #untold: string[] = []

  /** Watches a program that is about to start. @throws the system's error when no process can be made to watch it */
  async watch(options: WatchOptions): Promise<Watch> {
    const failed = this.#child === undefined ? this.#spawn() : undefined
    if (failed !== undefined) throw await failed
    this.#count += 1
    const driver = this.#count
    const watched: Watched = { ...options }
    this.#watched.set(driver, watched)
    this.#tellAll(driver, watched)
    return {
      mark: `${this.#owner}:${driver}`,
      group: (id) => {
        watched.group = id
        this.#tell(`group ${driver} ${id ?? ''}`)
      },
      end: () => {
        if (this.#watched.delete(driver)) this.#tell(`end ${driver}`)
      },
    }
  }

  #tellAll(driver: number, { signal, timeout, token, group }: Watched): void {
    this.#tell(`watch ${driver} ${signal.slice(3)} ${Math.ceil(timeout)} ${token.replaceAll('\n', '')}`)
    if (group !== undefined) this.#tell(`group ${driver} ${group}`)
  }

  /**
   * Writes once for all that one turn of the event loop has to tell, as each write wakes the watchdog. Who is started
   * in a turn that the owner does not survive is found by the mark; where marks cannot be seen, each line goes at once.
   */
  #tell(line: string): void {
    this.#untold.push(line)
    if (!hasProcFs) this.#flush()
    else if (this.#untold.length === 1) setImmediate(() => this.#flush())
  }

  #flush(): void {
    if (this.#untold.length > 0) this.#child?.stdin?.write(`${this.#untold.join('\n')}\n`)
    this.#untold = []
  }

  /** Runs the process that watches; gives the error when that is impossible. */
  #spawn(): Promise<Error> | undefined {
    const child = spawn(
      '/bin/sh',
      ['-c', WATCHDOG_SCRIPT, 'testrig-watchdog', `${DRIVER_MARK}=${this.#owner}`],
      {
        stdio: ['pipe', 'ignore', 'ignore'],
        detached: true,
        cwd: '/',
        env: { PATH: [process.env.PATH, SYSTEM_PATH].join(delimiter) },
      },
    )
    if (child.pid === undefined) return new Promise((failed) => child.once('error', failed))
    this.#child = child
    child.on('error', () => {})
    child.stdin.on('error', () => {})
    child.on('exit', () => {
      this.#child = undefined
      if (this.#watched.size > 0) void this.#spawn() // Where that fails, the next program tries again.
    })
    child.unref()
    ;(child.stdin as unknown as { unref(): void }).unref()
    this.#untold = []
    for (const [driver, watched] of this.#watched) this.#tellAll(driver, watched)
    return undefined
  }
}

/** The one watchdog of this thread. */
export const watchdog: Watchdog = sharedState('watchdog', () => new Watchdog())
