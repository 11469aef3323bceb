import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { TestrigError } from './testrig-error.ts'
import { traced } from './traced.ts'

/** Rejects from an event of its own, as a timer's or a socket's does. */
function later(error: Error): Promise<never> {
  return new Promise((_, reject) => setTimeout(reject, 0, error))
}

async function receive(error: Error): Promise<never> {
  return traced(later(error))
}

async function theCaller(error: Error): Promise<unknown> {
  await setImmediate()
  try {
    return await receive(error)
  } catch (caught) {
    return caught
  }
}

test('an error that a timer has made shows who waited', async () => {
  const error = new TestrigError('TCP_TIMEOUT', 'waited 5 ms')
  error.stack = 'TestrigError: waited 5 ms\n    at Timeout.expire (deadline.ts:6:31)'
  expect(await theCaller(error)).toBe(error)
  expect(error.stack).toMatch(/^TestrigError \[TCP_TIMEOUT\]: waited 5 ms\n\s+at /)
  expect(error.stack).toContain('theCaller')
  expect(error.stack).not.toContain('Timeout.expire')
})

test('errors of others keep their stacks', async () => {
  const error = new Error('other')
  const { stack } = error
  expect(await theCaller(error)).toBe(error)
  expect(error.stack).toBe(stack)
})
