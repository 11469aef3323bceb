import { type Driver, type EnvironmentOptions, environment, type TestrigError } from '@testrig/core'
import { onTestFinished } from 'vitest'
import type { KafkaStandalone, KafkaStandaloneOptions } from '../src/index.ts'
import { broker } from './broker.ts'

/** Starts a broker, and stops it when the test has finished. */
export async function started(options: KafkaStandaloneOptions = {}): Promise<KafkaStandalone> {
  const driver = broker(options)
  await startAll([driver])
  return driver
}

/** Starts drivers by the graph of their context values, and stops them when the test has finished. */
export async function startAll(
  drivers: readonly Driver[],
  options: EnvironmentOptions = { dependencies: 'inferred' },
): Promise<void> {
  const group = environment(drivers, { keepRunpath: 'never', ...options }).create()
  onTestFinished(() => group.stop())
  await group.start()
}

/** The error that something ends with. */
export async function rejection(work: Promise<unknown>): Promise<TestrigError> {
  return work.then(
    () => {
      throw new Error('It did not fail.')
    },
    (error) => error as TestrigError,
  )
}
