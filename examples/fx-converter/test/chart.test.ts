import { join, relative } from 'node:path'
import { type EnvironmentInfo, recordDriverInfo } from '@testrig/core/driver-info'
import { expect, onTestFinished, test } from 'vitest'
import environment from './environment.ts'

test('the chart shows what is declared and what was observed between the three', async () => {
  const group = environment.create()
  onTestFinished(() => group.stop())
  const recorder = recordDriverInfo(group, { scope: 'test' })
  await group.start()
  const { client, rates } = group.drivers

  // The converter talks to the rates service for the time of one question only.
  await client.send('1000 GBP EUR\n')
  await rates.acceptConnection()
  await recorder.sample()
  await rates.send('1.17\n')
  await client.receive({ until: '\n' })
  await group.stop()

  const info = await recorder.info()
  expect(info.criticalPath).toEqual(['rates', 'converter', 'client'])
  await expect(`${JSON.stringify(chartOf(info), null, 2)}\n`).toMatchFileSnapshot('chart.json')
})

/** Files are shown relative to where Vitest was started. */
const example = relative(process.cwd(), join(import.meta.dirname, '..')) || '.'

/** What the chart shows: nodes, and edges with their ports named. */
function chartOf({ drivers, externals, edges }: EnvironmentInfo): unknown {
  const nodes = drivers.map(({ name, className, listening }) => ({ name, className, listening }))
  const [rates, converter] = drivers.map(({ attributes }) => String(attributes.port))
  const known: Readonly<Record<string, string>> = {
    [rates as string]: 'rates',
    [converter as string]: 'converter',
  }
  const text = JSON.stringify({ nodes, externals, edges }).replaceAll(`${example}/`, '')
  return JSON.parse(text.replaceAll(/\b\d{4,5}\b/g, (port) => `<port of ${known[port] ?? 'its own'}>`))
}
