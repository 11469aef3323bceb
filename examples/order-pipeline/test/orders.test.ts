import type { ZMQClient } from '@testrig/driver-zmq'
import { fixtures } from '@testrig/vitest'
import { expect } from 'vitest'
import type { Total } from '../src/order.ts'
import environment from './environment.ts'
import { reason, skipped } from './kafka-home.ts'

// #region test
const test = fixtures(environment).skipIf(skipped)

test(`an order is recorded and its total published${reason}`, async ({ desk, database, feed }) => {
  feed.subscribe('total.tea')
  await desk.place({ id: 't1', item: 'tea', count: 3, price: 250 })

  const [topic, total] = await feed.receiveMultipart()
  expect([String(topic), JSON.parse(String(total))]).toEqual(['total.tea', { orders: 1, cents: 750 }])
  expect(await database.fetchTable('orders')).toEqual([
    ['id', 'item', 'count', 'price'],
    ['t1', 'tea', 3, 250],
  ])
})
// #endregion test

test(`orders of all partitions add up${reason}`, async ({ desk, database, feed }) => {
  feed.subscribe('total.')
  const items = ['oats', 'peas', 'rice', 'salt', 'soup', 'rye']
  const orders = Array.from({ length: 60 }, (_, index) => ({
    id: `many-${index}`,
    item: items[index % items.length] as string,
    count: 1,
    price: 10,
  }))
  await desk.place(...orders)
  const counts = Object.fromEntries(items.map((item) => [item, 10]))
  const each = { orders: 10, cents: 100 }
  expect(await totals(feed, counts)).toEqual(Object.fromEntries(items.map((item) => [item, each])))
  expect(await database.fetchOne("SELECT count(*) AS n FROM orders WHERE id LIKE 'many-%'")).toEqual({
    n: 60,
  })
})

test(`an order that comes twice counts once${reason}`, async ({ desk, database, feed, ledger }) => {
  feed.subscribe('total.milk')
  const order = { id: 'm1', item: 'milk', count: 1, price: 90 }
  await ledger.logMatcher().expect(/Order m1 was recorded before/, () => desk.place(order, order))
  await desk.place({ ...order, id: 'm2' })
  expect(await totals(feed, { milk: 2 })).toEqual({
    milk: { orders: 2, cents: 180 },
  })
  expect(await database.fetchAll("SELECT id FROM orders WHERE item = 'milk'")).toEqual([
    { id: 'm1' },
    { id: 'm2' },
  ])
})

test(`what is no order is refused, and the next one is read${reason}`, async ({ desk, feed, intake }) => {
  feed.subscribe('total.eggs')
  await intake.logMatcher().expect(/Refused .*: its count is -1/, async () => {
    await desk.place(
      { id: 'e1', item: 'eggs', count: -1, price: 30 },
      { id: 'e2', item: 'eggs', count: 2, price: 30 },
    )
  })
  expect(await totals(feed, { eggs: 1 })).toEqual({
    eggs: { orders: 1, cents: 60 },
  })
})

// #region late
test(`a subscriber that comes late gets the totals that there are${reason}`, async ({ desk, feed }) => {
  feed.subscribe('total.figs')
  await desk.place({ id: 'f1', item: 'figs', count: 1, price: 500 })
  await totals(feed, { figs: 1 })

  await feed.reconnect()
  expect(await totals(feed, { figs: 1 })).toEqual({
    figs: { orders: 1, cents: 500 },
  })
})
// #endregion late

// #region killed
test(`no order is lost when the ledger is killed${reason}`, async ({ desk, database, feed, ledger }) => {
  feed.subscribe('total.jam')
  await desk.place({ id: 'j1', item: 'jam', count: 1, price: 400 })
  await totals(feed, { jam: 1 })

  ledger.kill('SIGKILL')
  await ledger.stop()
  await desk.place({ id: 'j2', item: 'jam', count: 1, price: 400 })
  await ledger.start()

  expect(await totals(feed, { jam: 2 })).toEqual({ jam: { orders: 2, cents: 800 } })
  expect(await database.fetchAll("SELECT id FROM orders WHERE item = 'jam'")).toEqual([
    { id: 'j1' },
    { id: 'j2' },
  ])
})
// #endregion killed

test(`a publisher that is restarted knows the totals again${reason}`, async ({ desk, feed, publisher }) => {
  feed.subscribe('total.kale')
  await desk.place({ id: 'k1', item: 'kale', count: 1, price: 120 })
  await totals(feed, { kale: 1 })

  await publisher.restart()
  await feed.reconnect() // It publishes at another port now.
  expect(await totals(feed, { kale: 1 })).toEqual({
    kale: { orders: 1, cents: 120 },
  })
})

test(`the database of the ledger is only read${reason}`, async ({ database }) => {
  await expect(database.execute('DELETE FROM orders')).rejects.toThrow('readonly database')
})

/** Takes what is published until so many orders of each of these items have been counted; gives their totals. */
async function totals(
  feed: ZMQClient,
  counts: Readonly<Record<string, number>>,
): Promise<Readonly<Record<string, Total>>> {
  const missing = new Map(Object.entries(counts))
  const found: Record<string, Total> = {}
  while (missing.size > 0) {
    const [topic, message] = (await feed.receiveMultipart()).map(String) as [string, string]
    const [item, total] = [topic.replace('total.', ''), JSON.parse(message) as Total]
    if (missing.get(item) !== total.orders) continue
    missing.delete(item)
    found[item] = total
  }
  return found
}
