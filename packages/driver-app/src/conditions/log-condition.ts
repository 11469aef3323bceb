import { resolve } from 'node:path'
import { type Condition, LogWatch } from '@testrig/core'
import type { LogReadiness } from '../readiness.ts'
import type { ProgramView } from './program-view.ts'

export function logCondition({ pattern, path }: LogReadiness, program: ProgramView): Condition {
  const watched = path === undefined ? program.logpath : resolve(program.workingDir, path as string)
  const watch = new LogWatch({
    driver: program.label,
    stream: 'log',
    path: watched,
    patterns: [pattern as string | RegExp],
    failPatterns: [],
    onExtracts: (found) => program.addExtracts(found),
  })
  return {
    name: `${watched} matches ${String(pattern)}`,
    wait: async (signal) => {
      watch.open()
      const aborted = Promise.withResolvers<never>()
      const abort = () => aborted.reject(signal.reason)
      signal.addEventListener('abort', abort, { once: true })
      try {
        await Promise.race([watch.wait(), aborted.promise])
      } finally {
        signal.removeEventListener('abort', abort)
        await watch.close()
      }
    },
    progress: () => watch.progress(),
  }
}
