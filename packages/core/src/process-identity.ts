import { readFileSync } from 'node:fs'
import { type ProcessStat, parseProcessStat } from './process-stat.ts'

let own: string | undefined

/** Names a process beyond the reuse of its number: `<pid>-<start time>`, without the start time where none is known. */
export function identify(pid: number): string {
  if (pid !== process.pid) return identityOf(pid, statOf(pid))
  own ??= identityOf(pid, statOf(pid))
  return own
}

/** Whether the process that an identity names still runs; a zombie does not. */
export function isRunning(identity: string): boolean {
  if (identity === own) return true
  const pid = Number.parseInt(identity, 10)
  if (!(pid > 0)) return false
  const stat = statOf(pid)
  if (stat === undefined) return isThere(pid)
  return !stat.hasEnded && (!identity.includes('-') || identity === identityOf(pid, stat))
}

function identityOf(pid: number, stat: ProcessStat | undefined): string {
  return stat === undefined || stat.hasEnded ? String(pid) : `${pid}-${stat.startTime}`
}

/** Undefined where the system does not tell: the process has ended, there is no /proc, or too many files are open. */
function statOf(pid: number): ProcessStat | undefined {
  try {
    return parseProcessStat(readFileSync(`/proc/${pid}/stat`))
  } catch {
    return undefined
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // The process of another user runs as well.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
