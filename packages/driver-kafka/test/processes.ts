import { readdirSync, readFileSync } from 'node:fs'

/** Whether the process runs: it exists and is no zombie. Source: proc(5), /proc/PID/stat. */
export function runs(pid: number): boolean {
  try {
    return /\) [^ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/** Processes that run with this text in their environment. */
export function processesWith(text: string): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && runs(pid) && environmentOf(pid).includes(text))
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    return '' // It has ended, or belongs to another user.
  }
}
