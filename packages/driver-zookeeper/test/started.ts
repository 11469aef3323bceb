import { type EnvironmentOptions, environment, type TestrigError } from '@testrig/core'
import { onTestFinished } from 'vitest'
import { ZookeeperStandalone, type ZookeeperStandaloneOptions } from '../src/index.ts'

/** Starts a server, and stops it when the test has finished. */
export async function started(
  options: ZookeeperStandaloneOptions = {},
  environmentOptions: EnvironmentOptions = {},
): Promise<ZookeeperStandalone> {
  const driver = new ZookeeperStandalone({ name: 'zookeeper', ...options })
  const group = environment([driver], { keepRunpath: 'never', ...environmentOptions }).create()
  onTestFinished(() => group.stop())
  await group.start()
  return driver
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
