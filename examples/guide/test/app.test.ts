import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

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

test('the environment runs without Vitest', async () => {
  const script = `${import.meta.dirname}/../src/without-vitest.ts`
  const { stdout } = await promisify(execFile)(process.execPath, [script])
  expect(stdout).toBe('hello\n')
})
