import { environment } from '@testrig/core'
import { App } from '../src/app.ts'
import { program } from './programs/index.ts'
let refuse = true
const app = new App({ name: 'app', binary: process.execPath, args: [program('server')], stdoutRegexps: [/Listening on (?<host>\S+):(?<port>\d+)/], postStart: () => { if (refuse) throw new Error('x') } })
const g = environment([app]).create()
await g.start().catch(e => console.log(e.message))
refuse = false
const off = g.onDriverFailure((n, e) => console.log('FAIL', n, e.message))
await g.start()
console.log(app.state, app.pid, app.exitCode, app.exitSignal, app.failure, app.outpath, app.timeline)
await g.stop()
