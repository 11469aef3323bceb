import { type Frame, scaleIn } from './frame.ts'
import type { Direction } from './layout-group.ts'

/** A graph without circles, as Dagre hands it out to be ranked. */
export interface RankedGraph {
  nodes(): string[]
  node(name: string): Partial<Frame>
  edges(): { readonly v: string; readonly w: string }[]
}

/** The space that a node takes beside its own, lines that pass by included. */
const ROOM = { beside: 44, between: 50 }

/**
 * Ranks of nodes, none with more nodes than makes the whole about as large as it can be within a frame. Neighbours within
 * a rank that is too long go to different new ones, so that each stays near what it is connected with.
 */
export function shortRanks(
  graph: RankedGraph,
  direction: Direction,
  frame: Frame,
): ReadonlyMap<string, number> {
  const names = graph.nodes().filter((name) => graph.node(name).width !== undefined)
  const depths = depthsOf(names, graph.edges())
  const ranks = [...Map.groupBy(names, (name) => depths.get(name) ?? 0)]
    .sort(([a], [b]) => a - b)
    .map(([, members]) => members)
  const most = bestLength(ranks, averageSize(graph, names), direction, frame)
  const short = new Map<string, number>()
  let first = 0
  for (const members of ranks) {
    const rows = Math.ceil(members.length / most)
    for (const [index, name] of members.entries()) short.set(name, first + (index % rows))
    first += rows
  }
  return short
}

/** How far each node is from the beginning, on its longest way; what begins stands right before what it leads to. */
function depthsOf(
  names: readonly string[],
  edges: ReturnType<RankedGraph['edges']>,
): ReadonlyMap<string, number> {
  const before = Map.groupBy(edges, ({ w }) => w)
  const after = Map.groupBy(edges, ({ v }) => v)
  const depths = new Map<string, number>()
  const depth = (name: string): number => {
    const known = depths.get(name)
    if (known !== undefined) return known
    const sources = (before.get(name) ?? []).map(({ v }) => v).filter((v) => names.includes(v))
    const found = Math.max(-1, ...sources.map(depth)) + 1
    depths.set(name, found)
    return found
  }
  for (const name of names) depth(name)
  for (const name of names) {
    const targets = (after.get(name) ?? []).map(({ w }) => depths.get(w) ?? 1)
    if (depths.get(name) === 0 && targets.length > 0) depths.set(name, Math.min(...targets) - 1)
  }
  return depths
}

/** How many nodes a rank may have. */
function bestLength(
  ranks: readonly (readonly string[])[],
  node: Frame,
  direction: Direction,
  frame: Frame,
): number {
  const longest = Math.max(...ranks.map(({ length }) => length))
  const scale = (length: number) => {
    const rows = ranks.reduce((sum, names) => sum + Math.ceil(names.length / length), 0)
    return scaleIn(extent({ length, rows }, node, direction), frame)
  }
  const lengths = Array.from({ length: longest }, (_, index) => longest - index)
  return lengths.reduce((best, length) => (scale(length) > scale(best) ? length : best))
}

function extent(
  { length, rows }: { readonly length: number; readonly rows: number },
  { width, height }: Frame,
  direction: Direction,
): Frame {
  return direction === 'TB'
    ? { width: length * (width + ROOM.beside), height: rows * (height + ROOM.between) }
    : { width: rows * (width + ROOM.between), height: length * (height + ROOM.beside) }
}

function averageSize(graph: RankedGraph, names: readonly string[]): Frame {
  const mean = (side: 'width' | 'height') =>
    names.reduce((sum, name) => sum + (graph.node(name)[side] ?? 0), 0) / Math.max(1, names.length)
  return { width: mean('width'), height: mean('height') }
}
