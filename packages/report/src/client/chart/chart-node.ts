import type { DriverInfo, EnvironmentInfo } from '@testrig/core/driver-info'
import { withoutPeer } from '../connection-kind.ts'
import { type Health, healthOf } from '../state-badge.tsx'
import { FONTS, fitted, textWidth } from './text-width.ts'

/** What the chart draws for a driver, or for what custom connections added. */
export interface ChartNode {
  readonly name: string
  /** The name as far as it fits. */
  readonly title: string
  /** The lines below it. */
  readonly details: readonly string[]
  readonly health: Health | 'external'
  readonly isCritical: boolean
  /** For whom the chart is heard, not seen: what can be read in the box, then the rest. */
  readonly spoken: string
  readonly width: number
  readonly height: number
}

const PADDING = { left: 16, right: 12 }
const WIDTH = { least: 112, most: 216 }
/** A chart of more nodes than this has names only: it is read from farther away. */
const MOST_WITH_DETAILS = 40
const TITLE_HEIGHT = 28
const LINE_HEIGHT = 15
const BOTTOM = 7

/** All nodes of an environment's chart, also those that only an edge names. */
export function chartNodes(environment: EnvironmentInfo): readonly ChartNode[] {
  const drivers = environment.drivers.map((driver) => driverNode(environment, driver))
  const labels = new Map(environment.externals.map(({ name, label }) => [name, label]))
  for (const { from, to } of environment.edges) {
    for (const name of [from, to]) if (!labels.has(name)) labels.set(name, undefined)
  }
  for (const { name } of drivers) labels.delete(name)
  const nodes = [...drivers, ...[...labels].map(([name, label]) => externalNode(name, label))]
  return nodes.length > MOST_WITH_DETAILS ? nodes.map(withoutDetails) : nodes
}

function withoutDetails(node: ChartNode): ChartNode {
  const width = Math.ceil(textWidth(node.title, FONTS.name)) + PADDING.left + PADDING.right
  return { ...node, details: [], width, height: TITLE_HEIGHT }
}

function driverNode(environment: EnvironmentInfo, driver: DriverInfo): ChartNode {
  const { name, className, state } = driver
  const isCritical = environment.criticalPath.includes(name)
  const lines = [
    className,
    ...(state === 'started' || state === 'stopped' ? [] : [state]),
    ...lonelyLine(withoutPeer(environment, driver)),
  ]
  return {
    ...boxed(name, lines),
    health: healthOf(driver),
    isCritical,
    spoken: [`${name} ${lines.join(' ')}`, state, ...(isCritical ? ['on the critical path'] : [])].join(', '),
  }
}

function externalNode(name: string, label = 'not a driver'): ChartNode {
  return { ...boxed(name, [label]), health: 'external', isCritical: false, spoken: `${name} ${label}` }
}

function lonelyLine(lonely: readonly string[]): readonly string[] {
  const [first, ...more] = lonely
  if (first === undefined) return []
  return [
    more.length === 0 ? `no peer on ${first.replace(/^\w+:\/\//, '')}` : `no peer on ${lonely.length} ports`,
  ]
}

function boxed(
  name: string,
  lines: readonly string[],
): Pick<ChartNode, 'name' | 'title' | 'details' | 'width' | 'height'> {
  const room = WIDTH.most - PADDING.left - PADDING.right
  const title = fitted(name, FONTS.name, room)
  const details = lines.map((line) => fitted(line, FONTS.detail, room))
  const widest = Math.max(
    textWidth(title, FONTS.name),
    ...details.map((line) => textWidth(line, FONTS.detail)),
  )
  const width = Math.max(WIDTH.least, Math.ceil(widest) + PADDING.left + PADDING.right)
  return { name, title, details, width, height: TITLE_HEIGHT + details.length * LINE_HEIGHT + BOTTOM }
}
