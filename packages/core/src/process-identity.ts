import { readFileSync } from 'node:fs'

let own: string | undefined

/** Names a process beyond the reuse of its number: `<pid>-<start time>`, without the start time where none is known. */
export function identify(pid: number): string {
  if (pid !== process.pid) return identityOf(pid)
  own ??= identityOf(pid)
  return own
}

/** Whether the process that an identity names still runs; a zombie does not. */
export function isRunning(identity: string): boolean {
  const pid = Number.parseInt(identity, 10)
  if (!(pid > 0)) return false
  if (identity.includes('-')) return identity === identify(pid)
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // The process of another user runs as well.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function identityOf(pid: number): string {
  const { state, startTime } = statusOf(pid)
  return startTime === undefined || state === 'Z' ? String(pid) : `${pid}-${startTime}`
}

/** Fields 3 (state) and 22 (start time since boot) of /proc/PID/stat. Source: proc_pid_stat(5). */
function statusOf(pid: number): { state?: string | undefined; startTime?: string | undefined } {
  try {
    // The second field is the command's name in parentheses, which may hold spaces and parentheses.
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0], startTime: fields[19] }
  } catch {
    return {}
  }
}
