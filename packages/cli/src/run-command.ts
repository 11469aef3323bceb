import { spawn } from 'node:child_process'
import { commandFailed } from './errors.ts'
import { notRun, signalled } from './exit-codes.ts'
import type { Interruption } from './interruption.ts'
import { sayError } from './say.ts'

/** Runs a command with further variables, on this program's streams; gives its exit code. Signals go to it. */
export async function runCommand(
  [program = '', ...args]: readonly string[],
  variables: Readonly<Record<string, string>>,
  interruption: Interruption,
): Promise<number> {
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...variables } })
  const ended = new Promise<number>((done) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) return // A signal that did not reach it: it has ended.
      sayError(commandFailed(program, error))
      done(notRun(error.code))
    })
    child.on('exit', (code, signal) => done(signal === null ? (code as number) : signalled(signal)))
  })
  const forward = (signal: NodeJS.Signals) => {
    // Ctrl-C reaches all programs of a terminal by itself.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  return await interruption.handedTo(forward, ended)
}
