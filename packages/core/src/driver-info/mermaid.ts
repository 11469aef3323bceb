import type { ConnectionEdge, DriverInfoReport, EnvironmentInfo } from './report-data.ts'

type Chart = Pick<EnvironmentInfo, 'drivers' | 'externals' | 'edges'>

const UNCONNECTED = '  classDef unconnected stroke:#d00,stroke-dasharray:4'

/** The chart of an environment as Mermaid text: dotted edges were never observed, thick ones never declared. */
export function toMermaid(info: Chart): string {
  return written(chart(info, 'n'))
}

/**
 * The charts of all environments as one Mermaid text, each with the files that its environment was for around it. Charts
 * that are the same are one.
 */
export function reportToMermaid({ environments }: Pick<DriverInfoReport, 'environments'>): string {
  const [first, ...more] = environments
  if (first && more.length === 0) return toMermaid(first)
  const charts = Map.groupBy(environments, (info) => toMermaid(info))
  const parts = [...charts.values()].map((infos, index) => {
    const { lines, alone } = chart(infos[0] as Chart, `e${index}n`)
    const title = escaped(titleOf(infos))
    return {
      lines: [`  subgraph e${index}["${title}"]`, ...lines.map((line) => `  ${line}`), '  end'],
      alone,
    }
  })
  return written({ lines: parts.flatMap((part) => part.lines), alone: parts.flatMap((part) => part.alone) })
}

interface ChartText {
  readonly lines: readonly string[]
  /** The ids of nodes without edges. */
  readonly alone: readonly string[]
}

function written({ lines, alone }: ChartText): string {
  const marks = alone.length === 0 ? [] : [UNCONNECTED, `  class ${alone.join(',')} unconnected`]
  return ['flowchart LR', ...lines, ...marks, ''].join('\n')
}

function chart(info: Chart, prefix: string): ChartText {
  const nodes = [
    ...info.drivers.map(({ name, className }) => ({
      name,
      label: `${className}<br/>${escaped(name)}`,
      shape: 'driver',
    })),
    ...info.externals.map(({ name, label }) => ({
      name,
      label: label === undefined ? escaped(name) : `${escaped(name)}<br/>${escaped(label)}`,
      shape: 'external',
    })),
  ]
  const id = new Map(nodes.map(({ name }, index) => [name, `${prefix}${index}`]))
  const connected = new Set(info.edges.flatMap(({ from, to }) => [from, to]))
  return {
    lines: [
      ...nodes.map(({ name, label, shape }) =>
        shape === 'driver' ? `  ${id.get(name)}["${label}"]` : `  ${id.get(name)}(["${label}"])`,
      ),
      ...info.edges.map(
        (edge) => `  ${id.get(edge.from)} ${arrow(edge)}|"${labelOf(edge)}"| ${id.get(edge.to)}`,
      ),
    ],
    alone: nodes.flatMap(({ name }) => (connected.has(name) ? [] : (id.get(name) ?? []))),
  }
}

const MOST_FILES = 3

function titleOf(infos: readonly EnvironmentInfo[]): string {
  const files = [...new Set(infos.flatMap((info) => info.files))]
  if (files.length === 0)
    return infos
      .map(({ id }) => id)
      .slice(0, MOST_FILES)
      .join(', ')
  const rest = files.length - MOST_FILES
  return files.slice(0, MOST_FILES).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

function arrow({ values, dependency, observed }: ConnectionEdge): string {
  if (observed.length === 0) return '-.->'
  return values.length > 0 || dependency ? '-->' : '==>'
}

function labelOf({ values, dependency, observed }: ConnectionEdge): string {
  const attributes = [...new Set(values.map(({ attribute }) => attribute))].join(', ')
  const connections = [...new Set(observed.map(({ connection }) => connection))]
  const parts = [...(attributes === '' ? [] : [attributes]), ...connections]
  return parts.length > 0 ? parts.map(escaped).join('<br/>') : dependency ? 'starts after' : ' '
}

/** Mermaid reads HTML entities, and ends a label at a quote. */
function escaped(text: string): string {
  return text
    .replaceAll('#', '#35;')
    .replaceAll('&', '#amp;')
    .replaceAll('"', '#quot;')
    .replaceAll('<', '#lt;')
    .replaceAll('>', '#gt;')
}
