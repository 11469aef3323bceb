import { BaseDriverConnectionGroup } from './connection-group.ts'
import { BaseConnectionInfo, type ConnectionFields } from './connection-info.ts'
import { Direction, Protocol } from './direction.ts'

/** One side of a connection by a file: who writes it is connecting, who reads it is listening. */
export class FileConnectionInfo extends BaseConnectionInfo {
  constructor({
    protocol = Protocol.FILE,
    ...fields
  }: Omit<ConnectionFields, 'protocol'> & Partial<ConnectionFields>) {
    super({ protocol, ...fields })
  }

  override get end(): string {
    return this.direction === Direction.LISTENING ? 'Read' : 'Write'
  }

  override promoteToConnection(): FileDriverConnectionGroup {
    return FileDriverConnectionGroup.fromConnectionInfo(this)
  }
}

/** Joins who writes a file with who reads it. */
export class FileDriverConnectionGroup extends BaseDriverConnectionGroup {
  static override fromConnectionInfo(info: BaseConnectionInfo): FileDriverConnectionGroup {
    return new this(info.connection)
  }
}
