import type { Block, PlacedEdge, Point } from './layout-group.ts'

/** Puts blocks beside and below each other, so that all of them have about the wanted shape. */
export function pack(blocks: readonly Block[], gap: number, aspect: number, leastWidth = 0): Block {
  const area = blocks.reduce((sum, { width, height }) => sum + (width + gap) * (height + gap), 0)
  const limit = Math.max(leastWidth, Math.sqrt(area * aspect), ...blocks.map(({ width }) => width))
  const nodes: Block['nodes'][number][] = []
  const edges: PlacedEdge[] = []
  const row = { x: 0, y: 0, height: 0 }
  let width = 0
  for (const block of [...blocks].sort((a, b) => b.height - a.height)) {
    if (row.x > 0 && row.x + block.width > limit) {
      row.x = 0
      row.y += row.height + gap
      row.height = 0
    }
    const by = { x: row.x, y: row.y }
    nodes.push(...block.nodes.map((node) => ({ ...node, ...moved(node, by) })))
    edges.push(...block.edges.map((edge) => movedEdge(edge, by)))
    row.x += block.width + gap
    row.height = Math.max(row.height, block.height)
    width = Math.max(width, row.x - gap)
  }
  return { nodes, edges, width, height: row.y + row.height }
}

function movedEdge({ edge, points, label }: PlacedEdge, by: Point): PlacedEdge {
  return {
    edge,
    points: points.map((point) => moved(point, by)),
    label: label && { ...label, ...moved(label, by) },
  }
}

function moved({ x, y }: Point, by: Point): Point {
  return { x: x + by.x, y: y + by.y }
}
