import type { StandardSchemaV1 } from '@standard-schema/spec'
import { type ContextValue, contextValueKind, isContextValue, type Scope } from './context-value.ts'
import { isDictionary } from './dictionary.ts'
import { inPlace } from './errors-context.ts'
import { invalidOption, invalidOptions, unknownOption } from './errors-options.ts'
import { joinPath, leavesOf, withoutLeaves } from './leaves.ts'
import { Rendered } from './rendered.ts'
import { type OptionSchema, phrase } from './schema.ts'

type Options = Readonly<Record<string, unknown>>
type Schemas = Readonly<Record<string, OptionSchema>>

/** A driver's options at work: every context value replaced by what it stands for; `Defaults` names options that have one. */
export type Resolved<O, Defaults extends keyof O = never> = {
  readonly [K in Exclude<keyof O, Defaults>]: ResolvedValue<O[K]>
} & { readonly [K in Defaults]-?: Exclude<ResolvedValue<O[K]>, undefined> }

/** A value with every context value in it replaced by what it stands for. */
export type ResolvedValue<T> = T extends ContextValue
  ? never
  : T extends (...args: never[]) => unknown
    ? T
    : T extends RegExp
      ? T
      : T extends readonly (infer Item)[]
        ? readonly ResolvedValue<Item>[]
        : T extends object
          ? { readonly [K in keyof T]: ResolvedValue<T[K]> }
          : T

/** A context value in an option, with the option's path such as `args[3]`. */
export interface LateOption {
  readonly option: string
  readonly value: ContextValue
}

/**
 * Checks options and fills in defaults.
 *
 * @throws OPTION_UNKNOWN, OPTION_INVALID naming the option, what was expected and what was given
 */
export function validateOptions(owner: string, schemas: Schemas, options: Options): Record<string, unknown> {
  if (!isDictionary(options)) throw invalidOptions(owner, options)
  const known = Object.keys(schemas)
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(schemas, key)) throw unknownOption(owner, key, options[key], known.toReversed()) // Those of the class itself come last.
  }
  const checked: Record<string, unknown> = {}
  for (const key of known) {
    const result = check(schemas[key] as OptionSchema, options[key])
    if (result.issues !== undefined) throw refused(owner, key, result.issues[0], options[key])
    if (result.value !== undefined) checked[key] = result.value
  }
  return checked
}

/** Finds the context values in options, wherever they stand. */
export function lateOptions(options: Options): readonly LateOption[] {
  return Object.entries(options).flatMap(([option, value]) =>
    leavesOf(value, isContextValue, option).map((late) => ({ option: late.path, value: late.value })),
  )
}

/** Replaces context values by what they stand for now, and checks the options again. */
export async function resolveOptions(
  owner: string,
  schemas: Schemas,
  options: Options,
  scope: Scope,
): Promise<Record<string, unknown>> {
  const resolved: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(options)) {
    if (leavesOf(value, isContextValue).length === 0) resolved[key] = value
    else
      resolved[key] = checkResolved(
        owner,
        key,
        schemas[key] as OptionSchema,
        await resolveTree(value, scope, { owner, name: scope.nameOf(scope.own), path: key }),
      )
  }
  return resolved
}

/** Replaces context values in one value. */
export async function resolveValue(value: unknown, scope: Scope): Promise<unknown> {
  return bare(await resolveTree(value, scope))
}

/** A schema of ours takes a rendered text as a number too; one of another vendor gets the text. */
function checkResolved(owner: string, key: string, schema: OptionSchema, tree: unknown): unknown {
  const result = check(schema, tree)
  if (result.issues === undefined) return bare(result.value)
  const plain = check(schema, bare(tree))
  if (plain.issues === undefined) return plain.value
  throw refused(owner, key, plain.issues[0], tree)
}

function check(schema: OptionSchema, value: unknown): StandardSchemaV1.Result<unknown> {
  const result = schema['~standard'].validate(value)
  return result instanceof Promise ? { issues: [{ message: 'checked by a synchronous schema' }] } : result
}

function refused(
  owner: string,
  key: string,
  issue: StandardSchemaV1.Issue | undefined,
  value: unknown,
): Error {
  const keys = (issue?.path ?? []).map((part) => (typeof part === 'object' ? part.key : part))
  const given = keys.reduce<unknown>(
    (holder, part) => (holder as Record<PropertyKey, unknown> | undefined)?.[part],
    value,
  )
  const option = keys.reduce<string>(joinPath, key)
  const source = given instanceof Rendered ? given.source : undefined
  return invalidOption(owner, option, issue === undefined ? 'valid' : phrase(issue), bare(given), source)
}

interface Place {
  readonly owner: string
  readonly name: string
  readonly path: string
}

async function resolveTree(value: unknown, scope: Scope, place?: Place): Promise<unknown> {
  const given = new Map<ContextValue, unknown>()
  const found = leavesOf(value, isContextValue, place?.path)
  const works = found.map(async ({ path, value: late }) =>
    given.set(late, await resolveLate(late, scope, place && { ...place, path })),
  )
  await Promise.all(works)
  return withoutLeaves(value, isContextValue, (late) => given.get(late))
}

async function resolveLate(late: ContextValue, scope: Scope, place?: Place): Promise<unknown> {
  const kind = contextValueKind(late)
  const given = await (place === undefined
    ? kind.resolve(scope)
    : inPlace(`${place.owner}: option \`${place.path}\``, place.name, async () => kind.resolve(scope)))
  return typeof given === 'string' ? new Rendered(given, kind.describe()) : given
}

/** Unwraps rendered texts that no schema took. */
function bare(value: unknown): unknown {
  const isRendered = (each: unknown) => each instanceof Rendered
  return withoutLeaves(value, isRendered, ({ text }) => text)
}
