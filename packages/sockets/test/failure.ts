import type { TestrigError } from '@testrig/core'

/** The error that something ends with, or the cause of a failed start; ports in its message are replaced. */
export async function failure(work: Promise<unknown>): Promise<TestrigError> {
  const thrown = await work.then(
    () => {
      throw new Error('It did not fail.')
    },
    (error: TestrigError) => error,
  )
  const error = thrown.code === 'START_FAILED' ? (thrown.cause as TestrigError) : thrown
  error.message = stablePorts(error.message)
  return error
}

/** The text with `PORT` for every port. */
export function stablePorts(text: string): string {
  return text.replace(/((?:127\.0\.0\.1|\[::1\]|localhost):|\bport )\d+/g, '$1PORT')
}
