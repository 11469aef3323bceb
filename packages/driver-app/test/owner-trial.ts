import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { poll } from '@testrig/core'
import { commandOf, processesWith, runs } from './processes.ts'
import { program } from './programs/index.ts'

/** When the owner is killed; `after` is milliseconds. */
export type Moment =
  | { readonly at: 'first process' }
  | { readonly at: 'starting' | 'started'; readonly after: number }

export interface TrialOptions {
  readonly moment: Moment
  /** stopTimeout of the owner's drivers, in milliseconds. */
  readonly stopTimeout: number
  /** Whether one of the owner's programs owns programs, too. */
  readonly nested?: boolean
  /** The PATH of the owner; its programs have that of this process. @default the same */
  readonly path?: string
  /** What owns the programs, and what is killed: a program, or a worker of Vitest, or Vitest with such a worker. */
  readonly victim?: 'program' | 'worker' | 'vitest'
}

export interface TrialResult {
  /** Programs that ran when the owner was killed. */
  readonly running: number
  /** Milliseconds from the kill until the last one was gone. */
  readonly gone: number
  /** What still ran when the time was over. */
  readonly left: readonly string[]
}

const GIVE_UP = 15_000
const QUIET = 200
const VITEST_PROJECT = fileURLToPath(new URL('fixtures/vitest-owner', import.meta.url))

let count = 0

/** Kills an owner of programs with SIGKILL; tells how long its programs outlived it. */
export async function ownerTrial(options: TrialOptions): Promise<TrialResult> {
  count += 1
  const mark = `owner-${process.pid}-${count}`
  const directory = await mkdtemp(join(tmpdir(), 'owner-trial-'))
  const child = spawn(process.execPath, ownerArguments(options), {
    env: {
      PATH: options.path ?? process.env.PATH,
      PROGRAMS_PATH: process.env.PATH,
      TMPDIR: directory,
      TRIAL: mark,
      STOP_TIMEOUT: String(options.stopTimeout),
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  try {
    const owner = await reached(child, mark, options.moment)
    const running = programsOf(mark).length
    const killed = performance.now()
    process.kill(options.victim === 'vitest' ? (child.pid as number) : owner, 'SIGKILL')
    const last = await lastSeen(mark, owner)
    const left = programsOf(mark).map(commandOf)
    return { running, gone: Math.max(0, Math.round(last - killed)), left }
  } finally {
    child.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  }
}

function ownerArguments({ victim = 'program', nested = false }: TrialOptions): readonly string[] {
  if (victim === 'program') return [program('owner', 'ts'), ...(nested ? ['--nested'] : [])]
  const vitest = dirname(createRequire(import.meta.url).resolve('vitest/package.json'))
  return [join(vitest, 'vitest.mjs'), 'run', '--root', VITEST_PROJECT]
}

function programsOf(mark: string): readonly number[] {
  const marked = processesWith('TESTRIG_DRIVER=')
  return processesWith(`TRIAL=${mark}`).filter((pid) => marked.includes(pid))
}

/** The time from which on no program is there for a while: one that begins shows its variables late. */
async function lastSeen(mark: string, owner: number): Promise<number> {
  let seen = performance.now()
  const quiet = () => {
    if (programsOf(mark).length > 0 || runs(owner)) seen = performance.now()
    return performance.now() - seen >= QUIET
  }
  await poll(quiet, AbortSignal.timeout(GIVE_UP)).catch(() => {})
  return seen
}

/** Waits for the moment; gives the process that owns the programs. */
async function reached(child: ChildProcess, mark: string, moment: Moment): Promise<number> {
  if (moment.at === 'first process') {
    const others = () => processesWith(`TRIAL=${mark}`).some((pid) => pid !== child.pid)
    for (const end = performance.now() + GIVE_UP; !others() && performance.now() < end; );
    return child.pid as number
  }
  const lines = createInterface(child.stdout as NodeJS.ReadableStream)
  for (;;) {
    const [line] = (await once(lines, 'line', { signal: AbortSignal.timeout(GIVE_UP) })) as [string]
    const owner = new RegExp(`^${moment.at} (\\d+)`).exec(line)?.[1]
    if (owner === undefined) continue
    await delay(moment.after)
    return Number(owner)
  }
}
