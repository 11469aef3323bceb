import type { ConnectionEdge } from '@testrig/core/driver-info'
import type { ChartNode } from './chart-node.ts'
import { connectedGroups } from './connected-groups.ts'
import { type Frame, scaleIn } from './frame.ts'
import {
  type Block,
  type Direction,
  layoutGroup,
  MOST_ORDINARY,
  type PlacedEdge,
  type PlacedNode,
} from './layout-group.ts'
import { pack } from './pack.ts'

/** Where everything of a chart is. */
export interface ChartLayout {
  readonly nodes: readonly PlacedNode[]
  readonly edges: readonly PlacedEdge[]
  readonly width: number
  readonly height: number
  /** Where the heading of the unconnected ones stands, when there are some beside connected ones. */
  readonly looseHeading?: { readonly x: number; readonly y: number }
}

const GAP = { group: 40, loose: 16, heading: 44 }

/** Lays a chart out in the direction in which it is largest within a frame. */
export function layoutChart(
  nodes: readonly ChartNode[],
  edges: readonly ConnectionEdge[],
  frame: Frame,
): ChartLayout {
  const { groups, loose } = connectedGroups(nodes, edges)
  const fromLeft = arranged(groups, loose, 'LR', frame)
  // Names are wide and low: many of them have more room in columns. And each layout takes its time.
  if (nodes.length > MOST_ORDINARY) return fromLeft
  const fromTop = arranged(groups, loose, 'TB', frame)
  return scaleIn(fromTop, frame) > scaleIn(fromLeft, frame) * 1.15 ? fromTop : fromLeft
}

function arranged(
  groups: ReturnType<typeof connectedGroups>['groups'],
  loose: readonly ChartNode[],
  direction: Direction,
  frame: Frame,
): ChartLayout {
  const aspect = frame.width / frame.height
  const connected = pack(
    groups.map((group) => layoutGroup(group, direction, frame)),
    GAP.group,
    aspect,
  )
  if (loose.length === 0) return connected
  const blocks = loose.map((node) => single(node))
  // Below the connected ones, as wide as they are.
  const least = Math.max(connected.width, Math.min(720, loose.length * 180))
  const rows = pack(blocks, GAP.loose, aspect, least)
  if (groups.length === 0) return rows
  const y = connected.height + GAP.heading
  return {
    nodes: [...connected.nodes, ...rows.nodes.map((placed) => ({ ...placed, y: placed.y + y }))],
    edges: connected.edges,
    width: Math.max(connected.width, rows.width),
    height: y + rows.height,
    looseHeading: { x: 0, y: y - 14 },
  }
}

function single(node: ChartNode): Block {
  const { width, height } = node
  return { nodes: [{ node, x: 0, y: 0, isLoose: true }], edges: [], width, height }
}
