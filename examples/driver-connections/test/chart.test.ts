import { type EnvironmentInfo, recordDriverInfo, toMermaid } from '@testrig/core/driver-info'
import { beforeAll, expect, test } from 'vitest'
import environment from './environment.ts'

let info: EnvironmentInfo

beforeAll(async () => {
  // #region record
  const group = environment.create()
  const recorder = recordDriverInfo(group, { scope: 'file' })
  await group.start()
  await recorder.sample()
  await group.stop()
  info = await recorder.info()
  // #endregion record
})

test('the chart joins the programs by their file and the services by their topic', async () => {
  await expect(`${JSON.stringify(chartOf(info), null, 2)}\n`).toMatchFileSnapshot('chart.json')
})

test('the chart as Mermaid text', () => {
  expect(stable(toMermaid(info), info)).toMatchInlineSnapshot(`
    "flowchart LR
      n0["BusService<br/>prices"]
      n1["BusService<br/>risk"]
      n2["App<br/>writer"]
      n3["App<br/>reader"]
      n4["Driver<br/>alone"]
      n5(["message bus"])
      n0 ==>|"bus://prices"| n1
      n0 ==>|"bus://prices"| n5
      n3 -->|"appPath<br/>file://<writer>/journal"| n2
      classDef unconnected stroke:#d00,stroke-dasharray:4
      class n4 unconnected
    "
  `)
})

/** What the chart shows: nodes, those that nothing is connected with, and edges. */
function chartOf({ drivers, externals, edges }: EnvironmentInfo): unknown {
  const ends = new Set(edges.flatMap(({ from, to }) => [from, to]))
  const nodes = drivers.map(({ name, className }) => ({ name, className, connected: ends.has(name) }))
  return JSON.parse(stable(JSON.stringify({ nodes, externals, edges }), info))
}

/** A text without directories that differ from run to run. */
function stable(text: string, { drivers }: EnvironmentInfo): string {
  return drivers.reduce(
    (rest, { name, attributes }) => rest.replaceAll(String(attributes.runpath), `<${name}>`),
    text,
  )
}
