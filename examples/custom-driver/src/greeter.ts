import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Late, late, type OptionSchemas, type Resolved, type Schema } from '@testrig/core'
import { App, type AppDefaults, type AppOptions } from '@testrig/driver-app'
import * as v from 'valibot'

// #region options
/** Options of Greeter: those of App, but for the program that it runs, and its own. */
export interface GreeterOptions extends Partial<AppOptions<Greeter>> {
  /** What the server says before the name of whoever connects. @default 'Hello' */
  readonly greeting?: Late<string> | undefined
  /** The language that the server logs as its own, as two letters. @default 'en' */
  readonly language?: string | undefined
}

const twoLetters = v.pipe(v.string('two letters'), v.regex(/^[a-z]{2}$/, 'two letters'))
const greeting = v.pipe(v.string('a non-empty string'), v.nonEmpty('a non-empty string'))
// #endregion options

const program = join(import.meta.dirname, '../program/greeter.mjs')

// #region driver
/** A server that greets whoever connects. */
export class Greeter extends App<'host' | 'port'> {
  static override readonly options: OptionSchemas<GreeterOptions> = {
    ...App.options,
    // `late` accepts context values too: checked when they are resolved.
    greeting: v.optional(late(greeting as unknown as Schema<string>), 'Hello'),
    language: v.optional(twoLetters, 'en'),
  }

  declare readonly options: GreeterOptions & { readonly binary: string }
  /** The options at work: checked, with defaults, and with what context values stood for. */
  declare protected readonly config: Resolved<GreeterOptions, 'greeting' | 'language' | AppDefaults>

  constructor(options: GreeterOptions = {}) {
    super({
      ...options,
      binary: process.execPath,
      args: [program, options.greeting ?? 'Hello', options.language ?? 'en'],
      stdoutRegexps: [/listens on (?<host>\S+):(?<port>\d+)/],
    })
  }

  // Public getters are the driver's attributes: what templates, context values and exported variables see.
  get host(): string {
    return this.extracts.host
  }

  get port(): number {
    return Number(this.extracts.port)
  }

  /** Says a name to the server, and gives its answer. */
  async greet(name: string): Promise<string> {
    const socket = connect(this.port, this.host)
    try {
      await once(socket, 'connect')
      socket.write(`${name}\n`)
      const [answer] = await once(createInterface({ input: socket }), 'line')
      return answer
    } finally {
      socket.destroy()
    }
  }
}
// #endregion driver
