import { BaseDriverConnectionGroup } from './connection-group.ts'
import type { Direction } from './direction.ts'

export interface ConnectionFields {
  /** Such as `tcp` or `file`; see `Protocol`. */
  readonly protocol: string
  /** What both sides have in common, such as the port that one listens on and the other connects to. */
  readonly identifier: string | number
  readonly direction: Direction
}

/** One side of a connection, as a driver has it. Drivers whose connections have the same `connectionRep` are joined. */
export class BaseConnectionInfo {
  readonly protocol: string
  readonly identifier: string | number
  readonly direction: Direction

  constructor({ protocol, identifier, direction }: ConnectionFields) {
    this.protocol = protocol
    this.identifier = identifier
    this.direction = direction
  }

  /** The value by which drivers are matched. @default `protocol://identifier` */
  get connectionRep(): string {
    return `${this.protocol}://${this.identifier}`
  }

  /** The same, by the name that groups may compare; a subclass in JavaScript may have `connectionRep` as a method. */
  get connection(): string {
    const given: unknown = this.connectionRep
    return String(typeof given === 'function' ? given.call(this) : given)
  }

  /** What the side is known by in its group, such as its port. */
  get end(): string {
    return String(this.identifier)
  }

  /** Makes the group that takes this side, and the others of the connection. */
  promoteToConnection(): BaseDriverConnectionGroup {
    return BaseDriverConnectionGroup.fromConnectionInfo(this)
  }
}
