import { App } from '../../src/app.ts'
import { tcp } from '../../src/readiness.ts'
import { program } from './index.ts'

// Starts a server with a port that is given, prints how that went, and stops when the standard input ends.
const http = Number(process.argv[2])
const args = [program('server'), '--port', String(http)]
const app = new App({
  name: 'app',
  binary: process.execPath,
  args,
  ports: { http },
  readiness: [tcp('http')],
})
await app.start().then(
  () => console.log('started'),
  (error: Error) => console.log(error.message.split('\n')[0]),
)
process.stdin.resume().once('end', () => void app[Symbol.asyncDispose]())
