import type { EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { ArrowHeads, ChartEdges } from './chart-edges.tsx'
import { chartNodes } from './chart-node.ts'
import { ChartNodes } from './chart-nodes.tsx'
import type { Frame } from './frame.ts'
import { type ChartLayout, layoutChart } from './layout.ts'
import type { PlacedNode } from './layout-group.ts'
import { neighbour } from './neighbour.ts'
import { useZoom, type Zoom } from './use-zoom.ts'

/** A chart of more drivers than this has all the height that there is. */
const LARGE = 40

interface FlowChartProps {
  readonly environment: EnvironmentInfo
  readonly chosen: string | undefined
  onChoose(driver: string): void
}

/** The drivers and how they are connected, as a drawing that can be moved, enlarged and walked through by keys. */
export function FlowChart(props: FlowChartProps): VNode {
  const { environment } = props
  const frame = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState<Frame>()
  useLayoutEffect(() => {
    const { clientWidth = 0, clientHeight = 0 } = frame.current ?? {}
    setSize({ width: Math.max(1, clientWidth), height: Math.max(1, clientHeight) })
  }, [])
  return (
    <div class={environment.drivers.length > LARGE ? 'chart large' : 'chart'} ref={frame}>
      {size === undefined ? null : <Drawing {...props} size={size} />}
    </div>
  )
}

function Drawing({ environment, size, chosen, onChoose }: FlowChartProps & { readonly size: Frame }): VNode {
  const layout = useMemo(
    () => layoutChart(chartNodes(environment), environment.edges, size),
    [environment, size],
  )
  const svg = useRef<SVGSVGElement>(null)
  const layer = useRef<SVGGElement>(null)
  const zoom = useZoom(svg, layer, layout)
  const [focus, setFocus] = useState<string | undefined>(chosen ?? layout.nodes[0]?.node.name)
  useSight(chosen, layout, zoom)
  const isDriver = (name: string) => environment.drivers.some((driver) => driver.name === name)
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot draw */}
      <svg
        ref={svg}
        role="group"
        aria-label="Flow chart. Arrow keys lead from driver to driver, Enter opens one, plus, minus and 0 change the size."
        onKeyDown={(event) => onKey(event, { layout, zoom, focus, svg: svg.current })}
      >
        <ArrowHeads />
        <g ref={layer}>
          <LooseHeading layout={layout} />
          <ChartEdges edges={layout.edges} chosen={chosen} />
          <ChartNodes
            nodes={layout.nodes}
            focus={focus}
            chosen={chosen}
            related={chosen === undefined ? undefined : related(environment, chosen)}
            spoken={(placed) => `${placed.node.spoken}. ${spokenConnections(environment, placed.node.name)}`}
            onFocus={setFocus}
            onChoose={(name) => isDriver(name) && onChoose(name)}
          />
        </g>
      </svg>
      <ZoomButtons zoom={zoom} />
    </>
  )
}

/** Keeps the chosen driver in sight, also when it was chosen elsewhere in the page. */
function useSight(chosen: string | undefined, layout: ChartLayout, zoom: Zoom): void {
  useEffect(() => {
    const placed = layout.nodes.find(({ node }) => node.name === chosen)
    if (placed) zoom.show(placed)
  }, [chosen, layout, zoom])
}

function LooseHeading({ layout: { looseHeading } }: { readonly layout: ChartLayout }): VNode | null {
  if (!looseHeading) return null
  return (
    <text class="loose-heading" x={looseHeading.x} y={looseHeading.y}>
      Not connected
    </text>
  )
}

function ZoomButtons({ zoom }: { readonly zoom: Zoom }): VNode {
  return (
    <div class="zoom" role="toolbar" aria-label="Size of the chart">
      <button type="button" aria-label="Enlarge" title="Enlarge (+)" onClick={() => zoom.by(1.3)}>
        +
      </button>
      <button type="button" aria-label="Reduce" title="Reduce (-)" onClick={() => zoom.by(1 / 1.3)}>
        −
      </button>
      <button type="button" title="Show all of it (0)" onClick={() => zoom.fit()}>
        Fit
      </button>
    </div>
  )
}

interface Keyed {
  readonly layout: ChartLayout
  readonly zoom: Zoom
  readonly focus: string | undefined
  readonly svg: SVGSVGElement | null
}

function onKey(event: KeyboardEvent, { layout, zoom, focus, svg }: Keyed): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === '+' || event.key === '=') zoom.by(1.3)
  if (event.key === '-') zoom.by(1 / 1.3)
  if (event.key === '0') zoom.fit()
  const current = layout.nodes.find(({ node }) => node.name === focus)
  const next = current && target(layout.nodes, current, event.key)
  if (!event.key.startsWith('Arrow') && !next) return
  event.preventDefault()
  if (!next) return
  svg
    ?.querySelector<SVGGElement>(`[data-node="${CSS.escape(next.node.name)}"]`)
    ?.focus({ preventScroll: true })
  zoom.show(next)
}

function target(nodes: readonly PlacedNode[], from: PlacedNode, key: string): PlacedNode | undefined {
  if (key === 'Home') return nodes[0]
  return key === 'End' ? nodes.at(-1) : neighbour(nodes, from, key)
}

function related({ edges }: EnvironmentInfo, name: string): ReadonlySet<string> {
  const near = edges.filter(({ from, to }) => from === name || to === name)
  return new Set([name, ...near.flatMap(({ from, to }) => [from, to])])
}

function spokenConnections({ edges }: EnvironmentInfo, name: string): string {
  const to = edges.filter((edge) => edge.from === name).map((edge) => edge.to)
  const from = edges.filter((edge) => edge.to === name).map((edge) => edge.from)
  const parts = [
    ...(to.length > 0 ? [`Uses ${to.join(', ')}`] : []),
    ...(from.length > 0 ? [`Used by ${from.join(', ')}`] : []),
  ]
  return parts.length === 0 ? 'Not connected' : parts.join('. ')
}
