import { type Environment, watchSlowStart } from '@testrig/core'
import { type Arguments, readArguments } from './arguments.ts'
import { argumentMissing, commandMissing, formatWithCommand, tooManyArguments, wrongValue } from './errors.ts'
import { FAILED, SUCCEEDED, signalled } from './exit-codes.ts'
import { FORMATS, type Format } from './format-variables.ts'
import { ENV_USAGE } from './help.ts'
import { Interruption } from './interruption.ts'
import { loadEnvironment } from './load-environment.ts'
import { runCommand } from './run-command.ts'
import { say } from './say.ts'

interface EnvOptions {
  readonly module: string
  readonly format: Format
  readonly only: readonly string[] | undefined
  readonly command: readonly string[] | undefined
}

/** Runs `testrig env`; gives the exit code. */
export async function envCommand(args: readonly string[]): Promise<number> {
  const options = envOptions(readArguments(args, { format: { type: 'string' }, only: { type: 'string' } }))
  using interruption = new Interruption()
  const definition = await loadEnvironment(options.module)
  const environment = definition.create()
  stopAfterCrash(environment)
  const begin = performance.now()
  const early = await start(environment, options.only, interruption)
  if (early !== undefined) return early
  let failed = false
  environment.onDriverFailure((_, error) => {
    failed = true
    say(error.message)
  })
  const { command, format } = options
  if (command !== undefined) {
    const code = await runCommand(command, environment.variables(), interruption)
    return (await stopped(environment)) ? code : code || FAILED
  }
  process.stdout.write(FORMATS[format](environment.variables()))
  say(upText(environment, performance.now() - begin))
  interruption.watchInput()
  const ask = await interruption.asked
  say(`stopping: ${ask}`)
  return (await stopped(environment)) && !failed ? SUCCEEDED : FAILED
}

/** Starts the drivers; gives the exit code when a signal came first. @throws ENVIRONMENT_START_FAILED */
async function start(
  environment: Environment,
  only: readonly string[] | undefined,
  interruption: Interruption,
): Promise<number | undefined> {
  let up = false
  void interruption.asked.then(() => (up ? undefined : stopped(environment)))
  const watched = watchSlowStart(environment)
  try {
    await environment.start(only === undefined ? {} : { only })
    up = true
    return undefined
  } catch (error) {
    if (interruption.first === undefined) throw error
    return signalled(interruption.first as NodeJS.Signals)
  } finally {
    watched()
  }
}

/** Stops all drivers; tells what failed, and whether nothing did. */
async function stopped(environment: Environment): Promise<boolean> {
  try {
    await environment.stop()
    return true
  } catch (error) {
    say((error as Error).message)
    return false
  }
}

/** An error that nobody caught, such as one of a server that runs in this process, stops the drivers too. */
function stopAfterCrash(environment: Environment): void {
  process.once('uncaughtException', (error) => {
    say(error.stack ?? String(error))
    void stopped(environment).then(() => process.exit(FAILED))
  })
}

/** @throws CLI_USAGE */
function envOptions({ values, positionals, rest }: Arguments): EnvOptions {
  const [module, extra] = positionals
  if (module === undefined) throw argumentMissing(ENV_USAGE, 'The module')
  if (extra !== undefined) throw tooManyArguments(ENV_USAGE, extra)
  const { format = 'shell', only } = values
  if (!Object.hasOwn(FORMATS, format)) throw wrongValue('format', format, Object.keys(FORMATS))
  if (rest?.length === 0) throw commandMissing()
  if (rest !== undefined && values.format !== undefined) throw formatWithCommand()
  const names = only?.split(',').map((name) => name.trim())
  return { module, format: format as Format, only: names, command: rest }
}

function upText({ drivers }: Environment, took: number): string {
  const up = Object.values(drivers).filter(({ state }) => state === 'started')
  const names = up.map(({ name }) => name).join(', ')
  return `up after ${took.toFixed(0)} ms: ${names}. ${process.stdin.isTTY ? 'Ctrl-C' : 'SIGTERM'} stops all.`
}
