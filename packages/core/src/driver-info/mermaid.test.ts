import { expect, test } from 'vitest'
import { reportToMermaid, toMermaid } from './mermaid.ts'
import type { ConnectionEdge, DriverInfo, EnvironmentInfo } from './report-data.ts'

const driver = (name: string, className: string) => ({ name, className }) as DriverInfo
const edge = (from: string, to: string, rest: Partial<ConnectionEdge>): ConnectionEdge => ({
  from,
  to,
  values: [],
  dependency: false,
  observed: [],
  ...rest,
})
const tcp = { protocol: 'tcp', connection: 'tcp://80', fromEnds: ['1'], toEnds: ['80'] }

test('nodes have their class, edges tell what is declared and what was observed, nodes without any stand out', () => {
  const text = toMermaid({
    drivers: [
      driver('db', 'Sqlite3'),
      driver('the "app"', 'App'),
      driver('client', 'TCPClient'),
      driver('alone', 'Driver'),
    ],
    externals: [{ name: 'dummy', label: 'somewhere' }],
    edges: [
      edge('the "app"', 'db', { values: [{ attribute: 'dbPath', origin: 'args[0]' }], dependency: true }),
      edge('client', 'the "app"', { values: [{ attribute: 'port', origin: 'port' }], observed: [tcp] }),
      edge('the "app"', 'dummy', { observed: [tcp] }),
      edge('client', 'db', { dependency: true }),
    ],
  })
  expect(text).toMatchInlineSnapshot(`
    "flowchart LR
      n0["Sqlite3<br/>db"]
      n1["App<br/>the #quot;app#quot;"]
      n2["TCPClient<br/>client"]
      n3["Driver<br/>alone"]
      n4(["dummy<br/>somewhere"])
      n1 -.->|"dbPath"| n0
      n2 -->|"port<br/>tcp://80"| n1
      n1 ==>|"tcp://80"| n4
      n2 -.->|"starts after"| n0
      classDef unconnected stroke:#d00,stroke-dasharray:4
      class n3 unconnected
    "
  `)
})

test('a report has a chart for each environment, and one for environments that look the same', () => {
  const environment = (files: readonly string[], names: readonly string[]) =>
    ({
      id: files.join(),
      files,
      drivers: names.map((name) => driver(name, 'App')),
      externals: [],
      edges: names.slice(1).map((name) => edge(name, 'app', { dependency: true })),
    }) as Pick<EnvironmentInfo, 'id' | 'files' | 'drivers' | 'externals' | 'edges'> as EnvironmentInfo
  const a = environment(['a.test.ts'], ['app', 'client'])
  expect(reportToMermaid({ environments: [a] })).toBe(toMermaid(a))
  const environments = [
    a,
    environment(['b.test.ts'], ['app']),
    environment(['c "1".test.ts'], ['app', 'client']),
  ]
  expect(reportToMermaid({ environments })).toMatchInlineSnapshot(`
    "flowchart LR
      subgraph e0["a.test.ts, c #quot;1#quot;.test.ts"]
        e0n0["App<br/>app"]
        e0n1["App<br/>client"]
        e0n1 -.->|"starts after"| e0n0
      end
      subgraph e1["b.test.ts"]
        e1n0["App<br/>app"]
      end
      classDef unconnected stroke:#d00,stroke-dasharray:4
      class e1n0 unconnected
    "
  `)
  expect(reportToMermaid({ environments: [] })).toBe('flowchart LR\n')
})
