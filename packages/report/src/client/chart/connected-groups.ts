import type { ConnectionEdge } from '@testrig/core/driver-info'
import type { ChartNode } from './chart-node.ts'

/** Nodes that are connected with each other, whichever way, and their edges. */
export interface Group {
  readonly nodes: readonly ChartNode[]
  readonly edges: readonly ConnectionEdge[]
}

/** Takes a graph apart; what has no edge is loose. The order of the nodes stays. */
export function connectedGroups(
  nodes: readonly ChartNode[],
  edges: readonly ConnectionEdge[],
): { readonly groups: readonly Group[]; readonly loose: readonly ChartNode[] } {
  const root = joined(edges)
  const members = Map.groupBy(nodes, ({ name }) => root(name))
  const lines = Map.groupBy(edges, ({ from }) => root(from))
  const groups: Group[] = []
  const loose: ChartNode[] = []
  for (const [name, group] of members) {
    const own = lines.get(name) ?? []
    if (own.length === 0) loose.push(...group)
    else groups.push({ nodes: group, edges: own })
  }
  return { groups, loose }
}

/** The function that gives two names the same root when edges join them. */
function joined(edges: readonly ConnectionEdge[]): (name: string) => string {
  const parents = new Map<string, string>()
  const root = (name: string): string => {
    let top = name
    for (let next = parents.get(top); next !== undefined; next = parents.get(top)) top = next
    return top
  }
  for (const { from, to } of edges) {
    const [a, b] = [root(from), root(to)]
    if (a !== b) parents.set(a, b)
  }
  return root
}
