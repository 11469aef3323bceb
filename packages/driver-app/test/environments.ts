import { type Driver, type EnvironmentOptions, environment, type TestrigError } from '@testrig/core'
import { onTestFinished } from 'vitest'

/** Starts drivers, and stops them when the test has finished. */
export async function start<D extends Driver>(
  driver: D,
  others: readonly Driver[] = [],
  options: EnvironmentOptions = {},
): Promise<D> {
  const group = environment([...others, driver], { keepRunpath: 'never', ...options }).create()
  onTestFinished(() => group.stop())
  await group.start()
  return driver
}

/** The error that something ends with. */
export async function rejection(work: Promise<unknown> | (() => unknown)): Promise<TestrigError> {
  try {
    await (typeof work === 'function' ? work() : work)
  } catch (error) {
    return error as TestrigError
  }
  throw new Error('It did not fail.')
}

/** The message of a failed start, without what differs from run to run. */
export async function failure(driver: Driver): Promise<string> {
  const group = environment([driver], { keepRunpath: 'never' }).create()
  onTestFinished(() => group.stop())
  return stable((await rejection(group.start())).message)
}

/** Text without process ids, ports, times and directories. */
export function stable(text: string): string {
  return text
    .replaceAll(/\/\S*testrig-\w+/g, '<runpath>')
    .replaceAll(process.execPath, 'node')
    .replaceAll(/\/\S*\/driver-app\/test/g, '<test>')
    .replaceAll(/\(pid \d+\)/g, '(pid <pid>)')
    .replaceAll(/((?:127\.0\.0\.1|\[?::1?\]?|0\.0\.0\.0|port)[: ])\d{4,5}\b/g, '$1<port>')
}
