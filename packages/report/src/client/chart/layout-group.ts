import dagre from '@dagrejs/dagre'
import type { ConnectionEdge } from '@testrig/core/driver-info'
import { connectionLabel } from '../connection-kind.ts'
import type { ChartNode } from './chart-node.ts'
import { compacted } from './compacted.ts'
import type { Group } from './connected-groups.ts'
import { type Frame, scaleIn } from './frame.ts'
import { shortRanks } from './short-ranks.ts'
import { FONTS, fitted, textWidth } from './text-width.ts'

/** From left to right, or from top to bottom. */
export type Direction = 'LR' | 'TB'

export interface Point {
  readonly x: number
  readonly y: number
}

/** A node with its upper left corner. */
export interface PlacedNode extends Point {
  readonly node: ChartNode
  readonly isLoose: boolean
}

export interface PlacedEdge {
  readonly edge: ConnectionEdge
  readonly points: readonly Point[]
  /** Its text, with the middle of it. */
  readonly label: (Point & { readonly text: string; readonly width: number }) | undefined
}

/** A part of the chart, laid out by itself. */
export interface Block {
  readonly nodes: readonly PlacedNode[]
  readonly edges: readonly PlacedEdge[]
  readonly width: number
  readonly height: number
}

/** Up to so many edges all have their text beside them; in a larger chart, those of the chosen driver. */
const MOST_LABELS = 40
const LABEL = { width: 190, height: 16 }
const READABLE = 0.75
/** An ordinary layout of more nodes cannot be read as a whole. */
export const MOST_ORDINARY = 40

/**
 * Lays out nodes that are connected. Where many stand side by side, so that the whole would be too small to be read, they
 * are put into several rows.
 */
export function layoutGroup(group: Group, direction: Direction, frame: Frame): Block {
  const isOrdinary = group.nodes.length <= MOST_ORDINARY
  const ordinary = isOrdinary ? block(group, laidOut(group, direction)) : undefined
  if (ordinary && scaleIn(ordinary, frame) >= READABLE) return ordinary
  const ranker = (graph: Graph) => giveRanks(graph, shortRanks(graph, direction, frame))
  const short = compacted(block(group, laidOut(group, direction, ranker)), direction, frame)
  return ordinary && scaleIn(ordinary, frame) >= scaleIn(short, frame) ? ordinary : short
}

type Graph = InstanceType<typeof dagre.graphlib.Graph>

function laidOut(group: Group, direction: Direction, ranker?: (graph: Graph) => void): Graph {
  const graph = new dagre.graphlib.Graph({ directed: true })
  const settings = { rankdir: direction, nodesep: 22, edgesep: 14, ranksep: direction === 'LR' ? 46 : 40 }
  graph.setGraph(ranker ? { ...settings, ranker } : settings)
  for (const { name, width, height } of group.nodes) graph.setNode(key(name), { width, height })
  const hasLabels = group.edges.length <= MOST_LABELS
  for (const edge of group.edges) {
    const text = hasLabels ? fitted(connectionLabel(edge), FONTS.label, LABEL.width) : ''
    const width = Math.ceil(textWidth(text, FONTS.label)) + 12
    graph.setEdge(
      key(edge.from),
      key(edge.to),
      text === '' ? { text } : { text, width, height: LABEL.height, labelpos: 'c' },
    )
  }
  dagre.layout(graph)
  return graph
}

/** Dagre keeps its nodes in objects, where some names would mean something else: `__proto__`. */
function key(name: string): string {
  return `node ${name}`
}

/** Dagre counts two ranks a row, to have room for labels between. What it adds itself comes before all. */
function giveRanks(graph: Graph, ranks: ReadonlyMap<string, number>): void {
  for (const name of graph.nodes()) graph.node(name).rank = (ranks.get(name) ?? -1) * 2
}

interface LaidOutEdge {
  readonly points: readonly Point[]
  readonly x?: number
  readonly y?: number
  readonly width: number
  readonly text: string
}

function block({ nodes, edges }: Group, graph: Graph): Block {
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number }
  return {
    nodes: nodes.map((node) => {
      const { x, y } = graph.node(key(node.name))
      return { node, x: x - node.width / 2, y: y - node.height / 2, isLoose: false }
    }),
    edges: edges.map((edge) => {
      const { points, x, y, width: room, text } = graph.edge(key(edge.from), key(edge.to)) as LaidOutEdge
      const label =
        x === undefined || y === undefined || text === '' ? undefined : { x, y, text, width: room }
      return { edge, points, label }
    }),
    width,
    height,
  }
}
