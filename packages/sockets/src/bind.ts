import type { AddressInfo, Server } from 'node:net'

export interface ListenTarget {
  readonly host: string
  /** 0 has the system choose one. */
  readonly port: number
  /** How many connections may wait to be accepted. @default 511 */
  readonly backlog?: number
}

/** Has a server listen, and gives its port. Rejects with the system's error when that is impossible. */
export function bind(server: Server, target: ListenTarget): Promise<number> {
  const listening = Promise.withResolvers<number>()
  server.once('error', listening.reject)
  server.listen({ ...target, exclusive: true }, () => {
    server.off('error', listening.reject)
    listening.resolve((server.address() as AddressInfo).port)
  })
  return listening.promise
}
