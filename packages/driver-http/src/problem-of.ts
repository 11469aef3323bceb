import * as v from 'valibot'

/** What is wrong with a value, as the end of a sentence about it; undefined when nothing is. */
export function problemOf(schema: v.GenericSchema, value: unknown): string | undefined {
  const result = v.safeParse(schema, value)
  if (result.success) return undefined
  const [issue] = result.issues
  const path = v.getDotPath(issue)
  return path === null ? `must be ${issue.message}` : `has a \`${path}\` that must be ${issue.message}`
}
