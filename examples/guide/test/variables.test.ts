import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { environment } from '@testrig/core'
import { TCPServer } from '@testrig/driver-tcp'
import { expect, test } from 'vitest'

test('a program reads what drivers publish', async () => {
  await using group = await environment([new TCPServer({ name: 'my server' })]).start()
  // #region spawn
  const env = { ...process.env, ...group.variables() }
  const { stdout } = await promisify(execFile)('sh', ['-c', 'echo $DRIVER_MY_SERVER_ATTR_PORT'], { env })
  // #endregion spawn
  expect(stdout).toBe(`${(group.drivers['my server'] as TCPServer).port}\n`)
})
