import { TestrigError } from '@testrig/core'

/** Tells the user something; standard output is for what programs read. */
export function say(text: string): void {
  process.stderr.write(`testrig: ${text}\n`)
}

/** Tells an error. Those of Testrig say all that is needed; others come from the user's modules, whose place matters. */
export function sayError(error: unknown): void {
  if (error instanceof TestrigError) say(error.message)
  else say(error instanceof Error ? (error.stack ?? error.message) : String(error))
}
