import { select } from 'd3-selection'
import { type ZoomTransform, zoom, zoomIdentity, zoomTransform } from 'd3-zoom'
import type { RefObject } from 'preact'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { PlacedNode } from './layout-group.ts'

/** What moves the chart. */
export interface Zoom {
  /** Enlarges by a factor, around the middle. */
  by(factor: number): void
  /** Shows all of it. */
  fit(): void
  /** Moves as little as it takes to have a node in sight. */
  show(placed: PlacedNode): void
}

interface Size {
  readonly width: number
  readonly height: number
}

const MARGIN = 28
const LARGEST_FIT = 1.2
/** Below this scale a node shows its name only, larger. */
const FAR = 0.62

/** Lets the reader pan and zoom a drawing by pointer, wheel and touch. */
export function useZoom(
  svg: RefObject<SVGSVGElement | null>,
  layer: RefObject<SVGGElement | null>,
  { width, height }: Size,
): Zoom {
  const untouched = useRef(true)
  const behaviour = useMemo(() => zoom<SVGSVGElement, unknown>().scaleExtent([0.08, 3]), [])
  const controls = useMemo(
    () => zoomControls(svg, behaviour, { width, height }, untouched),
    [svg, behaviour, width, height],
  )

  useEffect(() => {
    if (!svg.current) return
    const selection = select(svg.current)
    behaviour.on('zoom', ({ transform, sourceEvent }: { transform: ZoomTransform; sourceEvent: unknown }) => {
      layer.current?.setAttribute('transform', transform.toString())
      svg.current?.classList.toggle('far', transform.k < FAR)
      if (sourceEvent) untouched.current = false
    })
    selection.call(behaviour).on('dblclick.zoom', null)
    return () => {
      selection.on('.zoom', null)
    }
  }, [svg, layer, behaviour])

  useEffect(() => {
    if (!svg.current) return
    untouched.current = true
    controls.fit()
    const observer = new ResizeObserver(() => untouched.current && controls.fit())
    observer.observe(svg.current)
    return () => observer.disconnect()
  }, [svg, controls])

  return controls
}

function zoomControls(
  svg: RefObject<SVGSVGElement | null>,
  behaviour: ReturnType<typeof zoom<SVGSVGElement, unknown>>,
  size: Size,
  untouched: { current: boolean },
): Zoom {
  const apply = (change: (element: SVGSVGElement) => void) => {
    if (svg.current) change(svg.current)
  }
  return {
    by: (factor) =>
      apply((element) => {
        untouched.current = false
        behaviour.scaleBy(select(element), factor)
      }),
    fit: () =>
      apply((element) => {
        untouched.current = true
        behaviour.transform(select(element), fitting(element, size))
      }),
    show: (placed) =>
      apply((element) => {
        const [x, y] = wayIntoSight(element, placed)
        if (x === 0 && y === 0) return
        untouched.current = false
        behaviour.translateBy(select(element), x, y)
      }),
  }
}

function fitting({ clientWidth, clientHeight }: SVGSVGElement, { width, height }: Size): ZoomTransform {
  const scale = Math.min(
    LARGEST_FIT,
    (clientWidth - 2 * MARGIN) / Math.max(1, width),
    (clientHeight - 2 * MARGIN) / Math.max(1, height),
  )
  const k = Math.max(0.08, scale)
  return zoomIdentity.translate((clientWidth - width * k) / 2, (clientHeight - height * k) / 2).scale(k)
}

/** How far the drawing must move, in its own units, to have a node within the frame. */
function wayIntoSight(element: SVGSVGElement, { node, x, y }: PlacedNode): readonly [number, number] {
  const { x: left, y: top, k } = zoomTransform(element)
  const { clientWidth, clientHeight } = element
  return [
    distance(left + x * k, left + (x + node.width) * k, clientWidth) / k,
    distance(top + y * k, top + (y + node.height) * k, clientHeight) / k,
  ]
}

function distance(start: number, end: number, limit: number): number {
  if (start < MARGIN) return MARGIN - start
  return end > limit - MARGIN ? Math.max(limit - MARGIN - end, MARGIN - start) : 0
}
