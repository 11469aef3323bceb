import type { TestrigError } from '@testrig/core'
import { running, failure as shared, stablePorts } from '@testrig/sockets/testing'
import type { FixClientOptions } from '../src/client-options.ts'
import { FixClient } from '../src/fix-client.ts'
import { FixServer } from '../src/fix-server.ts'
import type { FixServerOptions } from '../src/server-options.ts'

export interface Pair {
  readonly server: FixServer
  readonly client: FixClient
}

/** A server and a client that is logged on to it. */
export async function loggedOn(
  serverOptions: FixServerOptions = {},
  clientOptions: Partial<FixClientOptions> = {},
): Promise<Pair> {
  const server = await running(new FixServer({ name: 'server', ...serverOptions }))
  const client = await running(clientOf(server, clientOptions))
  return { server, client }
}

/** A client for a server, which is called SERVER by it. */
export function clientOf(
  { port }: { readonly port: number },
  options: Partial<FixClientOptions> = {},
): FixClient {
  return new FixClient({
    name: 'client',
    port,
    sender: 'CLIENT',
    target: 'SERVER',
    version: 'FIX.4.4',
    ...options,
  })
}

/** The error that something ends with, with a text that is the same each time. */
export async function failure(work: Promise<unknown>): Promise<TestrigError> {
  const error = await shared(work)
  error.message = stable(error.message)
  return error
}

/** The text with `PORT` for every port, and `TIME`, `LENGTH` and `SUM` in messages. */
export function stable(text: string): string {
  return stablePorts(text)
    .replace(/\b(52|60|122)=[\d:.-]+\|/g, '$1=TIME|')
    .replace(/\b9=\d+\|/g, '9=LENGTH|')
    .replace(/\b10=\d+\|/g, '10=SUM|')
}
