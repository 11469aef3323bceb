import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { hasProcFs, isChildless } from './process-table.ts'

const reason = hasProcFs ? '' : ' (skipped: there is no /proc)'

function run(...[file, ...args]: [string, ...string[]]): ChildProcess & { readonly pid: number } {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'], detached: true })
  onTestFinished(() => void process.kill(-(child.pid as number), 'SIGKILL'))
  return child as ChildProcess & { readonly pid: number }
}

const WITH_CHILD = `require('child_process').spawn('sleep', ['60']).once('spawn', () => console.log('ready'))`
const IN_THREAD = `new (require('worker_threads').Worker)(${JSON.stringify(WITH_CHILD)}, { eval: true })`

test.skipIf(!hasProcFs).for([
  { shown: 'no child', childless: true, command: ['sh', '-c', 'echo ready; exec sleep 60'] },
  { shown: 'a child', childless: false, command: ['sh', '-c', 'sleep 60 & echo ready; wait'] },
  {
    shown: 'threads only',
    childless: true,
    command: [process.execPath, '-e', 'console.log("ready"); setInterval(() => {}, 1e6)'],
  },
  { shown: 'a child of one of its threads', childless: false, command: [process.execPath, '-e', IN_THREAD] },
] as const)(`a process with $shown${reason}`, async ({ childless, command: [file, ...args] }) => {
  const child = run(file, ...args)
  await once(child.stdout as NonNullable<typeof child.stdout>, 'data')
  expect(isChildless(child.pid)).toBe(childless)
})

test.skipIf(!hasProcFs)(`of a process that has ended, it is not known${reason}`, async () => {
  const child = spawn('true')
  await once(child, 'exit')
  expect(isChildless(child.pid as number)).toBe(false)
})
