import { inspect } from 'node:util'
import { TestrigError } from './testrig-error.ts'

/** A value as a message quotes it, with its type where the text does not tell it. */
export function show(value: unknown): string {
  const isClear = value === undefined || typeof value === 'object' || typeof value === 'function'
  return isClear ? brief(value) : `${brief(value)} (${typeof value})`
}

/** A value as text of at most 200 characters; functions, classes and their instances by their names. */
export function brief(value: unknown): string {
  const text = inspected(value)
  if (typeof value === 'function') return text.split(' {', 1)[0] as string
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

/** What Node.js notes on a promise while async_hooks are in use, as AsyncLocalStorage does on Node.js 22. */
const NOTES = /, \[?Symbol\((?:async_id_symbol|trigger_async_id_symbol|kResourceStore)\)\]?: [^,}]+(?=,| \})/g

/** A value may say itself how it is shown, and fail over it. */
function inspected(value: unknown): string {
  try {
    const text = inspect(value, {
      depth: depthFor(value),
      breakLength: Number.POSITIVE_INFINITY,
      maxArrayLength: 5,
      maxStringLength: 120,
    })
    return text.replaceAll(NOTES, '')
  } catch {
    return `[${typeof value} that cannot be shown]`
  }
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

/** What a message says of an error that led to it; of an AggregateError also what its errors say. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return show(error)
  const own = messageOf(error)
  const parts = error instanceof AggregateError ? error.errors.slice(0, MOST_REASONS).map(messageOf) : []
  const text = [own, parts.join('; ')].filter((part) => part !== '').join(': ')
  return error instanceof TestrigError || error.name === 'Error' ? text : `${error.name}: ${text}`
}

const MOST_REASONS = 5

/** Any property of what was thrown may be missing, of another type, or fail over being read. */
function messageOf(error: unknown): string {
  try {
    if (!(error instanceof Error)) return show(error)
    const message: unknown = error.message
    return typeof message === 'string' ? message : show(message)
  } catch {
    return show(error)
  }
}
