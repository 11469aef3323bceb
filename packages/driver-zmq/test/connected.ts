import { running } from '@testrig/sockets/testing'
import { ZMQClient, type ZMQClientOptions } from '../src/zmq-client.ts'
import { ZMQServer, type ZMQServerOptions } from '../src/zmq-server.ts'

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
