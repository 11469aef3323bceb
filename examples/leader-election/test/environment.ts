import { join } from 'node:path'
import { type ContextValue, environment } from '@testrig/core'
import { App } from '@testrig/driver-app'
import { ZookeeperStandalone } from '@testrig/driver-zookeeper'

const program = join(import.meta.dirname, '../src/worker.ts')

// #region environment
/** A worker, up when it knows whether it leads. */
function worker(name: string, connectionString: ContextValue<string>): App {
  return new App({
    binary: process.execPath,
    args: [program, name],
    env: { ZOOKEEPER: connectionString },
    stdoutRegexps: [/ (leads|follows)/],
  })
}

export default environment()
  // Sessions of clients that are killed end after two ticks at the earliest.
  .add('zookeeper', () => new ZookeeperStandalone({ chroot: '/workers', properties: { tickTime: 200 } }))
  .add('ada', ({ zookeeper }) => worker('ada', zookeeper.connectionString))
  .add('bob', ({ zookeeper }) => worker('bob', zookeeper.connectionString), { after: ['ada'] })
  .add('eve', ({ zookeeper }) => worker('eve', zookeeper.connectionString), { after: ['bob'] })
// #endregion environment
