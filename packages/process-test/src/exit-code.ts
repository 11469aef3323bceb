import { unexpectedExitCode } from './errors.ts'
import type { Framework } from './framework.ts'
import { outputTail } from './output-tail.ts'

/** A program that tells by its exit code alone whether all is well. */
export function exitCodeFramework(label: string, expected: number): Framework {
  return {
    title: `ends with exit code ${expected}`,
    tellsRunning: false,
    selects: false,
    exitCode: expected,
    arguments: () => [],
    read: async (execution) => {
      const { ending } = execution
      if (ending.exitCode === null) return { results: [], outside: [] }
      if (ending.exitCode === expected)
        return { results: [{ path: [], status: 'passed', failures: [] }], outside: [] }
      const error = unexpectedExitCode(label, ending, expected, await outputTail(execution))
      const failures = [{ message: error.message, error }]
      return { results: [{ path: [], status: 'failed', failures }], outside: [] }
    },
  }
}
