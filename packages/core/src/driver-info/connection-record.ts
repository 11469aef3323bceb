import type { BaseConnectionInfo } from '../connections/connection-info.ts'
import { Direction, Protocol } from '../connections/direction.ts'
import type { PortConnectionInfo } from '../connections/port-connection.ts'
import { joinConnections, type Link } from './join-connections.ts'
import type { Sight } from './look-at-driver.ts'

/** What all samples together have shown of one driver. */
export interface SeenDriver {
  readonly listening: Set<string>
  readonly problems: Set<string>
  readonly pids: Set<number>
  command: readonly string[] | undefined
}

/** So many ends of one link are kept: a client that connects anew for each request has another port each time. */
const MOST_ENDS = 10

interface KeptLink extends Link {
  readonly fromEnds: Set<string>
  readonly toEnds: Set<string>
}

/** The union of all samples of one run: what one of them has seen stays. */
export class ConnectionRecord {
  readonly sampledAt: number[] = []
  readonly #drivers = new Map<string, SeenDriver>()
  readonly #links = new Map<string, KeptLink>()

  get links(): readonly Link[] {
    return [...this.#links.values()]
  }

  driver(name: string): SeenDriver {
    const seen = this.#drivers.get(name) ?? {
      listening: new Set(),
      problems: new Set(),
      pids: new Set(),
      command: undefined,
    }
    this.#drivers.set(name, seen)
    return seen
  }

  add(at: number, sights: ReadonlyMap<string, Sight>): void {
    this.sampledAt.push(at)
    for (const [name, sight] of sights) this.#note(this.driver(name), sight)
    const { links, problems } = joinConnections(
      new Map([...sights].map(([name, { infos }]) => [name, infos])),
    )
    for (const link of links) this.#keep(link)
    for (const [name, problem] of problems) this.driver(name).problems.add(problem)
  }

  #note(seen: SeenDriver, { infos, problems, program }: Sight): void {
    for (const info of infos) for (const place of listensAt(info)) seen.listening.add(place)
    for (const problem of problems) seen.problems.add(problem)
    for (const pid of program?.pids ?? []) seen.pids.add(pid)
    if (program !== undefined) seen.command = program.command
  }

  #keep(link: Link): void {
    const key = JSON.stringify([link.from, link.to, link.protocol, link.connection])
    const kept = this.#links.get(key) ?? { ...link, fromEnds: new Set(), toEnds: new Set() }
    this.#links.set(key, kept)
    addEnds(kept.fromEnds, link.fromEnds)
    addEnds(kept.toEnds, link.toEnds)
  }
}

function addEnds(kept: Set<string>, ends: ReadonlySet<string>): void {
  for (const end of ends) if (kept.size < MOST_ENDS) kept.add(end)
}

/** Where a driver listens, with the address when it is known: `tcp://127.0.0.1:5432`. */
function listensAt(info: BaseConnectionInfo): readonly string[] {
  if (info.direction !== Direction.LISTENING || info.protocol === Protocol.FILE) return []
  const { protocol, host, port } = info as PortConnectionInfo
  if (host === undefined || port === undefined) return [info.connection]
  return [`${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`]
}
