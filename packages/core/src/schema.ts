import type { StandardSchemaV1 } from '@standard-schema/spec'
import * as v from 'valibot'
import { isContextValue, type Late } from './context-value.ts'
import { nearMiss } from './did-you-mean.ts'
import { Rendered } from './rendered.ts'

/** Checks one option: a schema of valibot, zod or any other Standard Schema that validates synchronously. */
export type OptionSchema = StandardSchemaV1

/** One schema for each option of a driver: an option without one, or with one that gives another type, is a compile error. */
export type OptionSchemas<O> = { readonly [K in keyof O]-?: StandardSchemaV1<unknown, O[K]> }

/** A schema of valibot from anything to T. */
export type Schema<T> = v.GenericSchema<unknown, T>

export interface NumberRange {
  /** @default 0 */
  readonly min?: number
  /** @default Number.MAX_SAFE_INTEGER */
  readonly max?: number
}

/** A whole number in a range, ends included. */
export function integer({ min = 0, max = Number.MAX_SAFE_INTEGER }: NumberRange = {}): Schema<number> {
  const expected =
    max === Number.MAX_SAFE_INTEGER ? `an integer of at least ${min}` : `an integer from ${min} to ${max}`
  return v.pipe(
    v.number(expected),
    v.integer(expected),
    v.minValue(min, expected),
    v.maxValue(max, expected),
  ) as unknown as Schema<number>
}

/** A duration in milliseconds, up to the 2^31-1 that a timer takes. */
export function milliseconds({ min = 0 }: NumberRange = {}): Schema<number> {
  const max = 2_147_483_647
  const expected = `a number of milliseconds from ${min} to ${max}`
  return v.pipe(
    v.number(expected),
    v.minValue(min, expected),
    v.maxValue(max, expected),
  ) as unknown as Schema<number>
}

/** A TCP or UDP port; 0 lets the system choose. */
export function portNumber(): Schema<number> {
  return integer({ min: 0, max: 65_535 })
}

/** A regular expression, or its source as text. */
export function pattern(): Schema<string | RegExp> {
  const expected = 'a RegExp or the source of one'
  const compiles = v.check<string, (issue: { readonly input: string }) => string>(
    (source) => flawOf(source) === undefined,
    ({ input }) =>
      `${expected}${input.includes('(?P<') ? ', where a named group is (?<name>…)' : ` (${flawOf(input)})`}`,
  )
  return v.union([v.instance(RegExp), v.pipe(v.string(), compiles)], expected) as unknown as Schema<
    string | RegExp
  >
}

/** A text, by default one of at least one character. */
export function text(expected = 'a non-empty string'): Schema<string> {
  return v.pipe(v.string(expected), v.nonEmpty(expected)) as unknown as Schema<string>
}

/** An object with these keys and no others; says which there are when another comes. */
export function strictObject<T>(
  entries: { readonly [K in keyof T]-?: v.GenericSchema<unknown, unknown> },
): Schema<T> {
  const known = Object.keys(entries)
  const keys = known.join(', ')
  const worded = ({
    expected,
    received,
  }: {
    readonly expected: string | null
    readonly received: string
  }) => {
    if (expected === 'never') return `left out${meant(received, known)}, as the keys are ${keys}`
    return expected !== 'Object' && received === 'undefined' ? 'given' : `an object with ${keys}`
  }
  const object = v.custom(
    (value) => typeof value === 'object' && !Array.isArray(value),
    `an object with ${keys}`,
  )
  return v.pipe(object, v.strictObject(entries as v.ObjectEntries, worded)) as unknown as Schema<T>
}

/** A function. */
export function func<T extends (...args: never[]) => unknown>(expected = 'a function'): Schema<T> {
  return v.function(expected) as unknown as Schema<T>
}

/** A value of the schema, or a context value: that one is checked when it is resolved, text converted to a number if need be. */
export function late<T>(schema: Schema<T>): Schema<Late<T>> {
  const check = v.rawTransform<unknown, unknown>(({ dataset: { value }, addIssue, NEVER }) => {
    if (isContextValue(value)) return value
    const result = value instanceof Rendered ? parseRendered(schema, value.text) : v.safeParse(schema, value)
    if (result.success) return result.output
    const [issue] = result.issues
    addIssue({
      message: issue.path ? phrase(issue) : `${phrase(issue)}, or a context value`,
      ...(issue.path && { path: issue.path as never }),
    })
    return NEVER
  })
  return v.pipe(v.unknown(), check) as unknown as Schema<Late<T>>
}

/** What an issue's schema expected, as the end of "must be …". */
export function phrase(issue: { readonly message: string; readonly expected?: unknown }): string {
  const wordedByLibrary = issue.message.startsWith('Invalid ') && typeof issue.expected === 'string'
  return wordedByLibrary ? `${issue.expected}` : issue.message
}

/** The key that was meant by an unknown one, which is in quotes. */
function meant(unknown: string, known: readonly string[]): string {
  const near = nearMiss(unknown.slice(1, -1), known)
  return near === undefined ? '' : ` (did you mean \`${near}\`?)`
}

function parseRendered<T>(schema: Schema<T>, text: string): v.SafeParseResult<Schema<T>> {
  const asText = v.safeParse(schema, text)
  if (asText.success || text.trim() === '' || Number.isNaN(Number(text))) return asText
  return v.safeParse(schema, Number(text))
}

/** Why a text is no source of a regular expression, without the text itself. */
function flawOf(source: string): string | undefined {
  try {
    new RegExp(source)
    return undefined
  } catch (error) {
    return (error as SyntaxError).message.replace(/^.*: /s, '')
  }
}
