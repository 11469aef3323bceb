import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Prints the errors that ended workers left in a directory, and has Vitest exit with 1 when there are any. */
export function printWorkerFailures(directory: string): void {
  if (!existsSync(directory)) return
  for (const name of readdirSync(directory)) {
    process.stderr.write(
      `\ntestrig: the drivers of a worker failed to stop\n${readFileSync(join(directory, name), 'utf8')}\n`,
    )
    process.exitCode = 1
  }
  rmSync(directory, { recursive: true, force: true })
}
