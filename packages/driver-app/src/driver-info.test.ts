import { environment } from '@testrig/core'
import { type DriverInfoRecorder, recordDriverInfo } from '@testrig/core/driver-info'
import { expect, onTestFinished, test } from 'vitest'
import { App } from './app.ts'
import type { AppOptions } from './app-options.ts'

/** Runs a script of the shell in an environment whose directory goes with it. */
async function recorded(
  script: string,
  options: Partial<AppOptions> = {},
  logBytes = 65_536,
): Promise<{ readonly app: App; readonly recorder: DriverInfoRecorder; stop(): Promise<void> }> {
  const app = new App({ name: 'app', binary: '/bin/sh', args: ['-c', script], ...options } as AppOptions)
  const group = environment([app], { keepRunpath: 'never' }).create()
  onTestFinished(() => group.stop())
  const recorder = recordDriverInfo(group, { scope: 'test', logBytes })
  await group.start()
  return { app, recorder, stop: () => group.stop() }
}

test('the ends of logs are known when the directory is gone, in whole lines and without secrets', async () => {
  const script = 'seq 1000; echo "password=$PASSWORD, or $PASSWORD"; echo ready; exec sleep 60'
  const options = { env: { PASSWORD: 'hunter22' }, stdoutRegexps: [/ready/] }
  const { recorder, stop } = await recorded(script, options, 100)
  await stop()
  const [log] = (await recorder.info()).drivers[0]?.logs ?? []
  const numbers = Array.from({ length: 1_000 }, (_, index) => `${index + 1}\n`)
  const whole = [...numbers, 'password=hunter22, or hunter22\n', 'ready\n'].join('')
  const end = whole.slice(whole.indexOf('\n', whole.length - 100) + 1)
  expect(log).toMatchObject({
    stream: 'stdout',
    text: end.replaceAll('hunter22', '***'),
    omitted: whole.length - end.length,
  })
})

test('the command is masked, and the program of a driver has its process ids', async () => {
  const { app, recorder } = await recorded('exec sleep 60', {
    args: ['-c', 'exec sleep 60', '--token', 'abc'],
  })
  await recorder.sample()
  const [info] = (await recorder.info()).drivers
  expect(info?.command).toEqual(['/bin/sh', '-c', 'exec sleep 60', '--token', '***'])
  expect(info?.attributes.cmd).toEqual(info?.command)
  expect(info?.pids).toEqual([app.pid])
})

test('a program that died is told with its reason', async () => {
  const { app, recorder, stop } = await recorded('echo ready; read line; exit 3', {
    stdoutRegexps: [/ready/],
  })
  app.stdin().end('go\n')
  await expect.poll(() => app.state).toBe('failed')
  await stop().catch(() => {})
  const [info] = (await recorder.info()).drivers
  expect(info?.state).toBe('failed')
  expect(info?.failure).toContain('exit code 3')
})
