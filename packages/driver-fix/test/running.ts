import { type Driver, leasePort } from '@testrig/core'
import { onTestFinished } from 'vitest'
import type { FixClientOptions } from '../src/client-options.ts'
import { FixClient } from '../src/fix-client.ts'
import { FixServer } from '../src/fix-server.ts'
import type { FixServerOptions } from '../src/server-options.ts'

/** Starts a driver that stops when the test ends. */
export async function running<D extends Driver>(driver: D): Promise<D> {
  onTestFinished(() => driver.stop())
  return driver.start()
}

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

/** A port that nothing listens on, and that no other test gets. */
export async function freePort(): Promise<number> {
  const { port, release } = await leasePort()
  onTestFinished(release)
  return port
}

/** The error that a promise rejects with, or the cause of a failed start; ports and times in its message are replaced. */
export async function failure(promise: Promise<unknown>): Promise<Error & { code?: string }> {
  const thrown = await promise.then(
    () => new Error('nothing was thrown'),
    (error: Error & { code?: string }) => error,
  )
  const error = 'code' in thrown && thrown.code === 'START_FAILED' ? (thrown.cause as Error) : thrown
  error.message = stable(error.message)
  return error
}

/** The text with `PORT` for every port after an address, and `TIME`, `LENGTH` and `SUM` in messages. */
export function stable(text: string): string {
  return text
    .replace(/(127\.0\.0\.1|\[::1\]|localhost):\d+/g, '$1:PORT')
    .replace(/\b(52|60|122)=[\d:.-]+\|/g, '$1=TIME|')
    .replace(/\b9=\d+\|/g, '9=LENGTH|')
    .replace(/\b10=\d+\|/g, '10=SUM|')
}
