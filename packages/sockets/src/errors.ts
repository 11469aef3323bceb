import { show, TestrigError } from '@testrig/core'

// All wording of errors that drivers with sockets have in common. Each code is explained in docs/errors.md.

/** An option of a method, and what is wrong with it. */
export interface WrongOption {
  /** Its name; undefined stands for what was given instead of options. */
  readonly option: string | undefined
  /** The end of "must be …". */
  readonly expected: string
  readonly value: unknown
}

export function invalidCallOption(
  label: string,
  method: string,
  { option, expected, value }: WrongOption,
): TestrigError {
  const what = option === undefined ? 'what is given as options' : `option \`${option}\``
  return new TestrigError(
    'OPTION_INVALID',
    `${label}: ${what} of ${method}() must be ${expected}, but is ${show(value)}.`,
  )
}

/** Says that a driver must run for a method, `send()`, or an attribute, `port`; each driver has a code of its own for it. */
export function notStartedText(label: string, state: string, wanted: string): string {
  const hint = wanted.endsWith(')') ? '' : ' As an option of another driver, pass it as a context value.'
  return `${label}: ${wanted} can be used while the driver runs, but it is ${state}. Start it first.${hint}`
}

/** Says that a driver was stopped before a call had ended. */
export function stoppedMeanwhileText(label: string, wanted: string): string {
  return `${label}: the driver was stopped while ${wanted} waited. Await the call before stopping.`
}

/** What a system error says, without a full stop; one that stands for several attempts says each. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return show(error)
  const attempts = error instanceof AggregateError && error.message === '' ? error.errors : []
  if (attempts.length > 0) return attempts.map(reasonOf).join(', ')
  const { code = error.name, reason } = error as { code?: string; reason?: string }
  // OpenSSL's messages hold numbers of threads and lines of its source; `reason` is the text among them.
  const text = OPENSSL.test(code) ? (reason ?? error.message) : error.message
  return (text === '' ? code : text).trim().replace(/\.$/, '')
}

const OPENSSL = /^ERR_(OS)?SSL_/
