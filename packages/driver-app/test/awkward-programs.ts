import { type Driver, environment } from '@testrig/core'
import { App } from '../src/index.ts'

/**
 * Starts programs that are hard to end, says so on the standard output, and leaves them running: with children and
 * grandchildren, deaf to SIGTERM, out of their process group, gone into the background
 * with their mark or without, paused.
 */
export async function startAwkwardPrograms(others: readonly Driver[] = []): Promise<void> {
  const stopTimeout = Number(process.env.STOP_TIMEOUT)
  const env = { PATH: process.env.PROGRAMS_PATH ?? process.env.PATH }
  const shell = (name: string, text: string, expectedExitCode?: number) =>
    new App({ name, binary: '/bin/sh', args: ['-c', text], env, stopTimeout, expectedExitCode })
  const paused = shell('paused', 'sleep 71 & wait')
  const programs = [
    shell('grandchildren', 'sleep 72 & (sleep 73 & sleep 74) & wait'),
    shell('stubborn', "trap '' TERM INT HUP; while :; do sleep 0.2; done"),
    shell('escapees', 'setsid sleep 75 & (setsid sh -c "sleep 76 & sleep 77" &); wait'),
    shell('stubborn-escapee', `setsid sh -c "trap '' TERM; while :; do sleep 0.2; done" & wait`),
    shell('daemon', '(setsid sleep 78 &); exit 0', 0),
    shell('unmarked-daemon', '(TESTRIG_DRIVER= setsid sleep 79 &); exit 0', 0),
    paused,
  ]
  process.stdout.write(`starting ${process.pid}\n`)
  await environment([...programs, ...others], { dependencies: [] }).start()
  await paused.pause()
  process.stdout.write(`started ${process.pid}\n`)
}
