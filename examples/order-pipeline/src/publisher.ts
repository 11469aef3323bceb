// The third process: passes the ledger's totals on to any number of subscribers, which so are no load for the ledger.
//
//   node publisher.ts <the ledger's endpoint for totals> <own endpoint>
import { Subscriber } from 'zeromq'
import { Announcer, itemOf } from './announcer.ts'
import type { Total } from './order.ts'

const [ledgerEndpoint = '', ownEndpoint = ''] = process.argv.slice(2)

const totals = new Map<string, Total>()
const announcer = new Announcer(() => [...totals].map(([item, total]) => ({ item, total })))
await announcer.listen(ownEndpoint)

const ledger = new Subscriber({ linger: 0 })
ledger.connect(ledgerEndpoint)
ledger.subscribe('')
console.log(`Publishing at ${announcer.endpoint}`)

for await (const [topic, message] of ledger) {
  const [item, total] = [itemOf(String(topic)), JSON.parse(String(message)) as Total]
  totals.set(item, total)
  await announcer.announce(item, total)
}
