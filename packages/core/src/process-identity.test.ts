import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../test/fixtures/temporary-directory.ts'
import { identify, isRunning } from './process-identity.ts'
import { parseProcessStat } from './process-stat.ts'

const hasProcFs = existsSync('/proc/self/stat')
const reason = hasProcFs ? '' : ' (skipped: there is no /proc)'

test('this process runs; one with its number and another start time does not', () => {
  expect(isRunning(identify(process.pid))).toBe(true)
  expect(isRunning(String(process.pid))).toBe(true)
  expect(isRunning(`${process.pid}-1`)).toBe(!hasProcFs)
  expect(isRunning(identify(process.ppid))).toBe(true)
  expect(isRunning('999999999-1')).toBe(false)
  expect(isRunning('')).toBe(false)
})

test.skipIf(!hasProcFs)(`what stat says of a process whose name looks like its fields${reason}`, async () => {
  const path = join(temporaryDirectory(), 'a) Z 1 (b')
  writeFileSync(path, '#!/bin/sh\necho ready; read -r line\n', { mode: 0o700 })
  const child = spawn(path, { detached: true })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  const content = readFileSync(`/proc/${child.pid}/stat`)
  expect(content.toString()).toContain('(a) Z 1 (b)')
  const { startTime, state, ...others } = parseProcessStat(content)
  expect(others).toEqual({ ppid: process.pid, group: child.pid, hasEnded: false })
  expect(state).toMatch(/[RS]/)
  expect(identify(child.pid as number)).toBe(`${child.pid}-${startTime}`)
  const stopped = content.toString().replace(/\) [RS] (?=\d+ \d+ )/, ') Z ')
  expect(parseProcessStat(Buffer.from(stopped)).hasEnded).toBe(true)
})

test.skipIf(!hasProcFs)(`a process runs although too many files are open to look at it${reason}`, () => {
  const script = `
    import { openSync } from 'node:fs'
    import { isRunning } from ${JSON.stringify(new URL('./process-identity.ts', import.meta.url).href)}
    let failure
    while (failure === undefined) try { openSync('/dev/null') } catch ({ code }) { failure = code }
    console.log(failure, isRunning(process.argv[1]), isRunning('999999999-1'))`
  const command = 'ulimit -n 64; exec "$0" --input-type=module --eval "$1" -- "$2"'
  const args = ['-c', command, process.execPath, script, identify(process.pid)]
  expect(execFileSync('sh', args, { encoding: 'utf8' })).toBe('EMFILE true false\n')
})
