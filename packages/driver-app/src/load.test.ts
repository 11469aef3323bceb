import { environment } from '@testrig/core'
import { expect, test } from 'vitest'
import { trial } from '../test/trial.ts'
import { App } from './app.ts'

const COUNT = 100

test(`${COUNT} programs start and stop at once`, { timeout: 60_000 }, async () => {
  const { env, processes } = trial()
  const apps = Array.from(
    { length: COUNT },
    (_, index) =>
      new App({
        name: `app${index}`,
        binary: '/bin/sh',
        args: ['-c', 'echo "ready $PORT"; exec sleep 60'],
        env: { ...env, PORT: index },
        stdoutRegexps: [/ready (?<port>\d+)/],
      }),
  )
  const group = environment(apps, { dependencies: [], keepRunpath: 'never' }).create()
  await group.start()
  expect(apps.map(({ extracts }) => Number(extracts.port))).toEqual(apps.map((_, index) => index))
  await expect.poll(() => processes().length).toBe(COUNT)
  await group.stop()
  expect(processes()).toEqual([])
})
