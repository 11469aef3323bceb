import { readdirSync, readFileSync } from 'node:fs'

/** Whether the process runs: it exists and is no zombie. Source: proc(5), /proc/PID/stat. */
export function runs(pid: number): boolean {
  const state = /\) (\w)/.exec(read(`/proc/${pid}/stat`))?.[1]
  return state !== undefined && state !== 'Z' && state !== 'X'
}

/** The state of a process as proc(5) has it: S sleeps, T is stopped, Z has ended. */
export function stateOf(pid: number): string | undefined {
  return /\) (\w)/.exec(read(`/proc/${pid}/stat`))?.[1]
}

/** Processes that run with this text in their environment, such as `TRIAL=17`. */
export function processesWith(text: string): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && read(`/proc/${pid}/environ`).includes(text) && runs(pid))
}

/** Children of this process that have ended and that nobody has waited for. */
export function zombies(): readonly number[] {
  return childrenOf(process.pid).filter((pid) => stateOf(pid) === 'Z')
}

export function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number(/\) \w (\d+)/.exec(read(`/proc/${pid}/stat`))?.[1]) === parent)
}

export function argumentsOf(pid: number): readonly string[] {
  return read(`/proc/${pid}/cmdline`).split('\0')
}

/** A process with its command line, for reports of what is left. */
export function commandOf(pid: number): string {
  return `${pid} ${argumentsOf(pid).join(' ').slice(0, 100)}`
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return '' // It has ended.
  }
}
