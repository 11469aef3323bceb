// Runs a program that has a child, where nothing is seen in /proc; prints how many processes are left.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { environment, poll } from '@testrig/core'
import { trial } from '../trial.ts'

const { existsSync, readdirSync, readFileSync } = fs
const real = { existsSync, readdirSync, readFileSync }
const missing = (path: unknown) => String(path).startsWith('/proc')
const refuse = () => {
  throw Object.assign(new Error('ENOENT: no such file or directory'), { code: 'ENOENT' })
}
Object.assign(fs, {
  existsSync: (path: string) => !missing(path) && existsSync(path),
  readdirSync: (path: string, ...rest: never[]) => (missing(path) ? [] : readdirSync(path, ...rest)),
  readFileSync: (path: string, ...rest: never[]) => (missing(path) ? refuse() : readFileSync(path, ...rest)),
})
syncBuiltinESMExports()
const { App } = await import('../../src/index.ts')

const { env, processes } = trial()
const app = new App({ name: 'app', binary: '/bin/sh', args: ['-c', 'sleep 61 & echo ready; sleep 62'], env })
const group = environment([app], { keepRunpath: 'never' }).create()
await group.start()
await group.stop()
Object.assign(fs, real)
syncBuiltinESMExports()
await poll(() => processes().length === 0, AbortSignal.timeout(2_000)).catch(() => {})
console.log(`${processes().length} left`)
