/** What Linux tells of a process, or of one of its threads, in its file `stat`. */
export interface ProcessStat {
  readonly ppid: number
  /** Id of its process group. */
  readonly group: number
  /** One letter: R runs or could, S sleeps, Z has ended, and others. */
  readonly state: string
  /** Whether only its entry in the table is left. */
  readonly hasEnded: boolean
  /** Clock ticks since boot; with the process id it names a process for good. */
  readonly startTime: string
}

/** Reads what `/proc/PID/stat` holds, or `/proc/PID/task/TID/stat`. Source: proc_pid_stat(5). */
export function parseProcessStat(content: Buffer): ProcessStat {
  // The second field is the command's name in parentheses, which may hold spaces and parentheses.
  const fields = content.toString('latin1', content.lastIndexOf(')') + 2).split(' ', 20)
  const [state = '', ppid, group] = fields
  const hasEnded = state === 'Z' || state === 'X'
  return { ppid: Number(ppid), group: Number(group), state, hasEnded, startTime: fields[19] ?? '' }
}
