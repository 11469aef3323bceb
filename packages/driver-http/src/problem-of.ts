import * as v from 'valibot'
import { show } from './errors.ts'

/** What is wrong with a value, as the end of a sentence about it; undefined when nothing is. */
export function problemOf(schema: v.GenericSchema, value: unknown): string | undefined {
  const result = v.safeParse(schema, value)
  if (result.success) return undefined
  const [issue] = result.issues
  const path = v.getDotPath(issue)
  const expected = `must be ${issue.message.replace(', or a context value', '')}`
  const given = show(issue.path?.at(-1)?.value ?? (path === null ? value : undefined))
  return path === null
    ? `${expected}, but is ${given}`
    : `has a \`${path}\` that ${expected}, but is ${given}`
}
