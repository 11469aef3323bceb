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
  readonly names: readonly string[]
  readonly #awaited = new Edges()
  readonly #known = new Edges()

  constructor(names: Iterable<string>) {
    this.names = [...names]
  }

  get edges(): readonly Edge[] {
    return this.#awaited.all()
  }

  add(before: string, after: string, origin: string): void {
    this.#awaited.add(before, after, origin)
  }

  /** Notes that a driver is given a value of another one that is known before the start: it does not wait for it. */
  addKnown(known: string, user: string, origin: string): void {
    this.#known.add(known, user, origin)
  }

  /** Drivers that are given values which are known before the start (`after`), and of which (`before`). */
  get known(): readonly Edge[] {
    return this.#known.all()
  }

  /** What must be up before the driver starts. */
  before(name: string): readonly string[] {
    return this.#awaited.before(name)
  }

  /** What needs the driver to be up. */
  after(name: string): readonly string[] {
    return this.#awaited.after(name)
  }

  /** The drivers with all that they need, directly or not. */
  closure(names: Iterable<string>): ReadonlySet<string> {
    return reached(names, (name) => this.before(name))
  }

  /** The closure, and those of which its drivers are given values that are known before the start. */
  closureWithKnown(names: Iterable<string>): ReadonlySet<string> {
    return reached(names, (name) => [...this.before(name), ...this.#known.before(name)])
  }

  /** @throws DEPENDENCY_CYCLE with the drivers and what made each dependency */
  async assertAcyclic(): Promise<void> {
    const unordered = this.#unordered()
    if (unordered.size === 0) return
    const path = this.#cycleIn(await firstCycle(unordered, this.edges))
    throw dependencyCycle(
      path.map((name, index) => ({
        name,
        origins: this.#awaited.origins(path[(index + 1) % path.length] as string, name),
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

/** Dependencies by what they lead from, and what they lead to. */
class Edges {
  /** What made the dependency of the first driver, which must be up before, and the second. */
  readonly #origins = new Map<string, Map<string, readonly string[]>>()
  readonly #before = new Map<string, readonly string[]>()

  add(before: string, after: string, origin: string): void {
    const origins = this.origins(before, after)
    if (origins.length === 0) this.#before.set(after, [...this.before(after), before])
    const leaving = this.#origins.get(before) ?? new Map<string, readonly string[]>()
    this.#origins.set(before, leaving)
    leaving.set(after, origins.includes(origin) ? origins : [...origins, origin])
  }

  origins(before: string, after: string): readonly string[] {
    return this.#origins.get(before)?.get(after) ?? []
  }

  before(name: string): readonly string[] {
    return this.#before.get(name) ?? []
  }

  after(name: string): readonly string[] {
    return [...(this.#origins.get(name)?.keys() ?? [])]
  }

  all(): readonly Edge[] {
    return [...this.#origins].flatMap(([before, leaving]) =>
      [...leaving].map(([after, origins]) => ({ before, after, origins })),
    )
  }
}

/** The drivers of one cycle, and of those that cross it. The library is loaded when there is a cycle to find. */
async function firstCycle(names: ReadonlySet<string>, edges: readonly Edge[]): Promise<ReadonlySet<string>> {
  const { alg, Graph } = await import('@dagrejs/graphlib')
  const graph = new Graph({ directed: true })
  for (const name of names) graph.setNode(key(name))
  for (const { before, after } of edges)
    if (names.has(before) && names.has(after)) graph.setEdge(key(before), key(after))
  const [component = []] = alg.findCycles(graph)
  return new Set(component.map(named))
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
