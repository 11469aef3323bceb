import { FixClient } from '@testrig/driver-fix'
import { fixtures } from '@testrig/vitest'
import { expect } from 'vitest'
import environment from './environment.ts'

// #region first-test
const test = fixtures(environment)

test('an order goes to the exchange, and what becomes of it goes back', async ({ client, exchange }) => {
  await client.send({ 35: 'D', 11: 'order-1', 38: 1000, 40: 2, 44: '1.0987', 54: 1, 55: 'EUR/USD' })

  const order = await exchange.receive()
  expect(order.toObject()).toMatchObject({ 1: 'GATEWAY-1', 38: '1000', 44: '1.0987', 54: '1', 55: 'EUR/USD' })
  await exchange.send({ 35: '8', 11: order.get(11), 37: 'X1', 39: 2, 14: 1000, 31: '1.0987', 32: 1000 })

  const report = await client.expect({ 35: '8', 11: 'order-1' })
  expect([report.get(39), report.number(14)]).toEqual(['2', 1000])
})
// #endregion first-test

// #region any-order
test('reports go back to the orders that they are for, in whatever order they come', async ({
  client,
  exchange,
}) => {
  for (const id of ['a', 'b', 'c']) await client.send({ 35: 'D', 11: id, 38: 1, 54: 1, 55: id })
  for (const symbol of ['c', 'a', 'b']) {
    const order = await exchange.expect({ 35: 'D', 55: symbol })
    await exchange.send({ 35: '8', 11: order.get(11), 37: `X-${symbol}`, 39: 0 })
  }
  for (const id of ['a', 'b', 'c']) {
    const report = await client.expect({ 35: '8', 11: id })
    expect(report.get(37)).toBe(`X-${id}`)
  }
})
// #endregion any-order

test('an order that is too large is refused, and the exchange never sees it', async ({
  client,
  exchange,
}) => {
  await client.send({ 35: 'D', 11: 'large', 38: 1_000_001, 54: 1, 55: 'EUR/USD' })
  const report = await client.expect({ 35: '8', 11: 'large' })
  expect([report.get(39), report.get(58)]).toEqual(['8', 'more than 1000000 at once'])
  await exchange.testRequest() // The gateway has sent all that it had to.
  await expect(exchange.receive({ timeout: 0 })).rejects.toThrow('there is none')
})

// #region reconnect
test('without an exchange orders are refused, until it is back', async ({ client, exchange, gateway }) => {
  await gateway.logMatcher().expect(/Session with EXCHANGE ended/, () => exchange.stop())
  await client.send({ 35: 'D', 11: 'early', 38: 1, 54: 1, 55: 'EUR/USD' })
  expect((await client.expect({ 11: 'early' })).get(58)).toBe('the exchange cannot be reached')

  await gateway.logMatcher().expect(/Session with EXCHANGE began/, () => exchange.start())
  await client.send({ 35: 'D', 11: 'late', 38: 1, 54: 1, 55: 'EUR/USD' })
  expect((await exchange.receive()).get(55)).toBe('EUR/USD')
})
// #endregion reconnect

test('the gateway fills the gap when its messages are asked for again', async ({ client }) => {
  const { incoming } = client.sequenceNumbers
  client.setSequenceNumbers({ incoming: incoming - 1 })
  await client.testRequest()
  expect((await client.expect({ 35: '4' })).get(123)).toBe('Y')
  expect(client.errors()).toEqual([])
})

test('a client is back after a restart of the gateway', async ({ client, exchange, gateway }) => {
  await gateway.restart()
  await client.reconnect() // The client asks for the gateway's address again.
  await client.send({ 35: 'D', 11: 'again', 38: 1, 54: 2, 55: 'GBP/USD' })
  expect((await exchange.expect({ 35: 'D' })).get(55)).toBe('GBP/USD')
})

// #region certificate
test('nobody logs on to the exchange without a certificate', async ({ certificates, exchange }) => {
  await using stranger = new FixClient({
    port: exchange.port,
    sender: 'STRANGER',
    target: 'EXCHANGE',
    version: 'FIX.4.4',
    tlsConfig: { ca: certificates.ca },
  })
  await expect(stranger.start()).rejects.toThrow('the peer wants a certificate')
  expect(exchange.errors().at(-1)?.message).toContain('the peer sent no certificate')
})
// #endregion certificate
