import { expect, test } from 'vitest'
import { hostileReport } from '../test/hostile-report.ts'
import { largeReport } from '../test/large-report.ts'
import { sampleReport } from '../test/sample-report.ts'
import { logTexts, withoutLogTexts } from './page-data.ts'
import { renderReport } from './render-report.ts'

const MIB = 1024 * 1024

test('the page is the same each time', async () => {
  expect(await renderReport(sampleReport())).toBe(await renderReport(sampleReport()))
})

test('nothing of the data is markup: the page has the same elements whatever a report holds', async () => {
  const tags = (html: string) => [...new Set(html.match(/<\/?[a-z!]+/gi))].sort()
  expect(tags(await renderReport(hostileReport()))).toEqual(tags(await renderReport(sampleReport())))
})

test('no address of another place is in the page', async () => {
  const html = await renderReport({ ...sampleReport(), environments: [], tests: [] })
  const page = html.replace(/http:\/\/www\.w3\.org\/[\w/]+/g, '')
  expect(page.match(/https?:\/\/[^\s"'`)]+/g)).toBeNull()
  expect(page).not.toMatch(/\bsrc=|@import/)
})

test('a report of 100 drivers and 1,000 tests takes less than 2 MiB beside its logs', async () => {
  const report = largeReport(100, 1_000)
  const logs = logTexts(report).reduce((sum, [, text]) => sum + Buffer.byteLength(JSON.stringify(text)), 0)
  expect(Buffer.byteLength(await renderReport(report)) - logs).toBeLessThan(2 * MIB)
  expect(Buffer.byteLength(await renderReport(withoutLogTexts(report)))).toBeLessThan(2 * MIB)
})
