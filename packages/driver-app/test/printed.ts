import { App, type AppOptions } from '../src/index.ts'
import { start } from './environments.ts'
import { program } from './programs/index.ts'

export interface Printed {
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** Starts a program with these options; gives the arguments, the directory and the variables that it found. */
export async function printed(options: Partial<AppOptions> = {}): Promise<Printed & { readonly app: App }> {
  const { args = [], ...others } = options
  const app = await start(
    new App({
      name: 'app',
      binary: process.execPath,
      args: [program('print'), ...args],
      stdoutRegexps: [/^ready (?<json>.*)/],
      ...(others as object),
    }),
  )
  return { app, ...(JSON.parse(app.extracts.json ?? '') as Printed) }
}
