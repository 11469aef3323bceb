import { join } from 'node:path'
import type { Late } from '@testrig/core'
import { App } from '@testrig/driver-app'

export interface ServerAppOptions {
  readonly name?: string
  readonly asyncStart?: boolean
  /** Addresses that the program connects to before it listens, as `host:port`. @default [] */
  readonly upstreams?: readonly Late<string>[]
}

/** Runs src/server.ts and publishes the address that it logs. */
export class ServerApp extends App<'host' | 'port'> {
  constructor({ upstreams = [], ...options }: ServerAppOptions = {}) {
    super({
      ...options,
      binary: process.execPath,
      args: [join(import.meta.dirname, '../src/server.ts'), ...upstreams],
      logRegexps: [/Listening on (?<host>\S+):(?<port>\d+)/],
    })
  }

  get host(): string {
    return this.extracts.host
  }

  get port(): number {
    return Number(this.extracts.port)
  }
}
