import { performance } from 'node:perf_hooks'
import { clearTimeout, setTimeout } from 'node:timers'
import { poll } from '@testrig/core'
import { lookAtProcesses, noteProcess } from './process-sight.ts'
import { hasProcFs, isChildless, type ProcessEntry, readProcess, withDescendants } from './process-table.ts'
import { send } from './send.ts'

export interface FamilyOptions {
  /** Process id of the program. */
  readonly leader: number
  /** What its processes carry or hold. */
  readonly signs: readonly string[]
  /** Whether the program is one that runs another, and suspends itself when that is suspended. */
  readonly wrapped: boolean
  /** Whether the program runs, or its end was not yet taken note of: its number is its own as long. */
  leads(): boolean
}

export interface EndOptions {
  /** Signal that asks. */
  readonly signal: NodeJS.Signals
  /** Milliseconds until what is left is killed. */
  readonly timeout: number
  /** Resolves when the program has ended. */
  readonly exited: Promise<unknown>
  /** Who of the processes is asked first. @default the program itself */
  readonly first?: ((members: readonly number[]) => readonly number[]) | undefined
}

/** Longest time that processes may take to go once they were killed, in milliseconds. */
const KILL_LIMIT = 5_000

/** Longest time that processes may take to stand still or go on, in milliseconds: one that waits for a device cannot. */
const PAUSE_LIMIT = 1_000

/** How often nothing must be found: a process shows no mark at the moment when it begins to run another program. */
const LOOKS = 2

/**
 * A program with all that it has started: the processes of its group, those that carry its mark or hold its token, and
 * whatever descends from them. On systems without /proc it is the group alone.
 */
export class ProcessFamily {
  readonly #leader: number
  readonly #signs: readonly string[]
  readonly #leads: () => boolean
  readonly #wrapper: number | undefined
  /** Start times of all members seen so far: a number that another process has taken over is not ours. */
  readonly #known = new Map<number, string>()
  readonly #asked = new Set<number>()
  #gone = false

  constructor({ leader, signs, leads, wrapped }: FamilyOptions) {
    this.#leader = leader
    this.#signs = signs
    this.#leads = leads
    this.#wrapper = wrapped ? leader : undefined
    noteProcess(leader)
  }

  /** The processes that run now. */
  async members(): Promise<readonly number[]> {
    if (!hasProcFs) return send(-this.#leader, 0) ? [-this.#leader] : []
    const { table, signs } = await lookAtProcesses()
    const ours = new Set(this.#signs.flatMap((sign) => signs.get(sign) ?? []))
    const leader = table.find(({ pid }) => pid === this.#leader)
    if (leader !== undefined && this.#leads()) this.#known.set(leader.pid, leader.startTime)
    for (const entry of table) if (this.#isKnown(entry)) ours.add(entry.pid)
    // The number of a group that has gone can become that of another.
    if (leader === undefined || this.#isKnown(leader))
      for (const { pid, group } of table) if (group === this.#leader) ours.add(pid)
    const family = withDescendants(ours, table)
    for (const { pid, startTime } of table) if (family.has(pid)) this.#known.set(pid, startTime)
    return [...family]
  }

  /** Suspends all of them; resolves when they stand still. */
  pause(): Promise<void> {
    return this.#bring('SIGSTOP', (state) => state === 'T')
  }

  /** Lets all of them go on; resolves when they do. */
  resume(): Promise<void> {
    // A wrapper that is not yet through with the news that its child goes on misses the next: that it has ended.
    return this.#bring('SIGCONT', (state, pid) => (pid === this.#wrapper ? state === 'S' : state !== 'T'))
  }

  /**
   * Asks the program to end, after half of the time all others too, each once; kills what is left when the time is
   * over. Gives what cannot be killed.
   */
  async end({ signal, timeout, exited, first }: EndOptions): Promise<readonly number[]> {
    const deadline = performance.now() + timeout
    const leader = [this.#leader]
    // Children lose the parent that tells whose they are: where there are none, the program ends during the look.
    const atOnce = first === undefined && hasProcFs && isChildless(this.#leader)
    if (atOnce) this.#ask(leader, signal)
    const members = await this.members()
    if (members.some((pid) => readProcess(pid)?.state === 'T')) await this.resume() // Some may wait for others.
    if (!atOnce) this.#ask(first?.(members) ?? leader, signal)
    if (!(await within(exited, timeout / 2))) this.#ask(await this.members(), signal)
    await within(exited, deadline - performance.now())
    const rest = await this.members()
    this.#gone = rest.length === 0
    if (this.#gone) return []
    this.#ask(rest, signal)
    const gone = async () => (await this.members()).length === 0
    const left = AbortSignal.timeout(Math.max(0, Math.floor(deadline - performance.now())))
    return poll(gone, left).then(
      () => [],
      () => this.kill(),
    )
  }

  /** Kills all; resolves when they are gone, with those that are not after 5 s. */
  async kill(): Promise<readonly number[]> {
    if (this.#gone) return []
    let left: readonly number[] = []
    let nothing = 0
    const gone = async () => {
      left = await this.members()
      for (const pid of left) send(pid, 'SIGKILL')
      nothing = left.length === 0 ? nothing + 1 : 0
      return nothing === LOOKS
    }
    await poll(gone, AbortSignal.timeout(KILL_LIMIT)).catch(() => {})
    this.#gone = left.length === 0
    return left
  }

  async #bring(
    signal: NodeJS.Signals,
    holds: (state: string | undefined, pid: number) => boolean,
  ): Promise<void> {
    const all = async () => {
      const members = await this.members()
      const others = hasProcFs ? members.filter((pid) => !holds(readProcess(pid)?.state, pid)) : members
      for (const pid of others) if (pid !== this.#wrapper || signal === 'SIGCONT') send(pid, signal)
      return others.length === 0 || !hasProcFs
    }
    await poll(all, AbortSignal.timeout(PAUSE_LIMIT)).catch(() => {})
  }

  /** Programs take a second request for an order to drop everything: each gets one. */
  #ask(pids: readonly number[], signal: NodeJS.Signals): void {
    for (const pid of pids) {
      if (!this.#asked.has(pid)) send(pid, signal)
      this.#asked.add(pid)
      send(pid, 'SIGCONT') // A paused process would take no signal.
    }
  }

  #isKnown({ pid, startTime }: ProcessEntry): boolean {
    return this.#known.get(pid) === startTime
  }
}

async function within(event: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const limit = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => limit.resolve(false), Math.max(0, milliseconds))
  const happened = await Promise.race([event.then(() => true), limit.promise])
  clearTimeout(timer)
  return happened
}
