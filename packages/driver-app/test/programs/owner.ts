// Starts an environment of awkward programs, says so, and waits. Usage: owner.ts [STOP-TIMEOUT] [--nested]
import { environment } from '@testrig/core'
import { App } from '../../src/index.ts'

const stopTimeout = Number(process.argv[2] ?? 500)
const shell = (name: string, text: string) =>
  new App({ name, binary: '/bin/sh', args: ['-c', text], stopTimeout })
const paused = shell('paused', 'sleep 71 & wait')
const nested = new App({
  name: 'nested',
  binary: process.execPath,
  args: [import.meta.filename, 100],
  stdoutRegexps: [/started/],
  stopTimeout,
})
const drivers = [
  shell('grandchildren', 'sleep 72 & (sleep 73 & sleep 74) & wait'),
  shell('stubborn', "trap '' TERM INT HUP; while :; do sleep 0.2; done"),
  shell('escapees', 'setsid sleep 75 & (setsid sh -c "sleep 76 & sleep 77" &); wait'),
  shell('stubborn-escapee', `setsid sh -c "trap '' TERM; while :; do sleep 0.2; done" & wait`),
  new App({
    name: 'daemon',
    binary: '/bin/sh',
    args: ['-c', '(setsid sleep 78 &); exit 0'],
    expectedExitCode: 0,
    stopTimeout,
  }),
  paused,
  ...(process.argv.includes('--nested') ? [nested] : []),
]
console.log('starting')
await environment(drivers, { dependencies: [] }).start()
await paused.pause()
console.log('started')
setInterval(() => {}, 60_000)
