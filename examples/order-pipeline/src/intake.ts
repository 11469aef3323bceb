// The first process: reads orders from Kafka and hands them to the ledger. Kafka is told that an order is done when the
// ledger has recorded it, so none is lost; one may be handed over twice.
//
//   BROKERS=… LEDGER=tcp://… node intake.ts
import kafkajs from 'kafkajs'
import { LedgerClient } from './ledger-client.ts'
import { type Order, readOrder } from './order.ts'

const { BROKERS = '', LEDGER = '' } = process.env
const kafka = new kafkajs.Kafka({ brokers: BROKERS.split(','), logLevel: kafkajs.logLevel.NOTHING })
const consumer = kafka.consumer({ groupId: 'intake' })
const ledger = new LedgerClient(LEDGER)

consumer.on(consumer.events.GROUP_JOIN, () => console.log('Reading orders'))
consumer.on(consumer.events.CRASH, ({ payload }) => console.error(`Crashed: ${payload.error.message}`))
process.once('SIGTERM', async () => {
  await consumer.disconnect()
  process.exit()
})

await consumer.connect()
await consumer.subscribe({ topic: 'orders', fromBeginning: true })
await consumer.run({
  eachMessage: async ({ message }) => {
    const order = orderOf(String(message.value))
    if (order !== undefined) await ledger.record(order)
  },
})

function orderOf(text: string): Order | undefined {
  try {
    return readOrder(text)
  } catch (error) {
    console.log(`Refused ${text}: ${(error as Error).message}`)
    return undefined
  }
}
