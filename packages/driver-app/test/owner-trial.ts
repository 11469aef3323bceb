import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { poll } from '@testrig/core'
import { commandOf, processesWith } from './processes.ts'
import { program } from './programs/index.ts'

/** When the owner is killed. */
export type Moment =
  | { readonly at: 'first process' }
  | { readonly at: 'starting' | 'started'; readonly after: number }

export interface TrialOptions {
  readonly moment: Moment
  /** stopTimeout of the owner's drivers, in milliseconds. */
  readonly stopTimeout: number
  readonly nested?: boolean
}

export interface TrialResult {
  /** Processes that ran when the owner was killed. */
  readonly running: number
  /** Milliseconds from the kill until the last one was gone. */
  readonly gone: number
  /** What still ran when the time was over. */
  readonly left: readonly string[]
}

const GIVE_UP = 15_000
const QUIET = 200

let count = 0

/** Kills an owner of programs with SIGKILL; tells how long its programs outlived it. */
export async function ownerTrial({
  moment,
  stopTimeout,
  nested = false,
}: TrialOptions): Promise<TrialResult> {
  count += 1
  const mark = `TRIAL=owner-${process.pid}-${count}`
  const directory = await mkdtemp(join(tmpdir(), 'owner-trial-'))
  const args = [program('owner', 'ts'), String(stopTimeout), ...(nested ? ['--nested'] : [])]
  const owner = spawn(process.execPath, args, {
    env: {
      PATH: process.env.PATH,
      TMPDIR: directory,
      TRIAL: mark.slice('TRIAL='.length),
      NODE_NO_WARNINGS: '1',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    await reached(owner, mark, moment)
    const programs = processesWith(mark).filter((pid) => pid !== owner.pid)
    const killed = performance.now()
    owner.kill('SIGKILL')
    const last = await lastSeen(mark)
    return {
      running: programs.length,
      gone: Math.max(0, Math.round(last - killed)),
      left: processesWith(mark).map(commandOf),
    }
  } finally {
    owner.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  }
}

/** The time from which on no process is there for a while: one that begins shows its variables late. */
async function lastSeen(mark: string): Promise<number> {
  let seen = performance.now()
  const quiet = () => {
    if (processesWith(mark).length > 0) seen = performance.now()
    return performance.now() - seen >= QUIET
  }
  await poll(quiet, AbortSignal.timeout(GIVE_UP)).catch(() => {})
  return seen
}

async function reached(owner: ChildProcess, mark: string, moment: Moment): Promise<void> {
  if (moment.at === 'first process') {
    const others = () => processesWith(mark).some((pid) => pid !== owner.pid)
    for (const end = performance.now() + GIVE_UP; !others() && performance.now() < end; );
    return
  }
  const lines = createInterface(owner.stdout as NodeJS.ReadableStream)
  for (let line = ''; line !== moment.at; ) [line] = (await once(lines, 'line')) as [string]
  await delay(moment.after)
}
