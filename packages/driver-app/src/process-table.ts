import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { type ProcessStat, parseProcessStat } from '@testrig/core'

export interface ProcessEntry extends ProcessStat {
  readonly pid: number
}

/** Whether the system shows its processes in /proc, as Linux does where that is mounted. */
export const hasProcFs: boolean = process.platform === 'linux' && existsSync('/proc/self/stat')

/** Whether something failed because too many files are open. */
export function isShortage(error: unknown): boolean {
  return ['EMFILE', 'ENFILE'].includes((error as NodeJS.ErrnoException).code ?? '')
}

/** All processes that have not ended, or those from a process id on. */
export function readProcessTable(from = 0): readonly ProcessEntry[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name)
    return (Number.isInteger(pid) && pid >= from ? readProcess(pid) : undefined) ?? []
  })
}

/** A process; undefined when it has ended. */
export function readProcess(pid: number): ProcessEntry | undefined {
  const stat = readStat(`/proc/${pid}`)
  return stat === undefined || stat.hasEnded ? undefined : { pid, ...stat }
}

/**
 * What tells one rest of a process, in which all of its threads sleep, from the next; undefined while one runs, or could.
 * Source: proc(5), /proc/PID/task; Linux Documentation/scheduler/sched-stats.rst, /proc/PID/schedstat.
 */
export function restOf(pid: number): string | undefined {
  const threads = readThreads(pid)
  const sleeps = threads.every((thread) => readStat(thread)?.state === 'S')
  if (threads.length === 0 || !sleeps) return undefined
  return threads.map((thread) => `${thread} ${read(`${thread}/schedstat`)}`).join()
}

/**
 * Whether a process has no children; false also where the system does not tell. Source: proc(5),
 * /proc/PID/task/TID/children.
 */
export function isChildless(pid: number): boolean {
  const threads = readThreads(pid)
  return threads.length > 0 && threads.every((thread) => read(`${thread}/children`)?.length === 0)
}

function readThreads(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`)
  } catch {
    return [] // It has ended.
  }
}

/** Of a process or thread, by its directory. */
function readStat(directory: string): ProcessStat | undefined {
  const content = read(`${directory}/stat`)
  return content === undefined ? undefined : parseProcessStat(content)
}

/** How many processes and threads the system has started since boot. Source: proc(5), /proc/stat. */
export function forkCount(): number {
  const text = read('/proc/stat')?.toString('latin1') ?? ''
  return Number(/^processes (\d+)/m.exec(text)?.[1] ?? Number.POSITIVE_INFINITY)
}

/** The number after which the system begins again from the lowest. Source: proc(5), /proc/sys/kernel/pid_max. */
export function highestProcessId(): number {
  return Number(read('/proc/sys/kernel/pid_max')?.toString('latin1') ?? 0)
}

/** The process with all that descend from it, and all of its process group. */
export function processTree(root: number): readonly number[] {
  const table = readProcessTable()
  const members = table.filter(({ pid, group }) => pid === root || group === root)
  return [...withDescendants(new Set(members.map(({ pid }) => pid)), table)]
}

/** Adds to some processes all that descend from them. */
export function withDescendants(
  pids: ReadonlySet<number>,
  table: readonly ProcessEntry[],
): ReadonlySet<number> {
  const family = new Set(pids)
  for (let size = 0; size !== family.size; ) {
    size = family.size
    for (const { pid, ppid } of table) if (family.has(ppid)) family.add(pid)
  }
  return family
}

/** A variable in the environment that a process was started with. Source: proc(5), /proc/PID/environ. */
export function variableOf(pid: number, name: string): string | undefined {
  const text = read(`/proc/${pid}/environ`)?.toString('latin1') ?? ''
  const entry = text.split('\0').find((each) => each.startsWith(`${name}=`))
  return entry?.slice(name.length + 1)
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if (isShortage(error)) throw error // A process that cannot be looked at has not ended for that.
    return undefined // It has ended, or belongs to another user.
  }
}
