import type { PlacedNode } from './layout-group.ts'

const DIRECTIONS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** The node that an arrow key leads to: the nearest one in its direction, what lies straight ahead before what is aside. */
export function neighbour(
  nodes: readonly PlacedNode[],
  from: PlacedNode,
  key: string,
): PlacedNode | undefined {
  const direction = DIRECTIONS[key]
  if (!direction) return undefined
  const start = middle(from)
  const distances = nodes.flatMap((placed) => {
    const { x, y } = middle(placed)
    const ahead = (x - start.x) * direction[0] + (y - start.y) * direction[1]
    const aside = Math.abs((x - start.x) * direction[1]) + Math.abs((y - start.y) * direction[0])
    return placed === from || ahead <= 1
      ? []
      : [{ placed, isAside: aside > 2 * ahead, distance: ahead + 2 * aside }]
  })
  return distances.sort((a, b) => Number(a.isAside) - Number(b.isAside) || a.distance - b.distance)[0]?.placed
}

function middle({ node, x, y }: PlacedNode): { readonly x: number; readonly y: number } {
  return { x: x + node.width / 2, y: y + node.height / 2 }
}
