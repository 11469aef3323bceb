import { type BaseConnectionInfo, ConnectionExtractor, Direction, type Driver, Protocol } from '@testrig/core'

/** The clients that have sent a request since they started. */
const asking = new WeakSet<Driver>()

export function noteRequest(client: Driver): void {
  asking.add(client)
}

export function forgetRequests(client: Driver): void {
  asking.delete(client)
}

/** The connection of a client, which there is from its first request on. */
export class RequestExtractor extends ConnectionExtractor {
  constructor() {
    super(Protocol.TCP, Direction.CONNECTING)
  }

  override extractConnections(driver: Driver): readonly BaseConnectionInfo[] {
    return asking.has(driver) ? super.extractConnections(driver) : []
  }
}
