import { fixtures } from '@testrig/vitest'
import { expect } from 'vitest'
import environment from './environment.ts'

// #region extend
const test = fixtures(environment)
  .extend('token', ({ app }) => `token-of-${app.pid}`)
  .extend('order', async ({ client, service, token }, { onCleanup }) => {
    service.route('/orders/:id', { body: { paid: false } })
    onCleanup(() => service.removeRoute('/orders/:id'))
    return await client.get('/orders/1', { headers: { token } })
  })
// #endregion extend

// #region hooks
test.beforeEach(({ service }) => {
  service.flush() // forgets the requests of the test before
})
// #endregion hooks

test('an order is read through the app', ({ order }) => {
  expect(order.status).toBe(200)
})

// #region for
test.for(['/a', '/b'])('the app forwards %s', async (path, { client, service }) => {
  service.respond({ body: path })
  expect((await client.get(path)).text).toBe(path)
})
// #endregion for

// #region scope
const isolated = fixtures(environment, { scope: 'test', logLines: 50 })

isolated('this test has drivers of its own', ({ app }) => {
  expect(app.state).toBe('started')
})
// #endregion scope
