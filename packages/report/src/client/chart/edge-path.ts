import type { Point } from './layout-group.ts'

const RADIUS = 12

/** A line through points, with its corners rounded, as the `d` of an SVG path. */
export function edgePath(points: readonly Point[]): string {
  const [first, ...rest] = points
  const last = rest.pop()
  if (!first || !last) return ''
  const corners = rest.map((corner, index) => {
    const before = toward(corner, points[index] ?? first)
    const after = toward(corner, points[index + 2] ?? last)
    return `L${place(before)}Q${place(corner)} ${place(after)}`
  })
  return `M${place(first)}${corners.join('')}L${place(last)}`
}

/** The point on the way from one to another where the rounding begins. */
function toward(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y)
  const share = length === 0 ? 0 : Math.min(RADIUS, length / 2) / length
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
}

function place({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
