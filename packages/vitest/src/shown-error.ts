import { resolve, sep } from 'node:path'
import { TestrigError } from '@testrig/core'

/** The folder that this package lies in, with others of Testrig; one that npm has filled is left out by its name. */
const OWN = resolve(import.meta.dirname, '../..') + sep

const FRAME = /^ {4}at /

/**
 * An error as a test is to show it: with the lines of the user's own code, and without causes that its message tells
 * already. A cause remains when it is an error of the user's own code, whose line only it knows. For one that has no such
 * line, `siteOf` gives the stack of where its driver is declared.
 */
export function shownError<E>(error: E, siteOf?: (driver: string) => string | undefined): E {
  if (!(error instanceof TestrigError)) return error
  const cause = ownCause(error)
  const shown: TestrigError = new TestrigError(error.code, error.message, { driver: error.driver, cause })
  shown.stack = stackOf(error)
  if (siteOf !== undefined && error.driver !== undefined && framesOf(error).length === 0)
    shown.stack = [shown.stack, ...userFrames(siteOf(error.driver) ?? '')].join('\n')
  return shown as E
}

/** The first error below one of Testrig that is not of Testrig, if it comes out of the user's code. */
function ownCause({ cause }: Error): Error | undefined {
  if (cause instanceof AggregateError) return cause.errors.map(ownOf).find((error) => error !== undefined)
  return ownOf(cause)
}

function ownOf(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined
  if (error instanceof TestrigError || error instanceof AggregateError) return ownCause(error)
  if (framesOf(error).length === 0) return undefined
  error.stack = stackOf(error)
  return error
}

/** The stack with the user's frames; lines of a log that look like frames are marked as none. */
function stackOf(error: Error): string {
  const text = `${error.name}: ${error.message}`.replace(/^(\s+)(at )/gm, '$1│ $2')
  return [text, ...framesOf(error)].join('\n')
}

function framesOf({ stack = '', message }: Error): string[] {
  const begin = stack.indexOf(message)
  return userFrames(begin < 0 ? stack : stack.slice(begin + message.length))
}

function userFrames(stack: string): string[] {
  return stack.split('\n').filter((line) => FRAME.test(line) && isOfUser(line))
}

function isOfUser(frame: string): boolean {
  const place = frame.slice(frame.lastIndexOf('(') + 1).replace(/^ {4}at (?:async )?/, '')
  return !(
    /^(?:node:|<anonymous>|native|index \d)/.test(place) ||
    /[\\/]node_modules[\\/]/.test(place) ||
    place.includes(OWN)
  )
}
