import { show, TestrigError } from '@testrig/core'

// All wording of errors of this package. Each code is explained in docs/errors.md.

const LONGEST = 200

export function notConnected(label: string, what: string): TestrigError {
  return new TestrigError(
    'SQLITE_NOT_CONNECTED',
    `${label}: ${what} needs an open database. Start the driver, or call connect() when \`connectAtStart\` is false.`,
  )
}

export function notStarted(label: string, state: string): TestrigError {
  return new TestrigError(
    'SQLITE_NOT_STARTED',
    `${label}: connect() can be used while the driver runs, but it is ${state}. Start it first.`,
  )
}

export function openFailed(label: string, path: string, cause: unknown): TestrigError {
  return new TestrigError(
    'SQLITE_OPEN_FAILED',
    `${label}: the database ${path} could not be opened: ${messageOf(cause)}. Check that its directory exists and, with \`readOnly\`, that the file does.`,
    { cause },
  )
}

export function statementFailed(label: string, sql: string, cause: unknown): TestrigError {
  if (cause instanceof TestrigError) return cause
  return new TestrigError('SQLITE_FAILED', `${label}: ${messageOf(cause)}, in: ${shown(sql)}`, { cause })
}

export function databaseLocked(label: string, sql: string, limit: number, cause: unknown): TestrigError {
  return new TestrigError(
    'SQLITE_LOCKED',
    `${label}: ${messageOf(cause)}: another connection held a lock for the whole busyTimeout of ${limit} ms. Nothing was changed. End the other transaction, or raise \`busyTimeout\`. It was for: ${shown(sql)}`,
    { cause },
  )
}

export function severalStatements(label: string, sql: string): TestrigError {
  return new TestrigError(
    'SQLITE_SEVERAL_STATEMENTS',
    `${label}: one statement is run at a time, but there are several in: ${shown(sql)}. Run them with executeScript(), or one by one.`,
  )
}

export function badParameter(label: string, index: number, value: unknown): TestrigError {
  return new TestrigError(
    'SQLITE_PARAMETER',
    `${label}: value ${index} of the parameters must be null, a number, a bigint, a string or a Uint8Array, but is ${show(value)}. Convert it; give named parameters as an object, not in an array.`,
  )
}

export function tableUnknown(label: string, table: string, tables: readonly string[]): TestrigError {
  const known = tables.length === 0 ? 'The database has none.' : `There are: ${tables.join(', ')}.`
  return new TestrigError(
    'SQLITE_TABLE_UNKNOWN',
    `${label}: there is no table ${JSON.stringify(table)}. ${known}`,
  )
}

export function transactionNested(label: string): TestrigError {
  return new TestrigError(
    'SQLITE_TRANSACTION_NESTED',
    `${label}: transaction() was called inside of another one. Call it once, around all that belongs together.`,
  )
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause)
}

/** A statement in one line, or what was given for one. */
function shown(sql: unknown): string {
  const line = (typeof sql === 'string' ? sql : show(sql)).replaceAll(/\s+/g, ' ').trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
}
