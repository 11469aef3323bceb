import type { Driver, TestrigError } from '@testrig/core'
import { onTestFinished } from 'vitest'
import { ZMQClient, type ZMQClientOptions } from '../src/zmq-client.ts'
import { ZMQServer, type ZMQServerOptions } from '../src/zmq-server.ts'

/** Starts a driver that stops when the test ends. */
export async function running<D extends Driver>(driver: D): Promise<D> {
  onTestFinished(() => driver.stop())
  return driver.start()
}

export interface Pair {
  readonly server: ZMQServer
  readonly client: ZMQClient
}

/** A server and a client of it. */
export async function connected(
  server: ZMQServerOptions = {},
  client: Partial<ZMQClientOptions> = {},
): Promise<Pair> {
  const own = await running(new ZMQServer({ name: 'server', ...server }))
  const other = await running(new ZMQClient({ name: 'client', ports: [own.port], ...client }))
  return { server: own, client: other }
}

/** The error that something ends with, or the cause of a failed start; ports in its message are replaced. */
export async function failure(work: Promise<unknown>): Promise<TestrigError> {
  const thrown = await work.then(
    () => {
      throw new Error('It did not fail.')
    },
    (error: TestrigError) => error,
  )
  return stable(thrown.code === 'START_FAILED' ? (thrown.cause as TestrigError) : thrown)
}

/** The error with `PORT` for the ports in its message. */
export function stable(error: TestrigError): TestrigError {
  error.message = error.message.replace(/(127\.0\.0\.1:|port )\d+/g, '$1PORT')
  return error
}
