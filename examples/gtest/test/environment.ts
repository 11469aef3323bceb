import { environment } from '@testrig/core'
import { HTTPServer } from '@testrig/driver-http'

// #region environment
export default environment().add(
  'rates',
  () =>
    new HTTPServer({
      routes: {
        'GET /rates/GBP/EUR': { body: '1.17' },
        'GET /rates/JPY/GBP': { body: '0.0051' },
        'GET /rates/EUR/DKK': { body: 'n/a' },
        'GET /rates/USD/JPY': { status: 503 },
        'GET /rates/EUR/CHF': { hangUp: true },
        'GET /rates/:from/:to': { status: 404 },
      },
    }),
)
// #endregion environment
