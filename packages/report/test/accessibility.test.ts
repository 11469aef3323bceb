import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { reason, skipped } from './chromium.ts'
import { failingReport } from './failing-report.ts'
import { openReport, visit } from './open-report.ts'
import { sampleReport } from './sample-report.ts'

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const VIEWS = [
  'environment=orders',
  'environment=orders&driver=app',
  'environment=orders&view=timeline',
  'environment=orders&view=drivers&driver=kafka',
  'environment=orders&view=tests',
  'environment=orders&view=tests&driver=app&tab=logs',
  'environment=orders&view=tests&driver=app&tab=tests',
  'environment=shop&driver=app&view=timeline',
  'page=tests',
  '',
]

/** What axe finds wrong in the page, a line for each element. */
async function faults(page: Page): Promise<readonly string[]> {
  const { violations } = await page.evaluate(
    (values) =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
        runOnly: { type: 'tag', values },
        resultTypes: ['violations'],
      }),
    STANDARDS,
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ html, any }) => `${id}: ${html.slice(0, 120)} (${any.map(({ message }) => message).join('; ')})`,
    ),
  )
}

async function faultsOfViews(page: Page): Promise<Readonly<Record<string, readonly string[]>>> {
  await page.evaluate(axe.source)
  const found: Record<string, readonly string[]> = {}
  for (const view of VIEWS) {
    await visit(page, view)
    found[view] = await faults(page)
  }
  return found
}

const NONE = Object.fromEntries(VIEWS.map((view) => [view, []]))

describe.skipIf(skipped !== undefined)(`axe finds nothing wrong${reason}`, { timeout: 120_000 }, () => {
  test('in light colours', async () => {
    expect(await faultsOfViews(await openReport(failingReport(), { colorScheme: 'light' }))).toEqual(NONE)
  })

  test('in dark colours', async () => {
    expect(await faultsOfViews(await openReport(failingReport(), { colorScheme: 'dark' }))).toEqual(NONE)
  })

  test('on a page of 400 pixels', async () => {
    const page = await openReport(failingReport(), { viewport: { width: 400, height: 800 } })
    expect(await faultsOfViews(page)).toEqual(NONE)
  })

  test('in the tables that stand for drawings', async () => {
    const page = await openReport(sampleReport())
    await page.evaluate(axe.source)
    for (const view of ['Flow chart', 'Timeline']) {
      await page.getByRole('tab', { name: view }).click()
      await page.getByRole('radio', { name: 'Table' }).check()
      expect(await faults(page)).toEqual([])
    }
  })
})
