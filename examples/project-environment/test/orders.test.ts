import { test } from '@testrig/vitest'
import { expect } from 'vitest'

// #region test
test('an order costs the price times the count', async ({ client, prices }) => {
  const { status, json } = await client.post('/orders', { json: { item: 'tea', count: 3 } })
  expect({ status, json }).toEqual({ status: 201, json: { item: 'tea', count: 3, total: 7.5 } })

  const asked = await prices.receive()
  expect(asked.title).toBe('GET /prices/tea')
})
// #endregion test

test('a price counts at the time of the order', async ({ client, prices }) => {
  prices.respond({ body: { each: 4 } }, { path: '/prices/tea' })
  const totals: unknown[] = []
  for (let order = 0; order < 2; order++) {
    const { json } = await client.post<{ total: number }>('/orders', { json: { item: 'tea', count: 1 } })
    totals.push(json.total)
  }
  expect(totals).toEqual([4, 2.5])
})

test('what is sold is logged', async ({ client, shop }) => {
  await shop.logMatcher().expect(/Sold 12 × tea/, async () => {
    await client.post('/orders', { json: { item: 'tea', count: 12 } })
  })
})
