import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Vitest } from 'vitest/node'
import { workerStopFailed } from './errors.ts'
import { FAILURE_FILE } from './project-options.ts'

const directories = new Set<string>()

/**
 * Prints the errors that workers leave in a directory at their end, and has Vitest exit with 1 when there are any. Vitest
 * 4 calls what is registered with `onClose` while workers still end: what comes later is printed at the exit.
 */
export function printWorkerFailures(vitest: Vitest, directory: string): void {
  if (directories.size === 0) process.once('exit', () => [...directories].forEach(printLast))
  directories.add(directory)
  vitest.onClose(() => print(directory))
}

function print(directory: string): void {
  if (!existsSync(directory)) return
  for (const name of readdirSync(directory).filter((each) => each.endsWith(FAILURE_FILE))) {
    const file = join(directory, name)
    process.stderr.write(`\n${workerStopFailed(readFileSync(file, 'utf8'))}`)
    process.exitCode = 1
    rmSync(file)
  }
}

function printLast(directory: string): void {
  print(directory)
  rmSync(directory, { recursive: true, force: true })
}
