import type { VNode } from 'preact'
import type { PlacedNode } from './layout-group.ts'

interface ChartNodesProps {
  readonly nodes: readonly PlacedNode[]
  /** The node that the Tab key leads to. */
  readonly focus: string | undefined
  readonly chosen: string | undefined
  /** Those that stay bright; all of them when nothing is chosen. */
  readonly related: ReadonlySet<string> | undefined
  /** What a reader who does not see the chart hears of a node. */
  spoken(placed: PlacedNode): string
  onFocus(name: string): void
  onChoose(name: string): void
}

/** The nodes of the chart, each a button. */
export function ChartNodes(props: ChartNodesProps): VNode {
  return (
    <g class="nodes">
      {props.nodes.map((placed) => (
        <Node key={placed.node.name} placed={placed} {...props} />
      ))}
    </g>
  )
}

function Node(props: ChartNodesProps & { readonly placed: PlacedNode }): VNode {
  const { placed, focus, chosen, related, spoken, onFocus, onChoose } = props
  const { name } = placed.node
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    onChoose(name)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no button
    <g
      role="button"
      class={classes(placed, chosen === name, related?.has(name) ?? true)}
      tabindex={focus === name ? 0 : -1}
      aria-pressed={chosen === name}
      data-node={name}
      transform={`translate(${placed.x} ${placed.y})`}
      onFocus={() => onFocus(name)}
      onClick={() => onChoose(name)}
      onKeyDown={onKeyDown}
    >
      <title>{spoken(placed)}</title>
      <Box placed={placed} />
    </g>
  )
}

function Box({ placed: { node } }: { readonly placed: PlacedNode }): VNode {
  const { width, height, title, details } = node
  return (
    <>
      <rect class="ring" x={-4} y={-4} width={width + 8} height={height + 8} rx={5} />
      <rect class="box" width={width} height={height} rx={3} />
      <path class="state" d={`M3 0H5V${height}H3A3 3 0 0 1 0 ${height - 3}V3A3 3 0 0 1 3 0Z`} />
      {node.isCritical ? (
        <path class="critical" d={`M${width - 14} 0H${width - 3}A3 3 0 0 1 ${width} 3V14Z`} />
      ) : null}
      <text class="name" x={16} y={20}>
        {title}
      </text>
      <text class="far-name" x={width / 2 + 2} y={height / 2} style={{ fontSize: farSize(node) }}>
        {title}
      </text>
      {details.map((line, index) => (
        <text class="detail" key={line} x={16} y={36 + index * 15}>
          {line}
        </text>
      ))}
    </>
  )
}

function classes({ node, isLoose }: PlacedNode, isChosen: boolean, isRelated: boolean): string {
  const marks = [isLoose && 'loose', isChosen && 'chosen', !isRelated && 'dim']
  return ['node', node.health, ...marks].filter(Boolean).join(' ')
}

/** As large as the box allows: its width was made for 13 pixels. */
function farSize({ width, title }: PlacedNode['node']): string {
  return `${Math.max(13, Math.min(24, (width - 18) / Math.max(1, title.length * 0.56)))}px`
}
