import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { installation, terminalProgram } from './installation.ts'

const installed = installation()

const files = {
  'environment.ts': `import { environment } from '@testrig/core'
    import { App } from '@testrig/driver-app'
    // Its child is deaf to what a terminal and Testrig send, so that only SIGKILL ends it.
    const script = "(trap '' INT TERM HUP; echo child $(exec sh -c 'echo $PPID'); while :; do sleep 0.1; done) & echo ready; wait"
    const program = () => new App({
      binary: '/bin/sh',
      args: ['-c', script],
      stdoutRegexps: [/child (?<child>\\d+)/, /ready/],
      stopTimeout: 500,
    })
    export default environment().add('first', program).add('second', program)`,
  'app.test.ts': `import { fixtures } from '@testrig/vitest'
    import environment from './environment.ts'
    import { note } from './notes.ts'
    const test = fixtures(environment)
    test('waits', { timeout: 60_000 }, async ({ first, second }) => {
      note([first.pid, first.extracts.child, second.pid, second.extracts.child].join(' '))
      await new Promise(() => {})
    })`,
}

const noTerminal =
  process.env.CI !== 'true' && spawnSync(terminalProgram, ['--version']).status !== 0
    ? ' (skipped: there is no `script` of util-linux)'
    : ''

describe.for(['run', 'watch'])('`vitest %s` leaves no process', (mode) => {
  test.skipIf(noTerminal !== '')(`after Ctrl-C${noTerminal}`, async () => {
    const project = installed.project(files)
    const vitest = project.spawnOnTerminal([mode])
    onTestFinished(() => void vitest.kill('SIGKILL'))
    const pids = await running(project.readNotes.bind(project))
    vitest.stdin.write('\u0003')
    await expect.poll(() => pids.filter(runs), { timeout: 15_000 }).toEqual([])
  })

  test.for(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('after %s', async (signal) => {
    const project = installed.project(files)
    const vitest = project.spawn([mode])
    onTestFinished(() => void vitest.kill('SIGKILL'))
    const pids = await running(project.readNotes.bind(project))
    const left = () => {
      vitest.kill(signal) // Again and again: Vitest 4 lets the test that runs end at the first SIGINT.
      return pids.filter(runs)
    }
    await expect.poll(left, { timeout: 15_000 }).toEqual([])
  })
})

/** The processes that the test has noted, all of which run. */
async function running(notes: () => readonly string[]): Promise<readonly number[]> {
  await expect.poll(() => notes()[0]?.split(' '), { timeout: 20_000 }).toHaveLength(4)
  const pids = notes()[0]?.split(' ').map(Number) ?? []
  expect(pids.map(runs)).toEqual([true, true, true, true])
  return pids
}

/** Whether a process runs; one that has ended may stay as a zombie. Source: proc(5), /proc/PID/stat. */
function runs(pid: number): boolean {
  try {
    return !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}
