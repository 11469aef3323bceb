// Starts more programs than there may be open files; prints the first line of the error, and how many are left.
import { environment } from '@testrig/core'
import { App } from '../../src/index.ts'
import { childrenOf, runs } from '../processes.ts'

const programs = Array.from(
  { length: 60 },
  (_, index) => new App({ name: `sleep-${index}`, binary: 'sleep', args: [60] }),
)
const group = environment(programs, { dependencies: [], keepRunpath: 'never' }).create()
await group.start().catch((error: Error) => console.log(error.message.split('\n')[0]))
await group.stop()
console.log(childrenOf(process.pid).filter(runs).length, 'left, the watchdog among them')
