// #region test
import { fixtures } from '@testrig/vitest'
import { expect } from 'vitest'
import environment from './environment.ts'

const test = fixtures(environment)

test('the app forwards what the service says', async ({ client, service }) => {
  service.respond({ body: 'hello' })
  const { status, text } = await client.get('/greeting')
  expect([status, text]).toEqual([200, 'hello'])
  expect((await service.receive()).path).toBe('/greeting')
})
// #endregion test
