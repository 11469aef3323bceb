import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

// Names every module that the program loads; a line each.
const PROGRAM = `
  import { registerHooks } from 'node:module'
  const loaded = []
  registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context) } })
  const { environment } = await import('@testrig/core')
  const { App } = await import('@testrig/driver-app')
  const group = environment([new App({ name: 'app', binary: 'sleep', args: [60] })], { keepRunpath: 'never' }).create()
  if (process.argv[1] === 'on') {
    const { recordDriverInfo } = await import('@testrig/core/driver-info')
    recordDriverInfo(group, { scope: 'test' })
  }
  await group.start()
  await group.stop()
  console.log(loaded.join('\\n'))
`

async function loaded(mode: 'on' | 'off'): Promise<readonly string[]> {
  const args = ['--input-type=module', '-e', PROGRAM, mode]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname })
  return stdout.split('\n').flatMap((url) => /(driver-info|inspect)\/([\w-]+)\.ts$/.exec(url)?.[2] ?? [])
}

test('without driver info, nothing of it is loaded', async () => {
  expect(await loaded('off')).toEqual(['socket-address']) // It is part of how ports are discovered.
  expect(await loaded('on')).toEqual(expect.arrayContaining(['record-driver-info', 'proc-inspector']))
})
