import { readdirSync, readFileSync } from 'node:fs'

export interface ProcessEntry {
  readonly pid: number
  readonly ppid: number
  readonly group: number
  /** One letter, as in proc(5); Z is a process that has ended. */
  readonly state: string
}

/** Whether the system shows its processes in /proc, as Linux does. */
export const hasProcFs: boolean = process.platform === 'linux'

/** All processes that have not ended. Source: proc(5), /proc/PID/stat. */
export function readProcessTable(): readonly ProcessEntry[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name)
    const entry = Number.isInteger(pid) ? readEntry(pid) : undefined
    return entry === undefined || entry.state === 'Z' || entry.state === 'X' ? [] : [entry]
  })
}

/** The process with all that descend from it, and all of its process group. */
export function processTree(root: number): readonly number[] {
  const table = readProcessTable()
  const tree = new Set(table.filter(({ pid, group }) => pid === root || group === root).map(({ pid }) => pid))
  for (let grown = true; grown; ) {
    const children = table.filter(({ pid, ppid }) => tree.has(ppid) && !tree.has(pid))
    for (const { pid } of children) tree.add(pid)
    grown = children.length > 0
  }
  return [...tree]
}

/** Processes by the value of a variable in their environment. Source: proc(5), /proc/PID/environ. */
export function markedProcesses(name: string): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>()
  const pattern = new RegExp(`(?:^|\\0)${name}=([^\\0]*)`)
  for (const { pid } of readProcessTable()) {
    const value = pattern.exec(read(`/proc/${pid}/environ`)?.toString('latin1') ?? '')?.[1]
    if (value !== undefined) found.set(value, [...(found.get(value) ?? []), pid])
  }
  return found
}

function readEntry(pid: number): ProcessEntry | undefined {
  const text = read(`/proc/${pid}/stat`)?.toString('latin1')
  if (text === undefined) return undefined
  const [state = '', ppid, group] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { pid, ppid: Number(ppid), group: Number(group), state }
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined // It has ended, or belongs to another user.
  }
}
