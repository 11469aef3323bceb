import { inspect } from 'node:util'
import { contextValueInText } from './errors-context.ts'

/** An object that refuses to become text: using a late value before the start is a mistake worth an error. */
export class Opaque {
  readonly #describe: () => string

  constructor(describe: () => string) {
    this.#describe = describe
    Object.defineProperty(this, inspect.custom, { value: () => `ContextValue(${describe()})` })
  }

  [Symbol.toPrimitive](): never {
    throw contextValueInText(this.#describe())
  }

  toJSON(): never {
    throw contextValueInText(this.#describe())
  }
}
