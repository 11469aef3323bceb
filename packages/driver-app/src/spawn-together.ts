import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { setImmediate } from 'node:timers'

let wanted: (() => void)[] = []

/**
 * Spawns a program, in one go with all others that are asked for in the same turn of the event loop. After each fork the
 * system copies every page that this process writes to: work between two forks pays for that again.
 *
 * @throws the system's error when the program cannot be run, such as ENOENT
 */
export function spawnTogether(
  file: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<ChildProcess> {
  const { promise, resolve, reject } = Promise.withResolvers<ChildProcess>()
  wanted.push(() => {
    try {
      const child = spawn(file, args, options)
      if (child.pid === undefined) child.once('error', reject)
      else resolve(child)
    } catch (error) {
      reject(error)
    }
  })
  if (wanted.length === 1) setImmediate(spawnAll)
  return promise
}

function spawnAll(): void {
  const spawns = wanted
  wanted = []
  for (const spawnOne of spawns) spawnOne()
}
