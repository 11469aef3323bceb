import type { BaseConnectionInfo } from './connection-info.ts'
import { Direction } from './direction.ts'

/** Names of drivers, each with what its side of a connection is known by. */
export class ConnectionEnds extends Map<string, Set<string>> {
  add(driver: string, end: string): void {
    const ends = this.get(driver)
    if (ends === undefined) this.set(driver, new Set([end]))
    else ends.add(end)
  }
}

/** The drivers that one connection joins. A name that is no driver's becomes a node of its own in the chart. */
export class BaseDriverConnectionGroup {
  readonly connectionRep: string
  /** The drivers that listen or read. */
  readonly inDrivers: ConnectionEnds = new ConnectionEnds()
  /** The drivers that connect or write. */
  readonly outDrivers: ConnectionEnds = new ConnectionEnds()

  constructor(connectionRep: string) {
    this.connectionRep = connectionRep
  }

  /** Makes an empty group for a connection. */
  static fromConnectionInfo(info: BaseConnectionInfo): BaseDriverConnectionGroup {
    return new this(info.connection)
  }

  /** What the drivers are matched by, as infos have it too. */
  get connection(): string {
    return this.connectionRep
  }

  /** Takes a driver in when its side belongs to this connection; tells whether it did. */
  addDriverIfInConnection(driverName: string, info: BaseConnectionInfo): boolean {
    if (info.connection !== this.connectionRep) return false
    const side = info.direction === Direction.LISTENING ? this.inDrivers : this.outDrivers
    side.add(driverName, info.end)
    return true
  }

  /** Whether the chart shows the connection: only with drivers on both sides. */
  shouldInclude(): boolean {
    return this.inDrivers.size > 0 && this.outDrivers.size > 0
  }
}
