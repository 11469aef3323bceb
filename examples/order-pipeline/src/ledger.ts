// The second process: records each order in its database, once, and announces what has been ordered of the item so far.
//
//   node ledger.ts <database> <endpoint for orders> <endpoint for totals>
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Reply } from 'zeromq'
import { Announcer } from './announcer.ts'
import type { Order, Total } from './order.ts'

const [path = 'orders.db', ordersEndpoint = '', totalsEndpoint = ''] = process.argv.slice(2)

const database = new DatabaseSync(path)
database.exec(`
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, item TEXT NOT NULL, count INTEGER NOT NULL, price INTEGER NOT NULL);
  CREATE VIEW IF NOT EXISTS totals AS
    SELECT item, count(*) AS orders, sum(count * price) AS cents FROM orders GROUP BY item;
`)
const insert = database.prepare(
  'INSERT INTO orders VALUES (:id, :item, :count, :price) ON CONFLICT DO NOTHING',
)
const totalOf = database.prepare('SELECT orders, cents FROM totals WHERE item = ?')
const items = database.prepare('SELECT item FROM totals')

const orders = new Reply({ linger: 0 })
await orders.bind(ordersEndpoint)
const announcer = new Announcer(() =>
  items.all().map(({ item }) => ({ item: String(item), total: total(String(item)) })),
)
await announcer.listen(totalsEndpoint)
console.log(`Recording orders at ${orders.lastEndpoint} in ${resolve(path)}, totals at ${announcer.endpoint}`)

for await (const [message] of orders) {
  const { id, item, count, price } = JSON.parse(String(message)) as Order
  const { changes } = insert.run({ id, item, count, price })
  await orders.send('recorded')
  console.log(changes === 0 ? `Order ${id} was recorded before` : `Order ${id}: ${count} × ${item}`)
  if (changes > 0) await announcer.announce(item, total(item))
}

function total(item: string): Total {
  const { orders = 0, cents = 0 } = totalOf.get(item) ?? {}
  return { orders: Number(orders), cents: Number(cents) }
}
