import { join } from 'node:path'
import { environment } from '@testrig/core'
import { App } from '@testrig/driver-app'
import { HTTPClient, HTTPServer } from '@testrig/driver-http'

// #region environment
const shop = environment()
  // A mock: it answers what the tests say.
  .add('prices', () => new HTTPServer({ routes: { 'GET /prices/tea': { body: { each: 2.5 } } } }))
  // The application under test, told by a variable where the prices service listens.
  .add(
    'shop',
    ({ prices }) =>
      new App({
        binary: process.execPath,
        args: [join(import.meta.dirname, '../src/shop.ts')],
        env: { PRICES_URL: prices.url },
        stdoutRegexps: [/The shop is open: (?<url>\S+)/],
        extracts: ['url'],
      }),
  )
  .add('client', ({ shop }) => new HTTPClient({ baseUrl: shop.extracts.url }))

export default shop

/** Gives `test` of @testrig/vitest the types of these drivers, in all test files. */
declare module '@testrig/vitest' {
  interface Register {
    environment: typeof shop
  }
}
// #endregion environment
