import type { Driver } from '../driver.ts'
import type { BaseConnectionInfo } from './connection-info.ts'
import { Direction } from './direction.ts'
import { PortConnectionInfo } from './port-connection.ts'

/** What an extractor finds: sides of connections, and an error for each thing that kept it from seeing more. */
export type Extracted = Iterable<BaseConnectionInfo | Error>

/** Finds the connections of a driver that is up; `EXTRACTORS` of a driver class lists those that it is looked at with. */
export abstract class BaseConnectionExtractor {
  abstract extractConnections(driver: Driver): Extracted | Promise<Extracted>
}

/** What a driver may publish of the port that it listens on, or connects to. */
interface Published {
  readonly connectionIdentifier?: unknown
  readonly host?: unknown
  readonly port?: unknown
  readonly localPort?: unknown
}

/**
 * The connection of a driver that listens on one port, or connects to one: its attributes `port` and `host`, which of a
 * client are those of its server. A client that publishes `localPort` is connected when that has a value. An attribute
 * `connectionIdentifier` goes before `port`.
 */
export class ConnectionExtractor extends BaseConnectionExtractor {
  readonly protocol: string
  readonly direction: Direction

  constructor(protocol: string, direction: Direction) {
    super()
    this.protocol = protocol
    this.direction = direction
  }

  extractConnections(driver: Driver): readonly BaseConnectionInfo[] {
    const port = read(driver, 'port')
    const identifier = read(driver, 'connectionIdentifier') ?? port
    if (typeof identifier !== 'number' && typeof identifier !== 'string') return []
    const isListening = this.direction === Direction.LISTENING
    const own = isListening ? port : read(driver, 'localPort')
    if (!isListening && own === undefined && 'localPort' in driver) return []
    const host = read(driver, 'host')
    const { protocol, direction } = this
    return [
      new PortConnectionInfo({
        protocol,
        identifier,
        direction,
        port: typeof own === 'number' ? own : undefined,
        host: typeof host === 'string' ? host : undefined,
      }),
    ]
  }
}

function read(driver: Driver, attribute: keyof Published): unknown {
  try {
    return (driver as Published)[attribute]
  } catch {
    return undefined // It has no connection now.
  }
}
