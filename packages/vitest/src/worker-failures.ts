import { createRequire } from 'node:module'
import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { textOf } from './errors.ts'
import { FAILURES_KEY } from './project-options.ts'

const require = createRequire(import.meta.url)
/**
 * Gives what reports an error of a worker's end. Vitest loses such errors: they go to files that the plugin reads when
 * all workers are gone; without the plugin they are only printed.
 */
export function workerFailureReporter(): (error: unknown) => void {
  const directory = inject(FAILURES_KEY as never) as string | undefined
  return (error) => {
    require('fs').appendFileSync(process.env.NOTES as string, `report ${directory}\n`)
    process.exitCode = 1
    if (directory === undefined) {
      process.stderr.write(`testrig: the drivers of a worker failed to stop\n${textOf(error)}\n`)
      return
    }
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    writeFileSync(join(directory, randomUUID()), textOf(error))
    require('fs').appendFileSync(process.env.NOTES as string, `written\n`)

  }
}
