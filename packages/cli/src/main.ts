import { TestrigError } from '@testrig/core'
import { unknownCommand } from './errors.ts'
import { FAILED, MISUSED, SUCCEEDED } from './exit-codes.ts'
import { ENV_HELP, GRAPH_HELP, HELP, REPORT_HELP, TEST_HELP } from './help.ts'
import { sayError } from './say.ts'
import { version } from './version.ts'

interface Command {
  readonly help: string
  /** Gives the exit code; undefined when what runs ends the process. */
  run(args: readonly string[]): Promise<number | undefined>
}

const COMMANDS: Readonly<Record<string, Command>> = {
  env: { help: ENV_HELP, run: async (args) => (await import('./env-command.ts')).envCommand(args) },
  graph: { help: GRAPH_HELP, run: async (args) => (await import('./graph-command.ts')).graphCommand(args) },
  report: {
    help: REPORT_HELP,
    run: async (args) => (await import('./report-command.ts')).reportCommand(args),
  },
  test: { help: TEST_HELP, run: async (args) => (await import('./test-command.ts')).testCommand(args) },
}

/** Runs the command that the arguments name; gives the exit code, or undefined when what runs ends the process. */
export async function main(args: readonly string[]): Promise<number | undefined> {
  try {
    return await dispatch(args)
  } catch (error) {
    sayError(error)
    return error instanceof TestrigError && error.code === 'CLI_USAGE' ? MISUSED : FAILED
  }
}

async function dispatch([name, ...args]: readonly string[]): Promise<number | undefined> {
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
