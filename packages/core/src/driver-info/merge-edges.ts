import { LIST_ORDER } from '../errors-declaring.ts'
import type { Edge } from '../graph.ts'
import type { GivenValue } from '../plan.ts'
import type { Link } from './join-connections.ts'
import type { ConnectionEdge, ObservedLink, ValueLink } from './report-data.ts'

export interface Connections {
  /** Names of the drivers, in the order of their declaration. */
  readonly names: readonly string[]
  readonly dependencies: readonly Edge[]
  readonly values: readonly GivenValue[]
  readonly links: readonly Link[]
}

interface Draft {
  readonly from: string
  readonly to: string
  readonly values: ValueLink[]
  dependency: boolean
  readonly links: Link[]
}

/** Makes one edge for each two nodes of what is declared and what was observed between them. */
export function mergeEdges(connections: Connections): readonly ConnectionEdge[] {
  const drafts = new Drafts()
  for (const { user, source, path, origin } of connections.values) {
    const attribute = path === undefined || path.length === 0 ? '*' : path.join('.')
    addOnce(drafts.between(user, source).values, { attribute, origin })
  }
  for (const { before, after, origins } of connections.dependencies) {
    const isOrderOnly = origins.every((origin) => origin === LIST_ORDER)
    const draft = isOrderOnly ? drafts.find(after, before) : drafts.between(after, before)
    if (draft !== undefined) draft.dependency = true
  }
  for (const link of connections.links) drafts.ofLink(link).links.push(link)
  return drafts.all.toSorted(byDeclaration(connections.names)).map(finished)
}

class Drafts {
  readonly #drafts = new Map<string, Draft>()

  get all(): readonly Draft[] {
    return [...this.#drafts.values()]
  }

  find(from: string, to: string): Draft | undefined {
    return this.#drafts.get(JSON.stringify([from, to]))
  }

  between(from: string, to: string): Draft {
    const draft = this.find(from, to) ?? { from, to, values: [], dependency: false, links: [] }
    this.#drafts.set(JSON.stringify([from, to]), draft)
    return draft
  }

  /** The edge of the same direction, or the one of the other. */
  ofLink({ from, to }: Link): Draft {
    return this.find(from, to) ?? this.find(to, from) ?? this.between(from, to)
  }
}

function finished({ from, to, values, dependency, links }: Draft): ConnectionEdge {
  const connections = [
    ...new Set(links.map(({ protocol, connection }) => JSON.stringify([protocol, connection]))),
  ]
  const observed = connections.map((key) =>
    observedLink(
      from,
      links.filter(({ protocol, connection }) => key === JSON.stringify([protocol, connection])),
    ),
  )
  return { from, to, values, dependency, observed: observed.toSorted(byConnection) }
}

/** One connection between two nodes, which may go both ways. */
function observedLink(from: string, links: readonly Link[]): ObservedLink {
  const [{ protocol, connection }] = links as readonly [Link]
  const isForward = (link: Link) => link.from === from
  const ends = (own: boolean) => [
    ...new Set(links.flatMap((link) => [...(isForward(link) === own ? link.fromEnds : link.toEnds)])),
  ]
  return {
    protocol,
    connection,
    ...(!links.some(isForward) && { reversed: true as const }),
    fromEnds: ends(true).toSorted(naturally),
    toEnds: ends(false).toSorted(naturally),
  }
}

function addOnce(values: ValueLink[], value: ValueLink): void {
  if (!values.some(({ attribute, origin }) => attribute === value.attribute && origin === value.origin))
    values.push(value)
}

function byDeclaration(names: readonly string[]): (one: Draft, other: Draft) => number {
  const place = (name: string) => (names.includes(name) ? names.indexOf(name) : names.length)
  return (one, other) =>
    place(one.from) - place(other.from) ||
    place(one.to) - place(other.to) ||
    naturally(one.from, other.from) ||
    naturally(one.to, other.to)
}

function byConnection(one: ObservedLink, other: ObservedLink): number {
  return naturally(one.connection, other.connection)
}

function naturally(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true })
}
