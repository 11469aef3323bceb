import type { VNode } from 'preact'
import { CONNECTION_KINDS, connectionKind, connectionLabel } from '../connection-kind.ts'
import { edgePath } from './edge-path.ts'
import type { PlacedEdge } from './layout-group.ts'
import { FONTS, textWidth } from './text-width.ts'

interface ChartEdgesProps {
  readonly edges: readonly PlacedEdge[]
  readonly chosen: string | undefined
}

/** The lines between the nodes. For whom they are not seen there is the table. */
export function ChartEdges({ edges, chosen }: ChartEdgesProps): VNode {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a g without a tabindex cannot have the focus
    <g class="edges" aria-hidden="true">
      {edges.map((placed) => (
        <Line key={`${placed.edge.from} ${placed.edge.to}`} placed={placed} chosen={chosen} />
      ))}
      {edges.map((placed) => (
        <Label key={`${placed.edge.from} ${placed.edge.to}`} placed={placed} chosen={chosen} />
      ))}
    </g>
  )
}

/** What the ends of lines look like, one for each kind. */
export function ArrowHeads(): VNode {
  return (
    <defs>
      {Object.keys(CONNECTION_KINDS).map((kind) => (
        <marker
          key={kind}
          id={`arrow-${kind}`}
          class={`arrow ${kind}`}
          viewBox="0 0 10 10"
          refX="9"
          refY="5"
          markerWidth="9"
          markerHeight="9"
          markerUnits="userSpaceOnUse"
          orient="auto-start-reverse"
        >
          <path d={kind === 'dependency' ? 'M1 1L9 5L1 9' : 'M0 0.5L10 5L0 9.5Z'} />
        </marker>
      ))}
    </defs>
  )
}

function Line({
  placed,
  chosen,
}: {
  readonly placed: PlacedEdge
  readonly chosen: string | undefined
}): VNode {
  const { edge, points } = placed
  const kind = connectionKind(edge)
  const path = edgePath(points)
  const arrow = `url(#arrow-${kind})`
  return (
    <g class={`edge ${kind}${brightness(placed, chosen)}`} data-edge={`${edge.from} ${edge.to}`}>
      <title>{`${edge.from} to ${edge.to}: ${CONNECTION_KINDS[kind]} ${connectionLabel(edge)}`}</title>
      <path class="reach" d={path} />
      <path
        class="line"
        d={path}
        marker-start={edge.observed.some(({ reversed }) => reversed) ? arrow : undefined}
        marker-end={isOnlyReversed(edge) ? undefined : arrow}
      />
    </g>
  )
}

/** Whether all that is known of an edge goes from its end to its begin. */
function isOnlyReversed({ values, dependency, observed }: PlacedEdge['edge']): boolean {
  const isDeclared = values.length > 0 || dependency
  return !isDeclared && observed.length > 0 && observed.every(({ reversed }) => reversed)
}

function Label({
  placed,
  chosen,
}: {
  readonly placed: PlacedEdge
  readonly chosen: string | undefined
}): VNode | null {
  const { edge } = placed
  const isChosen = chosen !== undefined && (edge.from === chosen || edge.to === chosen)
  const label = placed.label ?? (isChosen ? middleLabel(placed) : undefined)
  if (!label) return null
  return (
    <g
      class={`label ${connectionKind(edge)}${brightness(placed, chosen)}`}
      transform={`translate(${label.x} ${label.y})`}
    >
      <rect x={-label.width / 2} y={-8} width={label.width} height={16} rx={2} />
      <text>{label.text}</text>
    </g>
  )
}

function middleLabel({ edge, points }: PlacedEdge): PlacedEdge['label'] {
  const text = connectionLabel(edge)
  const middle = points[Math.floor(points.length / 2)]
  return middle && text !== '' ? { ...middle, text, width: textWidth(text, FONTS.label) + 10 } : undefined
}

function brightness({ edge }: PlacedEdge, chosen: string | undefined): string {
  if (chosen === undefined) return ''
  return edge.from === chosen || edge.to === chosen ? ' bright' : ' dim'
}
