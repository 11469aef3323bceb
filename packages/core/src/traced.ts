import { TestrigError } from './testrig-error.ts'

/**
 * Gives what a driver's method waits for. An error that a timer or an event has made knows nothing of the caller: it gets
 * the caller's stack, so that a test shows the line that waited.
 *
 * @throws what the promise rejects with
 */
export async function traced<T>(waiting: Promise<T>): Promise<T> {
  try {
    return await waiting
  } catch (error) {
    if (error instanceof TestrigError) Error.captureStackTrace(error, traced)
    throw error
  }
}
