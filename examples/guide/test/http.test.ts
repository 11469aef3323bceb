import { environment } from '@testrig/core'
import { HTTPClient, HTTPServer } from '@testrig/driver-http'
import { expect, test } from 'vitest'

// #region routes
const definition = environment()
  .add('service', () => {
    return new HTTPServer({
      routes: {
        'GET /rates/:code': { body: { rate: 1.5 } },
        'POST /orders': ({ json }) => ({ status: 201, body: { accepted: json } }),
        '/slow': { delay: 200, body: 'at last' },
      },
    })
  })
  .add('client', ({ service }) => new HTTPClient({ baseUrl: service.url }))
// #endregion routes

test('routes answer', async () => {
  await using group = await definition.start()
  const { client } = group.drivers
  expect((await client.get('/rates/EUR')).json).toEqual({ rate: 1.5 })
  const { status, json } = await client.post('/orders', { json: { id: 7 } })
  expect([status, json]).toEqual([201, { accepted: { id: 7 } }])
})

test('a queued response answers one request', async () => {
  await using group = await definition.start()
  const { client, service } = group.drivers
  // #region respond
  service.respond({ status: 503 }, { path: '/rates/:code' })
  expect((await client.get('/rates/EUR')).status).toBe(503)
  expect((await client.get('/rates/EUR')).status).toBe(200)

  const request = await service.receive()
  expect(request.params).toEqual({ code: 'EUR' })
  // #endregion respond
})

test('answers come in the order in which they end', async () => {
  await using group = await definition.start()
  const { client } = group.drivers
  // #region send
  client.send('GET', '/slow')
  client.send('GET', '/rates/EUR')
  expect((await client.receive()).request.url).toMatch(/EUR$/)
  expect((await client.receive()).text).toBe('at last')
  // #endregion send
})
