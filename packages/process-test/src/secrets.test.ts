import { expect, test } from 'vitest'
import { Secrets } from './secrets.ts'

test('values of variables with names of secrets are masked, but not the working directory', () => {
  const secrets = new Secrets({ PWD: '/srv/shop', DB_PWD: 'hunter22', DRIVER_DB_ATTR_PWD: 'hunter23' })
  expect(secrets.mask('/srv/shop/test.mjs: hunter22, hunter23')).toBe('/srv/shop/test.mjs: ***, ***')
})
