import type { ChildProcess } from 'node:child_process'
import { closeSync, open } from 'node:fs'
import type { Writable } from 'node:stream'
import { promisify } from 'node:util'
import type { Ending } from './errors.ts'
import { ProcessFamily } from './process-family.ts'
import { hasProcFs, readProcess, readProcessTable } from './process-table.ts'
import { fileId, withToken } from './process-token.ts'
import { send } from './send.ts'
import { spawnTogether } from './spawn-together.ts'
import { DRIVER_MARK, type Watch, watchdog } from './watchdog.ts'

export interface ProgramOptions {
  readonly command: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Files that the standard output and error are appended to. */
  readonly outpath: string
  readonly errpath: string
  readonly stopSignal: NodeJS.Signals
  readonly stopTimeout: number
  readonly uid?: number | undefined
  readonly gid?: number | undefined
  /** Whether the command is one that runs the program as its child, and passes on its end. */
  readonly wrapped: boolean
}

/** A process of its own group, whose output goes straight to files, and which the watchdog ends if its owner dies. */
export class Program {
  readonly pid: number
  readonly exited: Promise<Ending>
  readonly #options: ProgramOptions
  readonly #child: ChildProcess
  readonly #watch: Watch
  readonly #family: ProcessFamily
  #ending: Ending | undefined

  private constructor(child: ChildProcess, watch: Watch, token: string, options: ProgramOptions) {
    this.pid = child.pid as number
    this.#child = child
    this.#watch = watch
    this.#options = options
    this.#family = new ProcessFamily({
      leader: this.pid,
      signs: [watch.mark, token],
      wrapped: options.wrapped,
      leads: () => this.#ending === undefined,
    })
    watch.group(this.pid)
    child.stdin?.on('error', () => {}) // A program may close its input.
    child.on('error', () => {})
    const { promise, resolve } = Promise.withResolvers<Ending>()
    this.exited = promise
    child.once('exit', (exitCode, signal) => {
      if (!send(-this.pid, 0)) watch.group(undefined)
      this.#ending = { exitCode, signal }
      resolve(this.#ending)
    })
  }

  /** Runs a program; rejects with the system's error when that is impossible. */
  static async run(options: ProgramOptions): Promise<Program> {
    const { command, cwd, env, uid, gid, stopSignal: signal, stopTimeout: timeout } = options
    const { outpath, errpath } = options
    const logs = await openLogs([outpath, errpath])
    let watch: Watch | undefined
    try {
      const [out, err] = logs as [number, number]
      watch = await watchdog.watch({ signal, timeout, token: errpath })
      const child = await spawnTogether(command[0] ?? '', command.slice(1), {
        cwd,
        env: { ...env, [DRIVER_MARK]: watch.mark },
        detached: true,
        stdio: withToken(['pipe', out, err], err),
        ...(uid !== undefined && { uid }),
        ...(gid !== undefined && { gid }),
      })
      return new Program(child, watch, fileId(err), options)
    } catch (error) {
      watch?.end()
      throw error
    } finally {
      for (const log of logs) closeSync(log)
    }
  }

  /** How the program has ended. */
  get ending(): Ending | undefined {
    return this.#ending
  }

  /** Whether the program has ended, also when its exit code is not known yet. */
  get hasEnded(): boolean {
    return this.#ending !== undefined || (hasProcFs && readProcess(this.pid) === undefined)
  }

  get stdin(): Writable {
    return this.#child.stdin as Writable
  }

  /** Sends the program a signal. */
  signal(signal: NodeJS.Signals): void {
    if (this.#ending === undefined) send(this.#target(), signal)
  }

  /** Suspends the program and all that it has started. */
  pause(): Promise<void> {
    return this.#family.pause()
  }

  resume(): Promise<void> {
    return this.#family.resume()
  }

  /** Asks the program, and what it has started, to end; kills what is left when the time is over. */
  async end({ all, timeout }: { readonly all: boolean; readonly timeout: number }): Promise<void> {
    const { stopSignal: signal } = this.#options
    const others = all || this.#ending !== undefined
    const target = this.#options.wrapped ? () => [this.#target()] : undefined
    const first = others ? (members: readonly number[]) => this.#wrapped(members) : target
    const left = await this.#family.end({ signal, timeout, exited: this.exited, first })
    if (!left.includes(this.pid)) await this.exited
  }

  /** Whether something of the program still runs, also when it has ended itself. */
  async isLeft(): Promise<boolean> {
    return (await this.#family.members()).length > 0
  }

  /** Ids of the processes of the program, and of all that it has started. */
  async processes(): Promise<readonly number[]> {
    return hasProcFs ? this.#family.members() : systemTree(this.pid)
  }

  /** Makes sure that nothing of the program is left; gives the processes that cannot be killed. */
  async release(): Promise<readonly number[]> {
    const left = await this.#family.kill()
    if (left.length === 0) this.#watch.end()
    return left
  }

  /** Some processes without the wrapper, which ends with what it runs; asked itself, it first waits for some seconds. */
  #wrapped(members: readonly number[]): readonly number[] {
    const others = members.filter((pid) => !this.#options.wrapped || pid !== this.pid)
    return others.length > 0 ? others : members
  }

  /** The program itself: where a wrapper runs it, that is the wrapper's child. */
  #target(): number {
    if (!this.#options.wrapped) return this.pid
    return readProcessTable().find(({ ppid }) => ppid === this.pid)?.pid ?? this.pid
  }
}

async function systemTree(pid: number): Promise<readonly number[]> {
  const { systemProcessTree } = await import('./system-process-tree.ts')
  return systemProcessTree(pid)
}

const openFile = promisify(open)

/** Opens files to append to; gives bare descriptors, as closing a FileHandle wakes another thread. */
async function openLogs(paths: readonly string[]): Promise<readonly number[]> {
  const opened = await Promise.allSettled(paths.map((path) => openFile(path, 'a')))
  const failed = opened.find((each) => each.status === 'rejected')
  const logs = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  if (failed === undefined) return logs
  for (const log of logs) closeSync(log)
  throw failed.reason
}
