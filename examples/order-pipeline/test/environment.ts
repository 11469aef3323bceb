import { join } from 'node:path'
import { environment, own } from '@testrig/core'
import { App } from '@testrig/driver-app'
import { KafkaStandalone } from '@testrig/driver-kafka'
import { Sqlite3 } from '@testrig/driver-sqlite'
import { ZMQClient } from '@testrig/driver-zmq'
import { kafkaHome } from './kafka-home.ts'
import { OrderDesk } from './order-desk.ts'

const program = (name: string) => join(import.meta.dirname, '../src', name)

export default environment()
  .add('kafka', () => new KafkaStandalone({ home: kafkaHome, topics: [{ name: 'orders', partitions: 3 }] }))
  // Its ports are allocated by Testrig, so that a restart keeps them and the others find it again.
  .add(
    'ledger',
    () =>
      new App({
        binary: process.execPath,
        args: [
          program('ledger.ts'),
          'orders.db',
          own('tcp://127.0.0.1:{{ ports.orders }}'),
          own('tcp://127.0.0.1:{{ ports.totals }}'),
        ],
        ports: { orders: 'auto', totals: 'auto' },
        stdoutRegexps: [/Recording orders at (?<orders>\S+) in (?<database>.+), totals at (?<totals>\S+)/],
        extracts: ['orders', 'database', 'totals'],
      }),
  )
  .add(
    'publisher',
    ({ ledger }) =>
      new App({
        binary: process.execPath,
        args: [program('publisher.ts'), ledger.extracts.totals, 'tcp://127.0.0.1:*'],
        stdoutRegexps: [/Publishing at (?<endpoint>\S+)/],
        extracts: ['endpoint'],
      }),
  )
  .add(
    'intake',
    ({ kafka, ledger }) =>
      new App({
        binary: process.execPath,
        args: [program('intake.ts')],
        env: { BROKERS: kafka.bootstrapServers, LEDGER: ledger.extracts.orders },
        stdoutRegexps: [/Reading orders/],
      }),
  )
  // What goes in, once orders are read.
  .add('desk', ({ kafka }) => new OrderDesk({ bootstrapServers: kafka.bootstrapServers }), {
    after: ['intake'],
  })
  // What the ledger writes, opened to be read only.
  // #region database
  .add('database', ({ ledger }) => new Sqlite3({ dbPath: ledger.extracts.database, readOnly: true }))
  // #endregion database
  // What the publisher sends.
  // #region feed
  .add(
    'feed',
    ({ publisher }) => new ZMQClient({ messagePattern: 'SUB', endpoints: [publisher.extracts.endpoint] }),
  )
// #endregion feed
