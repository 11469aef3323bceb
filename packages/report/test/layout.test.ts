import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DriverInfoReport } from '@testrig/core/driver-info'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { reason, skipped } from './chromium.ts'
import { failingReport } from './failing-report.ts'
import { hostileReport } from './hostile-report.ts'
import { largeReport } from './large-report.ts'
import { manyEnvironments } from './many-environments.ts'
import { openReport, visit } from './open-report.ts'

/** With a folder in TESTRIG_REPORT_SHOTS, each view is kept there as a picture to look at. */
const shots = process.env.TESTRIG_REPORT_SHOTS

const REPORTS: Readonly<Record<string, () => DriverInfoReport>> = {
  failing: failingReport,
  large: () => largeReport(100, 1_000),
  many: () => manyEnvironments(300),
  hostile: hostileReport,
}

/** The views of a report, of its first environment and of the driver in it that has a log. */
function views({ environments: [environment] }: DriverInfoReport): readonly string[] {
  const driver =
    environment?.drivers.find(({ logs }) => logs.length > 0)?.name ?? environment?.drivers[0]?.name ?? ''
  const at = (parameters: Record<string, string>) =>
    String(new URLSearchParams({ environment: environment?.id ?? '', ...parameters }))
  return [
    '',
    'page=tests',
    ...['chart', 'timeline', 'drivers', 'tests'].map((view) => at({ view })),
    ...['details', 'logs', 'tests'].map((tab) => at({ driver, tab })),
  ]
}

/** What is wrong in the page as it stands, a line for each fault. */
function layoutFaults(): readonly string[] {
  const faults: string[] = []
  const { clientWidth, scrollWidth } = document.documentElement
  if (scrollWidth > clientWidth) faults.push(`the page is ${scrollWidth} wide`)
  const named = (element: Element) => `${element.tagName}.${element.getAttribute('class') ?? ''}`
  // What may be scrolled, and the chart, may have more than can be seen; so may what is for screen readers only.
  const mayReachOut = '.scroller, .log-text, .chart, .hidden, .skip, .environments'
  for (const element of document.querySelectorAll('#app *')) {
    if (element.closest(mayReachOut) || element.closest('svg')) continue
    const { left, right, width } = element.getBoundingClientRect()
    if (width > 0 && (left < -0.5 || right > clientWidth + 0.5))
      faults.push(`${named(element)} reaches out: ${left} to ${right}`)
    const style = getComputedStyle(element)
    const isCut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0
    const saysSo = style.textOverflow === 'ellipsis' || ['auto', 'scroll'].includes(style.overflowX)
    if (isCut && !saysSo && style.display !== 'inline' && element.childElementCount === 0)
      faults.push(`${named(element)} has cut text: ${element.textContent?.slice(0, 40)}`)
  }
  for (const node of document.querySelectorAll('.node')) {
    const box = node.querySelector('.box')?.getBoundingClientRect()
    for (const text of node.querySelectorAll('text')) {
      const { left, right, width } = text.getBoundingClientRect()
      if (box && width > 0 && (left < box.left - 0.5 || right > box.right + 0.5))
        faults.push(`text reaches out of the node ${text.textContent?.slice(0, 40)}`)
    }
  }
  const boxes = [...document.querySelectorAll('.node .box')].map((box) => box.getBoundingClientRect())
  for (const [index, a] of boxes.entries()) {
    for (const b of boxes.slice(index + 1)) {
      if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        faults.push(`two nodes at ${a.left}, ${a.top}`)
    }
  }
  return faults
}

async function faultsOfViews(
  page: Page,
  report: DriverInfoReport,
  title: string,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const found: Record<string, readonly string[]> = {}
  for (const [index, view] of views(report).entries()) {
    await visit(page, view)
    const faults = await page.evaluate(layoutFaults)
    if (faults.length > 0) found[view] = faults
    if (shots !== undefined) {
      await mkdir(shots, { recursive: true })
      await page.screenshot({ path: join(shots, `${title}-${index}.png`) })
    }
  }
  return found
}

describe.skipIf(skipped !== undefined)(
  `nothing overlaps, is cut off or reaches out of the page${reason}`,
  () => {
    for (const [name, report] of Object.entries(REPORTS)) {
      for (const width of [400, 1_280]) {
        for (const colorScheme of ['light', 'dark'] as const) {
          // The geometry is the same in both colours: dark ones are for the pictures.
          if (colorScheme === 'dark' && shots === undefined) continue
          test(`in the report "${name}" at ${width} pixels, ${colorScheme}`, async () => {
            const page = await openReport(report(), { viewport: { width, height: 800 }, colorScheme })
            expect(await faultsOfViews(page, report(), `${name}-${width}-${colorScheme}`)).toEqual({})
          })
        }
      }
    }
  },
)
