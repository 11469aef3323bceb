import {
  BaseConnectionExtractor,
  BaseConnectionInfo,
  Direction,
  type Driver,
  PortConnectionInfo,
  Protocol,
} from '@testrig/core'
import { addressOf, isTcp } from './address.ts'

/** The connections of a driver by its endpoints: ports over TCP, and paths of Unix sockets. */
export class EndpointExtractor<D extends Driver> extends BaseConnectionExtractor {
  readonly #direction: Direction
  readonly #endpoints: (driver: D) => readonly string[]

  constructor(direction: Direction, endpoints: (driver: D) => readonly string[]) {
    super()
    this.#direction = direction
    this.#endpoints = endpoints
  }

  override extractConnections(driver: Driver): readonly BaseConnectionInfo[] {
    const direction = this.#direction
    return this.#endpoints(driver as D).map((endpoint) => {
      if (!isTcp(endpoint)) return local(endpoint, direction)
      const { host, port: identifier } = addressOf(endpoint)
      const port = direction === Direction.LISTENING ? identifier : undefined
      return new PortConnectionInfo({ protocol: Protocol.TCP, identifier, direction, port, host })
    })
  }
}

/** ZeroMQ calls a Unix socket `ipc`. */
function local(endpoint: string, direction: Direction): BaseConnectionInfo {
  const [scheme = '', identifier = ''] = endpoint.split(/:\/\/(.*)/s)
  return new BaseConnectionInfo({
    protocol: scheme === 'ipc' ? Protocol.UNIX : scheme,
    identifier,
    direction,
  })
}
