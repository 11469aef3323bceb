import type { ConnectionEdge, EnvironmentInfo } from './report-data.ts'

/** The chart of an environment as Mermaid text: dotted edges were never observed, thick ones never declared. */
export function toMermaid(info: Pick<EnvironmentInfo, 'drivers' | 'externals' | 'edges'>): string {
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
  const id = new Map(nodes.map(({ name }, index) => [name, `n${index}`]))
  const connected = new Set(info.edges.flatMap(({ from, to }) => [from, to]))
  const alone = nodes.filter(({ name }) => !connected.has(name)).map(({ name }) => id.get(name))
  return [
    'flowchart LR',
    ...nodes.map(({ name, label, shape }) =>
      shape === 'driver' ? `  ${id.get(name)}["${label}"]` : `  ${id.get(name)}(["${label}"])`,
    ),
    ...info.edges.map(
      (edge) => `  ${id.get(edge.from)} ${arrow(edge)}|"${labelOf(edge)}"| ${id.get(edge.to)}`,
    ),
    ...(alone.length === 0
      ? []
      : ['  classDef unconnected stroke:#d00,stroke-dasharray:4', `  class ${alone.join(',')} unconnected`]),
    '',
  ].join('\n')
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
