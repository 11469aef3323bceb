import * as v from 'valibot'

/** An object with these keys and no others; says which there are when another comes. */
export function strictObject<E extends v.ObjectEntries>(entries: E): v.StrictObjectSchema<E, Message> {
  const keys = Object.keys(entries).join(', ')
  return v.strictObject(entries, ({ expected }) =>
    expected === 'never' ? `left out: the keys are ${keys}` : `an object with ${keys}`,
  )
}

type Message = (issue: v.StrictObjectIssue) => string

/** What is wrong with a value, as the end of a sentence about it; undefined when nothing is. */
export function problemOf(schema: v.GenericSchema, value: unknown): string | undefined {
  const result = v.safeParse(schema, value)
  if (result.success) return undefined
  const [issue] = result.issues
  const path = v.getDotPath(issue)
  return path === null ? `must be ${issue.message}` : `has a \`${path}\` that must be ${issue.message}`
}
