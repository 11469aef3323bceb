import { besideOption } from './errors.ts'

export interface Exclusion<O> {
  readonly given: keyof O & string
  /** Options that would mean nothing beside it. */
  readonly others: readonly (keyof O & string)[]
  readonly reason: string
}

/** Refuses options that would mean nothing beside another one. @throws OPTION_INVALID */
export function refuseBeside<O>(label: string, options: O, { given, others, reason }: Exclusion<O>): void {
  if (options[given] === undefined) return
  const [first] = others.filter((other) => options[other] !== undefined)
  if (first !== undefined) throw besideOption(label, first, given, reason)
}
