import type { Scope } from './context-value.ts'
import { DEFAULTS, type DriverOptions } from './driver-options.ts'
import { type LateOption, lateOptions, resolveOptions, validateOptions } from './options.ts'
import type { OptionSchemas } from './schema.ts'

export interface DriverConfigRules {
  /** The driver as messages name it. */
  readonly owner: string
  readonly schemas: OptionSchemas<DriverOptions>
  /** The error for reading an option before its context value is resolved. */
  notReady(option: string): Error
}

/** The options of one driver: checked when it is made, and at work once their context values are resolved. */
export class DriverConfig {
  /** As declared, with defaults. */
  readonly options: Readonly<Record<string, unknown>>
  /** With what context values stand for; reading one that is not resolved is an error. */
  readonly values: Readonly<Record<string, unknown>>
  /** The context values in them. */
  readonly lateOptions: readonly LateOption[]
  readonly #schemas: OptionSchemas<DriverOptions>
  /** Names of the options that hold a context value. */
  readonly #lateNames: ReadonlySet<string>

  /** @throws OPTION_UNKNOWN, OPTION_INVALID */
  constructor(given: object, { owner, schemas, notReady }: DriverConfigRules) {
    this.options = validateOptions(owner, schemas, given as Record<string, unknown>)
    this.#schemas = schemas
    this.lateOptions = lateOptions(this.options)
    this.#lateNames = new Set(this.lateOptions.map(({ option }) => option.split(/[.[]/, 1)[0] as string))
    this.values = this.#lateNames.size === 0 ? this.options : { ...this.options }
    for (const option of this.#lateNames) {
      const get = () => {
        throw notReady(option)
      }
      Object.defineProperty(this.values, option, { configurable: true, enumerable: true, get })
    }
  }

  isLate(option: string): boolean {
    return this.#lateNames.has(option)
  }

  /** Has `values` hold what context values stand for now. */
  async resolve(owner: string, scope: () => Scope): Promise<void> {
    if (this.#lateNames.size === 0) return
    const resolved = await resolveOptions(owner, this.#schemas, this.options, scope())
    for (const option of this.#lateNames)
      Object.defineProperty(this.values, option, { value: resolved[option], writable: true })
  }

  /** An option's value, or its default as long as its context value is not resolved. */
  settled(option: keyof typeof DEFAULTS): number {
    const value = this.isLate(option)
      ? Object.getOwnPropertyDescriptor(this.values, option)?.value
      : this.values[option]
    return (value as number | undefined) ?? DEFAULTS[option]
  }
}
