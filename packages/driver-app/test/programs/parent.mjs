// Has a child; ends it when it is asked to end, and tells how it ended.
import { spawn } from 'node:child_process'

const child = spawn('sleep', ['60'])
process.on('SIGTERM', (signal) => {
  child.on('exit', (_, own) => console.log(`ended by ${signal}, its child by ${own}`))
  child.kill()
})
child.on('spawn', () => console.log('ready'))
