import { hasProcFs } from '../process-table.ts'
import type { Inspector } from './inspector.ts'
import { ProcInspector } from './proc-inspector.ts'
import { SystemInspector } from './system-inspector.ts'

let shared: Inspector | undefined
let users = 0

/** Gives an inspector to work with; who looks at the same time shares it, with all that it has read. */
export async function withInspector<T>(work: (inspector: Inspector) => Promise<T>): Promise<T> {
  shared ??= hasProcFs ? new ProcInspector() : new SystemInspector()
  users += 1
  try {
    return await work(shared)
  } finally {
    users -= 1
    if (users === 0) shared = undefined
  }
}
