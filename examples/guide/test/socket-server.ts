// #region driver
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { DriverDefaults, DriverOptions, Late, OptionSchemas, Resolved } from '@testrig/core'
import { Driver, late, text } from '@testrig/core'
import * as v from 'valibot'

export interface SocketServerOptions extends DriverOptions<SocketServer> {
  /** What the server says to whoever connects. @default 'hello' */
  readonly greeting?: Late<string> | undefined
}

/** A server on a Unix socket in the driver's directory. */
export class SocketServer extends Driver {
  static override readonly options: OptionSchemas<SocketServerOptions> = {
    ...Driver.options,
    greeting: v.optional(late(text()), 'hello'),
  }
  static override readonly earlyAttributes: readonly string[] = [...Driver.earlyAttributes, 'path']

  declare readonly options: SocketServerOptions
  declare protected readonly config: Resolved<SocketServerOptions, DriverDefaults | 'greeting'>

  constructor(options: SocketServerOptions = {}) {
    super(options)
  }

  /** Path of the socket: an attribute, since it is a public getter. */
  get path(): string {
    return join(this.runpath, 'socket')
  }

  protected override async starting(): Promise<void> {
    const server = createServer((socket) => socket.on('error', () => {}).end(this.config.greeting))
    await once(server.listen(this.path), 'listening')
    this.onStop(() => new Promise<void>((closed) => server.close(() => closed())))
    server.on('error', (error) => this.fail(error))
  }
}
// #endregion driver
