import type { TCPClient, TCPServer } from '@testrig/driver-tcp'
import { fixtures } from '@testrig/vitest'
import { expect } from 'vitest'
import environment from './environment.ts'

// #region first-test
const test = fixtures(environment)

test('an amount is converted at the rate of the rates service', async ({ client, rates }) => {
  await client.send('1000 GBP EUR\n')

  await rates.acceptConnection()
  expect(await rates.receiveText({ until: '\n' })).toBe('GBP EUR\n')
  await rates.send('1.17\n')

  expect(await client.receiveText({ until: '\n' })).toBe('1170.00 EUR\n')
})
// #endregion first-test

// #region table
test.for([
  { request: '1000 GBP EUR', rate: '1.17', answer: '1170.00 EUR' },
  { request: '50 EUR USD', rate: '1.085', answer: '54.25 USD' },
  { request: '9999 JPY GBP', rate: '0.0051', answer: '50.99 GBP' },
  { request: '0 USD JPY', rate: '156.2', answer: '0.00 JPY' },
])('$request at $rate is $answer', async ({ request, rate, answer }, { client, rates }) => {
  await client.send(`${request}\n`)
  expect(await answerRate(rates, rate)).toBe(request.split(' ').slice(1).join(' '))
  expect(await answerOf(client)).toBe(answer)
})
// #endregion table

test('the rates service is not asked about an unknown currency', async ({ client, rates }) => {
  await client.send('1000 GBP XYZ\n')
  expect(await answerOf(client)).toBe('error: unknown currency XYZ')
  await expect(rates.acceptConnection({ timeout: 0 })).rejects.toThrow('no client connected')
})

test.for(['n/a', '-1.17', '0', ''])('a rate of "%s" is an error', async (rate, { client, rates }) => {
  await client.send('1000 GBP EUR\n')
  await answerRate(rates, rate)
  expect(await answerOf(client)).toBe(`error: the rates service answered "${rate}"`)
})

test('a rates service that hangs up is an error', async ({ client, rates }) => {
  await client.send('1000 GBP EUR\n')
  await rates.acceptConnection()
  await rates.closeConnection()
  expect(await answerOf(client)).toBe('error: the rates service hung up')
})

// #region restart
test('the converter converts after a restart, on a new port', async ({ client, converter, rates }) => {
  const { pid } = converter
  await converter.restart()
  expect(converter.pid).not.toBe(pid)

  await client.reconnect() // The client asks for the converter's address again.
  expect(client.port).toBe(converter.port)
  await client.send('2 GBP EUR\n')
  await answerRate(rates, '1.5')
  expect(await answerOf(client)).toBe('3.00 EUR')
})
// #endregion restart

// #region log
test('the converter logs what it converts', async ({ client, converter, rates }) => {
  await converter.logMatcher().expect(/7 USD EUR: the rate is 0\.5/, async () => {
    await client.send('7 USD EUR\n')
    await answerRate(rates, '0.5')
    expect(await answerOf(client)).toBe('3.50 EUR')
  })
})
// #endregion log

/** Plays the rates service for one request, and tells what was asked. */
async function answerRate(rates: TCPServer, rate: string): Promise<string> {
  await rates.acceptConnection()
  const question = await rates.receiveText({ until: '\n' })
  await rates.send(`${rate}\n`)
  return question.trim()
}

/** The next line that the client gets. */
async function answerOf(client: TCPClient): Promise<string> {
  return (await client.receiveText({ until: '\n' })).trim()
}
