import { type ParseArgsConfig, parseArgs } from 'node:util'
import { needlessValue, unknownOption, valueMissing } from './errors.ts'

type Options = NonNullable<ParseArgsConfig['options']>

export interface Arguments {
  readonly values: Readonly<Record<string, string | undefined>>
  readonly flags: ReadonlySet<string>
  readonly positionals: readonly string[]
  /** What follows `--`; undefined without one. */
  readonly rest: readonly string[] | undefined
}

/**
 * Reads a command's arguments.
 *
 * @throws CLI_USAGE for an unknown option with the nearest one, a missing value, and a value that is not taken
 */
export function readArguments(args: readonly string[], options: Options): Arguments {
  const end = args.indexOf('--')
  const own = end < 0 ? args : args.slice(0, end)
  const { tokens } = parseArgs({
    args: [...own],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const values: Record<string, string> = {}
  const flags = new Set<string>()
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
    if (option === undefined) throw unknownOption(token.rawName, Object.keys(options))
    if (option.type === 'boolean') {
      if (token.value !== undefined) throw needlessValue(token.rawName, token.value)
      flags.add(token.name)
    } else {
      // Another option where a value belongs is a value forgotten.
      const forgotten = token.value === undefined || (!token.inlineValue && token.value.startsWith('-'))
      if (forgotten) throw valueMissing(token.rawName)
      values[token.name] = token.value as string
    }
  }
  return { values, flags, positionals, rest: end < 0 ? undefined : args.slice(end + 1) }
}
