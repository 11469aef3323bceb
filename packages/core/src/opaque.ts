import { contextValueInText } from './errors.ts'

/** What util.inspect calls; the name is registered, so that other implementations share it. */
const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never

/** An object that refuses to become text: using a late value before the start is a mistake worth an error. */
export class Opaque {
  readonly #describe: () => string

  constructor(describe: () => string) {
    this.#describe = describe
  }

  [Symbol.toPrimitive](): never {
    throw contextValueInText(this.#describe())
  }

  toJSON(): never {
    throw contextValueInText(this.#describe())
  }

  [INSPECT](): string {
    return `ContextValue(${this.#describe()})`
  }
}
