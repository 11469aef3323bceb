import type { RunningEnvironment } from './running-environment.ts'
import { shownError } from './shown-error.ts'

/**
 * Runs a test's function, and fails when a driver that the test uses dies.
 *
 * @throws what the function throws, or why a driver is not up
 */
export async function guarded<T>(
  environment: RunningEnvironment,
  used: Iterable<string>,
  body: () => T | Promise<T>,
): Promise<T> {
  const names = environment.closure(used)
  for (const name of names) {
    const failure = environment.failure(name)
    if (failure !== undefined) throw failure
  }
  const { promise: death, reject } = Promise.withResolvers<never>()
  const release = environment.onDeath(names, reject)
  const ended = environment.watchTest()
  try {
    return await Promise.race([death, (async () => body())()])
  } catch (error) {
    throw shownError(error)
  } finally {
    release()
    ended()
  }
}
