import { inspect } from 'node:util'
import { TestrigError } from './testrig-error.ts'

/** A value as a message quotes it, with its type where the text does not tell it. */
export function show(value: unknown): string {
  const isClear = value === undefined || typeof value === 'object' || typeof value === 'function'
  return isClear ? brief(value) : `${brief(value)} (${typeof value})`
}

/** A value as text of at most 200 characters; functions, classes and their instances by their names. */
export function brief(value: unknown): string {
  const text = inspect(value, {
    depth: depthFor(value),
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 5,
    maxStringLength: 120,
  })
  if (typeof value === 'function') return text.split(' {', 1)[0] as string
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

function depthFor(value: unknown): number {
  if (isInstance(value)) return -1
  return value instanceof Promise || (Array.isArray(value) && value.some(isInstance)) ? 0 : 1
}

/** Whether it is an object of a class that is not one of JavaScript's own. */
function isInstance(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const isPlain = [Object.prototype, null].includes(Object.getPrototypeOf(value))
  return !isPlain && Object.prototype.toString.call(value) === '[object Object]'
}

/** Names for a message, those beyond the twentieth as their number. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ')
  return names.length > 20 ? `${shown}, and ${names.length - 20} more` : shown
}

/** What a message says of an error that led to it. */
export function reasonOf(error: unknown): string {
  if (error instanceof TestrigError) return error.message
  if (!(error instanceof Error)) return show(error)
  return error.name === 'Error' ? error.message : `${error.name}: ${error.message}`
}
