import { performance } from 'node:perf_hooks'
import { type Environment, watchSlowStart } from '@testrig/core'
import { type Arguments, readArguments } from './arguments.ts'
import { argumentMissing, commandMissing, formatWithCommand, tooManyArguments, wrongValue } from './errors.ts'
import { FAILED, SUCCEEDED, signalled } from './exit-codes.ts'
import { FORMATS, type Format } from './format-variables.ts'
import { ENV_USAGE } from './help.ts'
import { Interruption } from './interruption.ts'
import { loadEnvironment } from './load-environment.ts'
import { runCommand } from './run-command.ts'
import { say, sayError } from './say.ts'

interface EnvOptions {
  readonly module: string
  readonly format: Format
  readonly only: readonly string[] | undefined
  readonly command: readonly string[] | undefined
  /** Directory of the report; empty for the usual one. */
  readonly report: string | undefined
}

const OPTIONS = { format: 'value', only: 'value', 'driver-info': 'optional value' } as const

/** Runs `testrig env`; gives the exit code. */
export async function envCommand(args: readonly string[]): Promise<number> {
  const options = envOptions(readArguments(args, OPTIONS))
  const interruption = new Interruption()
  try {
    return await run(options, interruption)
  } finally {
    interruption.release()
  }
}

async function run(options: EnvOptions, interruption: Interruption): Promise<number> {
  const definition = await loadEnvironment(options.module)
  const environment = definition.create()
  stopAfterCrash(environment)
  const write = options.report === undefined ? undefined : await recorded(environment, options.report)
  const code = await succeeds(() => use(environment, options, interruption))
  const down = await succeeds(() => environment.stop())
  const written = await succeeds(() => write?.())
  return down === FAILED || written === FAILED ? code || FAILED : (code as number)
}

/** What is loaded for a report takes time that a start without one is spared. */
async function recorded(environment: Environment, directory: string): Promise<() => Promise<void>> {
  const { record } = await import('./record.ts')
  return record(environment, directory)
}

/** Does something; tells why it failed, and gives the exit code for that. */
async function succeeds<T>(work: () => T | Promise<T>): Promise<T | typeof FAILED> {
  try {
    return await work()
  } catch (error) {
    sayError(error)
    return FAILED
  }
}

/** Starts the drivers, and keeps them up as long as they are wanted; gives the exit code. */
async function use(
  environment: Environment,
  { only, command, format }: EnvOptions,
  interruption: Interruption,
): Promise<number> {
  const begin = performance.now()
  const early = await start(environment, only, interruption)
  if (early !== undefined) return early
  let failed = false
  environment.onDriverFailure((_, error) => {
    failed = true
    sayError(error)
  })
  if (command !== undefined) return runCommand(command, environment.variables(), interruption)
  interruption.watchPipes()
  process.stdout.write(FORMATS[format](environment.variables()))
  say(upText(environment, performance.now() - begin))
  const ask = await interruption.asked
  say(`stopping: ${ask}`)
  return failed || ask === 'nobody reads the output' ? FAILED : SUCCEEDED
}

/** Starts the drivers; gives the exit code when a signal came first. @throws ENVIRONMENT_START_FAILED */
async function start(
  environment: Environment,
  only: readonly string[] | undefined,
  interruption: Interruption,
): Promise<number | undefined> {
  let up = false
  const stop = () => (up ? undefined : environment.stop())
  void interruption.asked.then(stop).catch(() => {}) // The start that this ends tells it.
  const watched = watchSlowStart(environment)
  try {
    await environment.start(only === undefined ? {} : { only })
    up = true
  } catch (error) {
    if (interruption.first === undefined) throw error
  } finally {
    watched()
  }
  return interruption.first === undefined ? undefined : signalled(interruption.first as NodeJS.Signals)
}

/** An error that nobody caught, such as one of a server that runs in this process, stops the drivers too. */
function stopAfterCrash(environment: Environment): void {
  process.once('uncaughtException', (error) => {
    sayError(error)
    void succeeds(() => environment.stop()).then(() => process.exit(FAILED))
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
  return { module, format: format as Format, only: names, command: rest, report: values['driver-info'] }
}

function upText({ drivers }: Environment, took: number): string {
  const up = Object.values(drivers).filter(({ state }) => state === 'started')
  const names = up.map(({ name }) => name).join(', ')
  return `up after ${took.toFixed(0)} ms: ${names}. ${process.stdin.isTTY ? 'Ctrl-C' : 'SIGTERM'} stops all.`
}
