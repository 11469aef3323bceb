import { reasonOf } from '@testrig/sockets'

/** Makes the error for a problem, worded as what follows the name of the thing. */
export type Invalid = (problem: string, cause?: unknown) => Error

/** The JSON of a value; what has none is an error. */
export function jsonText(value: unknown, invalid: Invalid): string {
  try {
    const text: string | undefined = JSON.stringify(value)
    if (text !== undefined) return text
  } catch (error) {
    throw invalid(`holds what JSON cannot: ${reasonOf(error)}`, error)
  }
  throw invalid(`holds what JSON cannot: it is a ${typeof value}`)
}
