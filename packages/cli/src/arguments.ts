import { parseArgs } from 'node:util'
import { unknownOption, valueMissing } from './errors.ts'

/** Whether an option needs a value, or may have one: `--name=value`. */
export type OptionKind = 'value' | 'optional value'

export interface Arguments {
  /** An option without its optional value has the empty text. */
  readonly values: Readonly<Record<string, string | undefined>>
  readonly positionals: readonly string[]
  /** What follows `--`; undefined without one. */
  readonly rest: readonly string[] | undefined
}

/** Reads a command's arguments. @throws CLI_USAGE for an unknown option, with the nearest one, and a missing value */
export function readArguments(
  args: readonly string[],
  options: Readonly<Record<string, OptionKind>>,
): Arguments {
  const end = args.indexOf('--')
  const { tokens } = parseArgs({
    args: end < 0 ? [...args] : args.slice(0, end),
    options: Object.fromEntries(
      Object.entries(options).map(([name, kind]) => [
        name,
        { type: kind === 'value' ? 'string' : 'boolean' },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const values: Record<string, string> = {}
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName, value = '', inlineValue } = token
    const kind = Object.hasOwn(options, name) ? options[name] : undefined
    if (kind === undefined) throw unknownOption(rawName, Object.keys(options))
    // Another option where a value belongs is a value forgotten.
    if (kind === 'value' && (value === '' || (!inlineValue && value.startsWith('-'))))
      throw valueMissing(rawName)
    values[name] = value
  }
  return { values, positionals, rest: end < 0 ? undefined : args.slice(end + 1) }
}
