import { expect, test, vi } from 'vitest'
import { failure } from '../test/environments.ts'
import { App } from './app.ts'

// A disk cannot be filled for a test. What the system says of one is all that is not real here.
vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof import('node:fs/promises')>()),
  statfs: async () => ({ blocks: 256, bavail: 0 }),
}))

test('a start that fails on a full disk says so: a program may not be able to log what is awaited', async () => {
  const app = new App({
    name: 'app',
    binary: '/bin/sh',
    args: ['-c', 'echo begun; exit 1'],
    stdoutRegexps: [/ready/],
  })
  expect(await failure(app)).toContain(
    '\n  hint: the disk is full: nothing more can be written to <runpath>/app\n',
  )
})
