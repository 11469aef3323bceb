import { test } from '@testrig/vitest'
import { expect } from 'vitest'

test('an item without a price is not sold', async ({ client, prices }) => {
  prices.respond({ status: 404 })
  const { status, json } = await client.post('/orders', { json: { item: 'gold', count: 1 } })
  expect({ status, json }).toEqual({ status: 422, json: { error: 'there is no gold' } })
})

test.for([500, 503])(
  'a prices service that answers %i is told to the client',
  async (broken, { client, prices }) => {
    prices.respond({ status: broken }, { path: '/prices/tea' })
    const { status, json } = await client.post('/orders', { json: { item: 'tea', count: 1 } })
    expect({ status, json }).toEqual({
      status: 502,
      json: { error: `the prices service answered ${broken}` },
    })
  },
)

test('the shop survives a prices service that hangs up', async ({ client, prices }) => {
  prices.respond({ hangUp: true }, { path: '/prices/tea' })
  const { status } = await client.post('/orders', { json: { item: 'tea', count: 1 } })
  expect(status).toBe(500)
  const next = await client.post('/orders', { json: { item: 'tea', count: 1 } })
  expect(next.status).toBe(201)
})
