import { hasProcFs, processTree } from './process-table.ts'

interface RunningProcesses {
  processes(): Promise<readonly number[]>
}

const programs = new WeakMap<object, RunningProcesses>()

/** Remembers the program that a driver runs, for who looks at its processes. */
export function setRunningProgram(driver: object, program: RunningProcesses): void {
  programs.set(driver, program)
}

/** Ids of a driver's processes with all that they have started; of a driver that is no App, its attribute `pid` tells. */
export async function processesOf(driver: object): Promise<readonly number[]> {
  const program = programs.get(driver)
  if (program !== undefined) return program.processes()
  const { pid } = driver as { readonly pid?: unknown }
  return typeof pid === 'number' ? treeOf(pid) : []
}

async function treeOf(pid: number): Promise<readonly number[]> {
  if (hasProcFs) return processTree(pid)
  const { systemProcessTree } = await import('./system-process-tree.ts')
  return systemProcessTree(pid)
}
