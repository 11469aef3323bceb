import { TestrigError } from '@testrig/core'
import { envCommand } from './env-command.ts'
import { unknownCommand } from './errors.ts'
import { FAILED, MISUSED, SUCCEEDED } from './exit-codes.ts'
import { ENV_HELP, HELP } from './help.ts'
import { say } from './say.ts'
import { version } from './version.ts'

interface Command {
  readonly help: string
  run(args: readonly string[]): Promise<number>
}

const COMMANDS: Readonly<Record<string, Command>> = {
  env: { help: ENV_HELP, run: envCommand },
}

/** Runs the command that the arguments name; gives the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await dispatch(args)
  } catch (error) {
    say(messageOf(error))
    return error instanceof TestrigError && error.code === 'CLI_USAGE' ? MISUSED : FAILED
  }
}

async function dispatch([name, ...args]: readonly string[]): Promise<number> {
  if (name === '--version' || name === '-v') return print(version())
  if (name === undefined) {
    process.stderr.write(HELP)
    return MISUSED
  }
  if (name === '--help' || name === '-h') return print(HELP)
  if (name === 'help') return print(args[0] === undefined ? HELP : command(args[0]).help)
  const { help, run } = command(name)
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args
  return own.includes('--help') || own.includes('-h') ? print(help) : await run(args)
}

/** @throws CLI_USAGE */
function command(name: string): Command {
  const found = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (found === undefined) throw unknownCommand(name, Object.keys(COMMANDS))
  return found
}

function print(text: string): number {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
  return SUCCEEDED
}

/** Errors of Testrig say all that is needed; others come from the user's modules, whose place matters. */
function messageOf(error: unknown): string {
  if (error instanceof TestrigError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
