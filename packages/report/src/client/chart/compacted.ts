import { type Frame, scaleIn } from './frame.ts'
import type { Block, Direction, PlacedEdge, PlacedNode, Point } from './layout-group.ts'

/** Something that stands in a row: a node, or a line that passes through. */
interface Item {
  readonly middle: number
  readonly room: number
  move(middle: number): void
}

const GAP = 16
const LINE_ROOM = 9
const SHARES = [1, 0.8, 0.65, 0.5, 0.4, 0.3, 0.2]

/**
 * Pushes together what a layout has put far apart within its rows, as far as makes the whole larger within a frame. The
 * order within each row stays, and no node comes to lie on another.
 */
export function compacted(block: Block, direction: Direction, frame: Frame): Block {
  const candidates = SHARES.map((share) => pushed(block, direction, share))
  return candidates.reduce((best, each) => (scaleIn(each, frame) > scaleIn(best, frame) * 1.03 ? each : best))
}

function pushed(block: Block, direction: Direction, share: number): Block {
  const turned = direction === 'LR'
  const nodes = block.nodes.map((placed) => ({ ...placed }))
  const edges = block.edges.map((edge) => ({ ...edge, points: edge.points.map((point) => ({ ...point })) }))
  const rows = Map.groupBy([...nodeItems(nodes, turned), ...lineItems(edges, turned)], ({ row }) => row)
  for (const items of rows.values()) spread(items, share)
  attach(edges, nodes)
  return cropped(nodes, edges)
}

type Movable<T> = { -readonly [Key in keyof T]: T[Key] }
type RowItem = Item & { readonly row: number }

function nodeItems(nodes: readonly Movable<PlacedNode>[], turned: boolean): RowItem[] {
  return nodes.map((placed) => {
    const { width, height } = placed.node
    const [size, side] = turned ? ([height, 'y'] as const) : ([width, 'x'] as const)
    const row = turned ? placed.x + width / 2 : placed.y + height / 2
    return {
      row: Math.round(row),
      middle: placed[side] + size / 2,
      room: size + GAP,
      move: (middle) => {
        placed[side] = middle - size / 2
      },
    }
  })
}

/** The ends of a line follow its nodes; what lies between them has a place in its row. */
function lineItems(edges: readonly { readonly points: Movable<Point>[] }[], turned: boolean): RowItem[] {
  const [along, across] = turned ? (['y', 'x'] as const) : (['x', 'y'] as const)
  return edges.flatMap(({ points }) =>
    points.slice(1, -1).map((point) => ({
      row: Math.round(point[across]),
      middle: point[along],
      room: LINE_ROOM,
      move: (middle: number) => {
        point[along] = middle
      },
    })),
  )
}

/** Moves the items of a row toward the middle, to a share of their distance, and apart again where they meet. */
function spread(items: readonly Item[], share: number): void {
  const sorted = items.toSorted((a, b) => a.middle - b.middle)
  const wanted = sorted.map(({ middle }) => middle * share)
  const least = sorted.map(({ room }, index) => (room + (sorted[index - 1]?.room ?? room)) / 2)
  const right = [...wanted]
  for (const [index, at] of wanted.entries()) {
    if (index > 0) right[index] = Math.max(at, (right[index - 1] ?? 0) + (least[index] ?? 0))
  }
  const left = [...wanted]
  for (let index = wanted.length - 2; index >= 0; index--) {
    left[index] = Math.min(wanted[index] ?? 0, (left[index + 1] ?? 0) - (least[index + 1] ?? 0))
  }
  // Both keep the distances, and so does what is between them.
  for (const [index, item] of sorted.entries()) item.move(((right[index] ?? 0) + (left[index] ?? 0)) / 2)
}

function attach(
  edges: readonly (PlacedEdge & { readonly points: Movable<Point>[] })[],
  nodes: readonly PlacedNode[],
): void {
  const byName = new Map(nodes.map((placed) => [placed.node.name, placed]))
  for (const { edge, points } of edges) {
    const [from, to] = [byName.get(edge.from), byName.get(edge.to)]
    const [first, last] = [points[0], points.at(-1)]
    if (!from || !to || !first || !last || from === to) continue
    Object.assign(first, border(from, points.length > 2 ? points[1] : middleOf(to)))
    Object.assign(last, border(to, points.length > 2 ? points.at(-2) : middleOf(from)))
  }
}

/** Where the line from the middle of a node to a point leaves the node. */
function border(placed: PlacedNode, toward: Point | undefined): Point {
  const { x, y } = middleOf(placed)
  const [dx, dy] = [(toward?.x ?? x) - x, (toward?.y ?? y) - y]
  const share = Math.min(
    placed.node.width / 2 / Math.max(0.001, Math.abs(dx)),
    placed.node.height / 2 / Math.max(0.001, Math.abs(dy)),
  )
  return { x: x + dx * Math.min(1, share), y: y + dy * Math.min(1, share) }
}

function middleOf({ node, x, y }: PlacedNode): Point {
  return { x: x + node.width / 2, y: y + node.height / 2 }
}

function cropped(nodes: readonly PlacedNode[], edges: readonly PlacedEdge[]): Block {
  const points = [
    ...nodes.flatMap(({ node, x, y }) => [
      { x, y },
      { x: x + node.width, y: y + node.height },
    ]),
    ...edges.flatMap((edge) => edge.points),
  ]
  const [left, top] = [Math.min(...points.map(({ x }) => x)), Math.min(...points.map(({ y }) => y))]
  const moved = <T extends Point>(point: T): T => ({ ...point, x: point.x - left, y: point.y - top })
  return {
    nodes: nodes.map(moved),
    edges: edges.map(({ edge, points: own }) => ({ edge, points: own.map(moved), label: undefined })),
    width: Math.max(...points.map(({ x }) => x)) - left,
    height: Math.max(...points.map(({ y }) => y)) - top,
  }
}
