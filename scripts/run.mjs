// Sets the workspace up if needed, then runs a program with the Node.js that the workspace installed: the system's may
// be too old for Vitest 5 and for TypeScript sources.
import './setup.mjs'
import { spawn } from 'node:child_process'
import { delimiter, resolve } from 'node:path'

const [program, ...args] = process.argv.slice(2)
const child = spawn(program, args, {
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: { ...process.env, PATH: [resolve('node_modules/.bin'), process.env.PATH].join(delimiter) },
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => {
  console.error(`Could not run ${program}: ${error.message}`)
  process.exit(127)
})
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
