import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { vitestMissing } from './errors.ts'

const OPTION = '--driver-info'

/** Runs `testrig test`: this process becomes Vitest's, which ends it and takes its signals. */
export async function testCommand(args: readonly string[]): Promise<undefined> {
  const end = args.includes('--') ? args.indexOf('--') : args.length
  const isOurs = (arg: string, index: number) =>
    index < end && (arg === OPTION || arg.startsWith(`${OPTION}=`))
  const asked = args.filter(isOurs).at(-1)
  const program = vitestProgram(process.cwd())
  Object.assign(process.env, variablesFor(asked))
  process.argv = [process.execPath, program, ...args.filter((arg, index) => !isOurs(arg, index))]
  await import(pathToFileURL(program).href)
  return undefined
}

/** The plugin for Vitest reads what is asked from a variable. */
function variablesFor(asked: string | undefined): Record<string, string> {
  if (asked === undefined) return {}
  const directory = asked.slice(OPTION.length + 1)
  return { TESTRIG_DRIVER_INFO: directory === '' ? '1' : resolve(directory) }
}

/** @throws CLI_VITEST_MISSING */
function vitestProgram(folder: string): string {
  try {
    const manifest = createRequire(join(folder, 'package.json')).resolve('vitest/package.json')
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { vitest: string } }
    return join(dirname(manifest), bin.vitest)
  } catch {
    throw vitestMissing(folder)
  }
}
