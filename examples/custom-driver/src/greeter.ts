import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Late, late, type OptionSchemas, type Resolved, type Schema } from '@testrig/core'
import { App, type AppDefaults, type AppOptions } from '@testrig/driver-app'
import * as v from 'valibot'

// #region options
interface OwnOptions {
  /** What the server says before a name. @default 'Hello' */
  readonly greeting?: Late<string> | undefined
  /** The server's language, as two letters. @default 'en' */
  readonly language?: string | undefined
}

/** Options of Greeter: its own and those of App, but for what says which program runs. */
export interface GreeterOptions extends Omit<AppOptions<Greeter>, 'binary' | 'args'>, OwnOptions {}

// `late` lets an option be a context value too, and checks what that stands for when the driver starts.
const greeting = late(v.pipe(v.string(), v.nonEmpty('a non-empty string')) as unknown as Schema<string>)
const language = v.pipe(v.string(), v.regex(/^[a-z]{2}$/, 'two small letters'))
// #endregion options

const program = join(import.meta.dirname, '../program/greeter.mjs')

/** What the server's first line tells. */
type Extracted = 'host' | 'port'

// #region driver
/** A server that greets whoever connects by name. */
export class Greeter extends App<Extracted> {
  static override readonly options: OptionSchemas<AppOptions & OwnOptions> = {
    greeting: v.optional(greeting, 'Hello'),
    language: v.optional(language, 'en'),
    ...App.options,
  }

  declare protected readonly config: Resolved<AppOptions & OwnOptions, AppDefaults | 'greeting' | 'language'>

  constructor(options: GreeterOptions = {}) {
    super({
      ...options,
      binary: process.execPath,
      args: [program, options.greeting ?? 'Hello', options.language ?? 'en'],
      logRegexps: [/listens on (?<host>\S+):(?<port>\d+)/, ...(options.logRegexps ?? [])],
    } as AppOptions<App<Extracted>, Extracted>)
  }

  // Public getters and fields are the driver's attributes: what templates and context values can read.
  get host(): string {
    return this.extracts.host
  }

  get port(): number {
    return Number(this.extracts.port)
  }

  get language(): string {
    return this.config.language
  }

  /** Tells the server a name, and gives its answer. */
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
