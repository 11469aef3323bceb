import {
  BaseConnectionExtractor,
  BaseConnectionInfo,
  BaseDriverConnectionGroup,
  Direction,
  type Driver,
} from '@testrig/core'
import type { BusService } from './bus-service.ts'

// #region info
/** One side of a topic of the message bus: who publishes to it is connecting, who subscribes to it is listening. */
export class BusConnectionInfo extends BaseConnectionInfo {
  /** The value by which drivers are matched. */
  override get connectionRep(): string {
    return `bus://${this.identifier}`
  }

  override promoteToConnection(): BusDriverConnectionGroup {
    return BusDriverConnectionGroup.fromConnectionInfo(this)
  }
}
// #endregion info

// #region group
export class BusDriverConnectionGroup extends BaseDriverConnectionGroup {
  /** Adds a dummy driver: the bus itself, which runs outside of the environment. */
  static override fromConnectionInfo(info: BusConnectionInfo): BusDriverConnectionGroup {
    const group = super.fromConnectionInfo(info)
    group.inDrivers.add('message bus', String(info.identifier))
    return group
  }

  /** Takes in who publishes or subscribes to the topic; tells whether the driver does. */
  override addDriverIfInConnection(driverName: string, info: BusConnectionInfo): boolean {
    if (this.connectionRep !== info.connectionRep) return false
    if (info.direction === Direction.LISTENING) this.inDrivers.add(driverName, 'subscribes')
    else this.outDrivers.add(driverName, 'publishes')
    return true
  }
}
// #endregion group

// #region extractor
export class BusConnectionExtractor extends BaseConnectionExtractor {
  override extractConnections(driver: Driver): readonly BusConnectionInfo[] {
    const { publishes, subscribes } = driver as BusService
    return [
      ...publishes.map((topic) => side(topic, Direction.CONNECTING)),
      ...subscribes.map((topic) => side(topic, Direction.LISTENING)),
    ]
  }
}

function side(identifier: string, direction: Direction): BusConnectionInfo {
  return new BusConnectionInfo({ protocol: 'bus', identifier, direction })
}
// #endregion extractor
