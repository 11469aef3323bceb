import type { Condition } from '@testrig/core'
import type { Readiness } from '../readiness.ts'
import { commandCondition } from './command-condition.ts'
import { fileCondition } from './file-condition.ts'
import { httpCondition } from './http-condition.ts'
import { logCondition } from './log-condition.ts'
import type { ProgramView } from './program-view.ts'
import { tcpCondition } from './tcp-condition.ts'

/**
 * Makes what waits for one condition of `readiness`, its context values resolved. It is made before the program starts,
 * so that it can tell what an earlier run has left.
 */
export function conditionOf(
  readiness: Exclude<Readiness, (...args: never[]) => unknown>,
  program: ProgramView,
): Condition {
  switch (readiness.kind) {
    case 'tcp':
      return tcpCondition(readiness, program)
    case 'http':
      return httpCondition(readiness, program)
    case 'file':
      return fileCondition(readiness, program)
    case 'command':
      return commandCondition(readiness, program)
    case 'log':
      return logCondition(readiness, program)
  }
}
