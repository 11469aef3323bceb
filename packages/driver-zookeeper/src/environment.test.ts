import { join } from 'node:path'
import { environment } from '@testrig/core'
import { App } from '@testrig/driver-app'
import { expect, test } from 'vitest'
import { reason, skipped } from '../test/programs.ts'
import { session } from '../test/session.ts'
import { ZookeeperStandalone } from './zookeeper-standalone.ts'

const worker = join(import.meta.dirname, '../test/programs/worker.mjs')

// #region environment
const cluster = environment()
  .add('zookeeper', () => new ZookeeperStandalone({ chroot: '/workers' }))
  .add(
    'worker',
    ({ zookeeper }) =>
      new App({
        binary: process.execPath,
        args: [worker],
        env: { ZOOKEEPER: zookeeper.connectionString },
        stdoutRegexps: [/Registered as (?<node>\S+)/],
      }),
  )
// #endregion environment

test.skipIf(skipped !== undefined)(`an application finds its server${reason}`, async () => {
  await using group = await cluster.start()
  const { zookeeper, worker } = group.drivers
  const client = await session(`127.0.0.1:${zookeeper.port}`)
  expect(await client.children('/workers')).toEqual([worker.extracts.node?.slice(1)])
})
