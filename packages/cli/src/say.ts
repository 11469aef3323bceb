import { TestrigError } from '@testrig/core'

/** Tells the user something; standard output is for what programs read. */
export function say(text: string): void {
  process.stderr.write(`testrig: ${text}\n`)
}

/** Tells an error. Those of Testrig say all that is needed; others come from the user's modules, whose place matters. */
export function sayError(error: unknown): void {
  if (error instanceof TestrigError) process.stderr.write(`testrig${codeOf(error)}: ${error.message}\n`)
  else say(error instanceof Error ? (error.stack ?? error.message) : String(error))
}

/** Where the documentation explains the error. Of an environment with one driver that failed, it is the driver's. */
function codeOf({ code, cause }: TestrigError): string {
  if (code === 'CLI_USAGE') return '' // Such an error says itself what to write.
  const isTold = code.startsWith('ENVIRONMENT_') && cause instanceof TestrigError
  return ` [${isTold ? cause.code : code}]`
}
