import type { Schema } from '@testrig/core'
import * as v from 'valibot'

/** An object with these keys and no others. */
export function strictObject<T>(
  entries: { readonly [K in keyof T]-?: v.GenericSchema<unknown, unknown> },
): Schema<T> {
  const keys = Object.keys(entries).map((key) => `\`${key}\``)
  const known = keys.join(', ')
  const worded = ({ expected, received }: { expected: string | null; received: string }) => {
    if (expected === 'never') return `left out (known are ${known})`
    return expected !== 'Object' && received === 'undefined' ? 'given' : `an object of ${known}`
  }
  const object = v.custom(
    (value) => typeof value === 'object' && !Array.isArray(value),
    `an object of ${known}`,
  )
  return v.pipe(object, v.strictObject(entries, worded)) as unknown as Schema<T>
}
