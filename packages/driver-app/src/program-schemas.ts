import { type Late, late, type Schema } from '@testrig/core'
import * as v from 'valibot'

type Variables = Readonly<Record<string, Late<string | number | boolean> | null | undefined>>

const argument = late(
  v.union([v.string(), v.number()], 'a string or a number') as unknown as Schema<string | number>,
)
const variableName = v.pipe(
  v.string(),
  v.regex(/^[^=\0]+$/, 'named by at least one character, none of them `=`'),
)
const variable = late(
  v.union(
    [v.string(), v.number(), v.boolean()],
    'a string, a number, a boolean or null',
  ) as unknown as Schema<string | number | boolean>,
)

/** The arguments of a program; none by default. */
export const argumentsSchema: Schema<readonly Late<string | number>[]> = v.optional(
  v.array(argument, 'an array of arguments'),
  [],
)

/** The variables of a program; none by default. */
export const variablesSchema: Schema<Variables> = v.optional(
  v.record(variableName, v.nullish(variable), 'an object of variables'),
  {},
)
