import type { BaseDriverConnectionGroup } from '../connections/connection-group.ts'
import type { BaseConnectionInfo } from '../connections/connection-info.ts'
import { Direction } from '../connections/direction.ts'
import { messageOf } from './message-of.ts'

/** Two nodes that a connection joins, from the side that connects or writes to the one that listens or reads. */
export interface Link {
  readonly from: string
  readonly to: string
  readonly protocol: string
  readonly connection: string
  readonly fromEnds: ReadonlySet<string>
  readonly toEnds: ReadonlySet<string>
}

interface Joined {
  readonly links: readonly Link[]
  /** What code of a connection threw, with the driver whose info it was given. */
  readonly problems: readonly (readonly [driver: string, problem: string])[]
}

interface Group {
  /** The driver that it was made for. */
  readonly first: string
  readonly protocol: string
  readonly drivers: BaseDriverConnectionGroup
}

/** Joins drivers by their sides of connections: each goes to the first group that takes it, or makes a new one. */
export function joinConnections(seen: ReadonlyMap<string, readonly BaseConnectionInfo[]>): Joined {
  const groups: Group[] = []
  const problems: (readonly [string, string])[] = []
  for (const [driver, info] of listenersFirst(seen)) {
    try {
      takeIn(groups, driver, info)
    } catch (error) {
      problems.push([driver, `${info.constructor.name}: ${messageOf(error)}`])
    }
  }
  const links = groups.flatMap((group) => {
    try {
      return group.drivers.shouldInclude() ? linksOf(group) : []
    } catch (error) {
      problems.push([group.first, `${group.drivers.constructor.name}: ${messageOf(error)}`])
      return []
    }
  })
  return { links, problems }
}

/** So that who connects finds the group of who listens on the same address. */
function listenersFirst(
  seen: ReadonlyMap<string, readonly BaseConnectionInfo[]>,
): readonly (readonly [string, BaseConnectionInfo])[] {
  const all = [...seen].flatMap(([driver, infos]) => infos.map((info) => [driver, info] as const))
  const listening = all.filter(([, { direction }]) => direction === Direction.LISTENING)
  return [...listening, ...all.filter(([, { direction }]) => direction !== Direction.LISTENING)]
}

function takeIn(groups: Group[], driver: string, info: BaseConnectionInfo): void {
  if (groups.some(({ drivers }) => drivers.addDriverIfInConnection(driver, info))) return
  const drivers = info.promoteToConnection()
  if (!drivers.addDriverIfInConnection(driver, info))
    throw new Error(`the group that promoteToConnection() made of ${info.connection} does not take it in`)
  groups.push({ first: driver, protocol: info.protocol, drivers })
}

function linksOf({ protocol, drivers }: Group): readonly Link[] {
  return [...drivers.outDrivers].flatMap(([from, fromEnds]) =>
    [...drivers.inDrivers]
      .filter(([to]) => to !== from)
      .map(([to, toEnds]) => ({ from, to, protocol, connection: drivers.connection, fromEnds, toEnds })),
  )
}
