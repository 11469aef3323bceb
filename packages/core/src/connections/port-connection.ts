import { BaseDriverConnectionGroup } from './connection-group.ts'
import { BaseConnectionInfo, type ConnectionFields } from './connection-info.ts'
import { Direction } from './direction.ts'
import { isReachable } from './hosts.ts'

export interface PortConnectionFields extends ConnectionFields {
  /** The driver's own port. */
  readonly port?: number | undefined
  /** The address that one listens on and the other connects to. @default any */
  readonly host?: string | undefined
}

/** One side of a connection by ports: its identifier is the port that is listened on. */
export class PortConnectionInfo extends BaseConnectionInfo {
  readonly port: number | undefined
  readonly host: string | undefined

  constructor({ port, host, ...fields }: PortConnectionFields) {
    super(fields)
    this.port = port
    this.host = host
  }

  override get end(): string {
    return this.port === undefined ? 'Unknown' : String(this.port)
  }

  override promoteToConnection(): PortDriverConnectionGroup {
    return PortDriverConnectionGroup.fromConnectionInfo(this)
  }
}

/** Joins who connects to a port with who listens there, on an address that the first one reaches. */
export class PortDriverConnectionGroup extends BaseDriverConnectionGroup {
  readonly #listening = new Set<string | undefined>()
  readonly #connecting = new Set<string | undefined>()

  static override fromConnectionInfo(info: BaseConnectionInfo): PortDriverConnectionGroup {
    return new this(info.connection)
  }

  override addDriverIfInConnection(driverName: string, info: BaseConnectionInfo): boolean {
    const { host } = info as Partial<PortConnectionInfo>
    if (!this.#isOnSameAddress(info.direction, host)) return false
    if (!super.addDriverIfInConnection(driverName, info)) return false
    const hosts = info.direction === Direction.LISTENING ? this.#listening : this.#connecting
    hosts.add(host)
    return true
  }

  #isOnSameAddress(direction: Direction, host: string | undefined): boolean {
    const [listening, connecting] = [[...this.#listening], [...this.#connecting]]
    if (listening.length + connecting.length === 0) return true
    if (direction === Direction.CONNECTING && listening.length > 0)
      return listening.some((each) => isReachable(each, host))
    if (direction === Direction.CONNECTING || listening.length > 0)
      return (direction === Direction.CONNECTING ? connecting : listening).includes(host)
    return connecting.some((each) => isReachable(host, each))
  }
}
