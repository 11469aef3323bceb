import { type Schema, strictObject } from '@testrig/core'
import * as v from 'valibot'
import { invalidCallOption } from './errors.ts'

/** A schema for each key of options. */
type Keys<O> = { readonly [K in keyof O]-?: v.GenericSchema<unknown, unknown> }

/** The options of methods: a schema for each, from those of its keys and of the keys that all of them have. */
export function callSchemas<Calls extends object, Shared extends object = object>(
  calls: { readonly [M in keyof Calls]: Keys<Calls[M]> },
  shared: Keys<Shared>,
): { readonly [M in keyof Calls]: Schema<Calls[M] & Shared> } {
  const schemas = Object.entries<object>(calls).map(([method, keys]) => [
    method,
    strictObject({ ...shared, ...keys }),
  ])
  return Object.fromEntries(schemas)
}

/**
 * Checks the options of a driver's method and fills in defaults.
 *
 * @throws OPTION_INVALID naming the method, the option, what was expected and what was given
 */
export function checkCall<T>(label: string, method: string, schema: Schema<T>, options: unknown): T {
  const result = v.safeParse(schema, options)
  if (result.success) return result.output
  const [{ message, path }] = result.issues
  const [place] = path ?? []
  throw invalidCallOption(label, method, {
    option: place && String(place.key),
    expected: message,
    value: place === undefined ? options : place.value,
  })
}
