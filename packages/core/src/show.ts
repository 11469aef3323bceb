import { inspect } from 'node:util'
import { TestrigError } from './testrig-error.ts'

/** A value as a message quotes it, with its type where the text does not tell it. */
export function show(value: unknown): string {
  const isClear = value === undefined || typeof value === 'object' || typeof value === 'function'
  return isClear ? brief(value) : `${brief(value)} (${typeof value})`
}

/** A value as text of at most 200 characters. */
export function brief(value: unknown): string {
  const text = inspect(value, {
    depth: 1,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 5,
    maxStringLength: 120,
  })
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

/** What a message says of an error that led to it. */
export function reasonOf(error: unknown): string {
  if (error instanceof TestrigError) return error.message
  if (!(error instanceof Error)) return show(error)
  return error.name === 'Error' ? error.message : `${error.name}: ${error.message}`
}
