import { invalidRoute, type Origin, unknownRoute } from './errors.ts'
import type { MockReply } from './mock-response.ts'
import { compareRoutes, matchRoute, parseRoute, type RoutePattern } from './route-pattern.ts'

interface Entry {
  readonly route: string
  readonly pattern: RoutePattern
  readonly reply: MockReply
}

/** A route that is for a request. */
export interface Found {
  readonly reply: MockReply
  readonly params: Readonly<Record<string, string>>
}

/** The routes of a server; the most specific one that is for a request answers it. */
export class RouteTable {
  readonly #origin: Origin
  #entries: Entry[] = []

  constructor(origin: Origin) {
    this.#origin = origin
  }

  /** Adds a route, in the place of one that is written the same way. @throws HTTP_ROUTE_INVALID */
  add(route: string, reply: MockReply): void {
    const pattern = typeof route === 'string' ? parseRoute(route) : undefined
    if (pattern === undefined) throw invalidRoute(this.#origin, route)
    const others = this.#entries.filter((entry) => keyOf(entry.pattern) !== keyOf(pattern))
    this.#entries = [...others, { route, pattern, reply }].sort((one, other) =>
      compareRoutes(one.pattern, other.pattern),
    )
  }

  /** @throws HTTP_ROUTE_UNKNOWN */
  remove(route: string): void {
    const pattern = typeof route === 'string' ? parseRoute(route) : undefined
    const left = this.#entries.filter(
      (entry) => pattern === undefined || keyOf(entry.pattern) !== keyOf(pattern),
    )
    if (left.length === this.#entries.length)
      throw unknownRoute(
        this.#origin,
        route,
        this.#entries.map((entry) => entry.route),
      )
    this.#entries = left
  }

  find(method: string, path: string): Found | undefined {
    for (const { pattern, reply } of this.#entries) {
      const params = matchRoute(pattern, method, path)
      if (params !== undefined) return { reply, params }
    }
    return undefined
  }
}

function keyOf({ method = '*', segments }: RoutePattern): string {
  return `${method} /${segments.join('/')}`
}
