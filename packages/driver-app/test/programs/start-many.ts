// Starts more programs than there may be open files; prints the first line of the error, and how many are left.
import { readdirSync } from 'node:fs'
import { environment, poll } from '@testrig/core'
import { App } from '../../src/index.ts'
import { argumentsOf, childrenOf, runs } from '../processes.ts'

const programs = Array.from(
  { length: 60 },
  (_, index) => new App({ name: `sleep-${index}`, binary: 'sleep', args: [60] }),
)
const group = environment(programs, { dependencies: [], keepRunpath: 'never' }).create()
await group.start().catch((error: Error) => console.log(error.message.split('\n')[0]))
await group.stop()
// What cannot be looked at for lack of files is not counted: they are closed in the next turns.
await poll(() => readdirSync('/proc/self/fd').length < 48, AbortSignal.timeout(5_000))
const left = childrenOf(process.pid).filter((pid) => runs(pid) && argumentsOf(pid).includes('sleep'))
console.log(`${left.length} left`)
