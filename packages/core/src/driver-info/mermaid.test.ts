import { expect, test } from 'vitest'
import { toMermaid } from './mermaid.ts'
import type { ConnectionEdge, DriverInfo } from './report-data.ts'

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
