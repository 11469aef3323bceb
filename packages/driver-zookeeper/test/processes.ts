import { readFileSync } from 'node:fs'

/** Whether the process runs: it exists and is no zombie. Source: proc(5), /proc/PID/stat. */
export function runs(pid: number): boolean {
  try {
    return /\) [^ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}
