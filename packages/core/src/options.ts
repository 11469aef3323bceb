import { type ContextValue, contextValueKind, isContextValue, type Scope } from './context-value.ts'
import { inOption, invalidOption, unknownOption } from './errors.ts'
import { Rendered } from './rendered.ts'
import { type OptionSchema, phrase } from './schema.ts'

type Options = Readonly<Record<string, unknown>>
type Schemas = Readonly<Record<string, OptionSchema>>

/** A driver's options at work: every context value replaced by what it stands for; `Defaults` names options that have one. */
export type Resolved<O, Defaults extends keyof O = never> = {
  readonly [K in Exclude<keyof O, Defaults>]: ResolvedValue<O[K]>
} & { readonly [K in Defaults]-?: Exclude<ResolvedValue<O[K]>, undefined> }

type ResolvedValue<T> = T extends ContextValue
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
  const known = Object.keys(schemas)
  for (const key of Object.keys(options))
    if (!Object.hasOwn(schemas, key)) throw unknownOption(owner, key, options[key], known)
  const checked: Record<string, unknown> = {}
  for (const key of known) {
    const value = check(owner, key, schemas[key] as OptionSchema, options[key])
    if (value !== undefined) checked[key] = value
  }
  return checked
}

/** Finds the context values in options, wherever they stand. */
export function lateOptions(options: Options): readonly LateOption[] {
  return Object.entries(options).flatMap(([key, value]) => lateValues(value, key))
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
    if (lateValues(value, key).length === 0) resolved[key] = value
    else
      resolved[key] = bare(
        check(
          owner,
          key,
          schemas[key] as OptionSchema,
          await inOption(owner, key, () => resolveTree(value, scope)),
        ),
      )
  }
  return resolved
}

/** Replaces context values in one value. */
export async function resolveValue(value: unknown, scope: Scope): Promise<unknown> {
  return bare(await resolveTree(value, scope))
}

function check(owner: string, key: string, schema: OptionSchema, value: unknown): unknown {
  const result = schema['~standard'].validate(value)
  if (result instanceof Promise) throw invalidOption(owner, key, 'checked by a synchronous schema', value)
  if (result.issues === undefined) return result.value
  const [issue] = result.issues
  const keys = (issue?.path ?? []).map((part) => (typeof part === 'object' ? part.key : part))
  const given = keys.reduce<unknown>(
    (holder, part) => (holder as Record<PropertyKey, unknown> | undefined)?.[part],
    value,
  )
  throw invalidOption(
    owner,
    keys.reduce<string>(joinPath, key),
    issue === undefined ? 'valid' : phrase(issue),
    given,
  )
}

async function resolveTree(value: unknown, scope: Scope): Promise<unknown> {
  if (isContextValue(value)) {
    const kind = contextValueKind(value)
    const given = await kind.resolve(scope)
    return typeof given === 'string' ? new Rendered(given, kind.describe()) : given
  }
  if (Array.isArray(value)) return Promise.all(value.map((item) => resolveTree(item, scope)))
  if (!isDictionary(value)) return value
  const entries = Object.entries(value).map(
    async ([key, item]) => [key, await resolveTree(item, scope)] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}

/** Unwraps rendered texts that no schema took. */
function bare(value: unknown): unknown {
  if (value instanceof Rendered) return value.text
  if (Array.isArray(value)) return value.map(bare)
  if (!isDictionary(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, bare(item)]))
}

function lateValues(value: unknown, path: string): LateOption[] {
  if (isContextValue(value)) return [{ option: path, value }]
  if (Array.isArray(value)) return value.flatMap((item, index) => lateValues(item, joinPath(path, index)))
  if (!isDictionary(value)) return []
  return Object.entries(value).flatMap(([key, item]) => lateValues(item, joinPath(path, key)))
}

function joinPath(path: string, key: PropertyKey): string {
  return typeof key === 'number' ? `${path}[${key}]` : `${path}.${String(key)}`
}

function isDictionary(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value))
  )
}
