import { milliseconds, type OptionSchemas, validateOptions } from '@testrig/core'
import * as v from 'valibot'
import { isSignal } from './signals.ts'

/** What each method takes. */
interface Calls {
  kill: { readonly signal?: NodeJS.Signals | undefined }
  waitForExit: { readonly timeout?: number | undefined }
  restart: { readonly clean?: boolean | undefined }
}

const SIGNAL = "the name of a signal, such as 'SIGTERM'"

/** A signal by its name. */
export const signalName: v.GenericSchema<NodeJS.Signals> = v.custom<NodeJS.Signals>(isSignal, SIGNAL)

const CALLS: { readonly [M in keyof Calls]: OptionSchemas<Calls[M]> } = {
  kill: { signal: v.optional(signalName, 'SIGTERM') },
  waitForExit: { timeout: v.optional(milliseconds(), 10_000) },
  restart: { clean: v.optional(v.boolean(), false) },
}

/** Checks what a method was given, and fills in defaults. @throws OPTION_UNKNOWN, OPTION_INVALID */
export function checkCall<M extends keyof Calls>(
  label: string,
  method: M,
  given: Calls[M],
): { readonly [K in keyof Calls[M]]-?: Exclude<Calls[M][K], undefined> } {
  return validateOptions(
    `${label}: ${method}()`,
    CALLS[method],
    given as Readonly<Record<string, unknown>>,
  ) as never
}
