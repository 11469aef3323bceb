import { type Late, late, type Schema } from '@testrig/core'
import * as v from 'valibot'

/** Header fields by name; a list sends the field several times. */
export type HeaderFields = Readonly<Record<string, Late<string> | readonly Late<string>[]>>

const text = v.string('a string')
const field = v.lazy((value) => (Array.isArray(value) ? v.array(late(text)) : late(text)))

export const headersSchema: Schema<HeaderFields> = v.record(
  v.string(),
  field,
  'an object of strings, or lists of strings, by name',
) as unknown as Schema<HeaderFields>

/** Adds fields to others; names are compared without regard to case, and the later ones win. */
export function mergeHeaders(
  ...all: readonly (Readonly<Record<string, unknown>> | undefined)[]
): Record<string, string | string[]> {
  const merged = new Map<string, [string, string | string[]]>()
  for (const headers of all)
    for (const [name, value] of Object.entries(headers ?? {}))
      if (value !== undefined) merged.set(name.toLowerCase(), [name, value as string | string[]])
  return Object.fromEntries(merged.values())
}

/** What is wrong with header fields, if anything. */
export function headerProblem(headers: Readonly<Record<string, string | string[]>>): Error | undefined {
  const { validateHeaderName, validateHeaderValue } = process.getBuiltinModule('node:http')
  try {
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name)
      for (const each of Array.isArray(value) ? value : [value]) validateHeaderValue(name, each)
    }
    return undefined
  } catch (error) {
    return error as Error
  }
}
