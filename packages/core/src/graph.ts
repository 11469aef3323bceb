import { alg, Graph } from '@dagrejs/graphlib'
import { dependencyCycle } from './errors-declaring.ts'

/** A dependency: `before` is up before `after` starts. */
export interface Edge {
  readonly before: string
  readonly after: string
  /** What made it: options, files with lines, `dependencies`, the list's order. */
  readonly origins: readonly string[]
}

/** The drivers' dependencies, without cycles. */
export class DependencyGraph {
  readonly #graph = new Graph({ directed: true })
  readonly #known = new Graph({ directed: true })

  constructor(names: Iterable<string>) {
    for (const name of names) this.#graph.setNode(key(name))
  }

  get names(): readonly string[] {
    return this.#graph.nodes().map(named)
  }

  get edges(): readonly Edge[] {
    return edgesOf(this.#graph)
  }

  add(before: string, after: string, origin: string): void {
    addOrigin(this.#graph, { before, after }, origin)
  }

  /** Notes that a driver is given a value of another one that is known before the start: it does not wait for it. */
  addKnown(known: string, user: string, origin: string): void {
    addOrigin(this.#known, { before: known, after: user }, origin)
  }

  /** Drivers that are given values which are known before the start (`after`), and of which (`before`). */
  get known(): readonly Edge[] {
    return edgesOf(this.#known)
  }

  /** What must be up before the driver starts. */
  before(name: string): readonly string[] {
    return (this.#graph.predecessors(key(name)) ?? []).map(named)
  }

  /** What needs the driver to be up. */
  after(name: string): readonly string[] {
    return (this.#graph.successors(key(name)) ?? []).map(named)
  }

  /** The drivers with all that they need, directly or not. */
  closure(names: Iterable<string>): ReadonlySet<string> {
    return reached(names, (name) => this.before(name))
  }

  /** The closure, and those of which its drivers are given values that are known before the start. */
  closureWithKnown(names: Iterable<string>): ReadonlySet<string> {
    return reached(names, (name) => [
      ...this.before(name),
      ...(this.#known.predecessors(key(name)) ?? []).map(named),
    ])
  }

  /** @throws DEPENDENCY_CYCLE with the drivers and what made each dependency */
  assertAcyclic(): void {
    const rest = new Graph({ directed: true })
    for (const name of this.#unordered()) rest.setNode(key(name))
    for (const { v, w } of this.#graph.edges()) if (rest.hasNode(v) && rest.hasNode(w)) rest.setEdge(v, w)
    const [component] = alg.findCycles(rest)
    if (component === undefined) return
    const path = this.#cycleIn(new Set(component.map(named)))
    throw dependencyCycle(
      path.map((name, index) => ({
        name,
        origins: originsIn(this.#graph, path[(index + 1) % path.length] as string, name),
      })),
    )
  }

  /** The drivers that no order can serve: those on cycles, and what lies behind them. */
  #unordered(): ReadonlySet<string> {
    const waiting = new Map(this.names.map((name) => [name, this.before(name).length]))
    const free = this.names.filter((name) => waiting.get(name) === 0)
    for (let name = free.pop(); name !== undefined; name = free.pop()) {
      waiting.delete(name)
      for (const next of this.after(name)) {
        const left = (waiting.get(next) ?? 0) - 1
        waiting.set(next, left)
        if (left === 0) free.push(next)
      }
    }
    return new Set(waiting.keys())
  }

  /** One cycle among the drivers, each followed by one that it depends on. */
  #cycleIn(component: ReadonlySet<string>): readonly string[] {
    const path: string[] = []
    let name = [...component].sort()[0] as string
    while (!path.includes(name)) {
      path.push(name)
      name = this.before(name).find((each) => component.has(each)) as string
    }
    return path.slice(path.indexOf(name))
  }
}

function addOrigin(graph: Graph, { before, after }: Omit<Edge, 'origins'>, origin: string): void {
  const origins = originsIn(graph, before, after)
  graph.setEdge(key(before), key(after), origins.includes(origin) ? origins : [...origins, origin])
}

function originsIn(graph: Graph, before: string, after: string): readonly string[] {
  return (graph.edge(key(before), key(after)) as readonly string[] | undefined) ?? []
}

function edgesOf(graph: Graph): readonly Edge[] {
  return graph.edges().map(({ v, w }) => {
    const [before, after] = [named(v), named(w)]
    return { before, after, origins: originsIn(graph, before, after) }
  })
}

function reached(names: Iterable<string>, next: (name: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set<string>()
  const open = [...names]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue
    found.add(name)
    open.push(...next(name))
  }
  return found
}

/** Names as the graph's keys: it loses those that are members of every object. */
function key(name: string): string {
  return `:${name}`
}

function named(key: string): string {
  return key.slice(1)
}
