import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { textOf, workerStopUnseen } from './errors.ts'
import { FAILURE_FILE, FAILURES_KEY } from './project-options.ts'

/**
 * Gives what reports an error of a worker's end. Vitest loses such errors: they go to files that the plugin reads when
 * all workers are gone; without the plugin they are only printed.
 */
export function workerFailureReporter(): (error: unknown) => void {
  const directory = inject(FAILURES_KEY as never) as string | undefined
  return (error) => {
    if (directory === undefined) {
      process.stderr.write(workerStopUnseen(error))
      return
    }
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const file = join(directory, `${process.pid}-${crypto.randomUUID()}`)
    writeFileSync(file, textOf(error))
    renameSync(file, file + FAILURE_FILE)
  }
}
