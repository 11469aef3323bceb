import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { renderReport } from '@testrig/report'
import { type Browser, chromium } from 'playwright-core'
import { chromium as executablePath } from '../packages/report/test/chromium.ts'
import { largeReport } from '../packages/report/test/large-report.ts'
import { paired, rounded, timed } from './statistics.ts'

const DRIVERS = 100
const TESTS = 1_000

/**
 * A report of 100 drivers and 1,000 tests: its bytes with its logs, and the milliseconds from when Chromium is asked to open
 * it until the chart of all drivers is drawn, beside a page that has nothing in it.
 */
export async function report(turns: number): Promise<Readonly<Record<string, number | string>>> {
  if (executablePath === undefined) return { skipped: 'there is no chromium on the PATH' }
  const directory = await mkdtemp(join(tmpdir(), 'testrig-bench-'))
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run']
  const browser = await chromium.launch({ executablePath, args })
  try {
    const html = await renderReport(largeReport(DRIVERS, TESTS))
    const [full, empty] = [join(directory, 'report.html'), join(directory, 'empty.html')]
    await writeFile(full, html)
    await writeFile(empty, '<!doctype html><p class="node">')
    const [openMs, emptyMs] = await paired(
      turns,
      () => opened(browser, full, DRIVERS),
      () => opened(browser, empty, 1),
    )
    return { openMs: rounded(openMs), emptyMs: rounded(emptyMs), bytes: Buffer.byteLength(html) }
  } finally {
    await browser.close()
    await rm(directory, { recursive: true, force: true })
  }
}

/** In a profile of its own: nothing is kept from one time to the next. */
async function opened(browser: Browser, path: string, nodes: number): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 800 } })
  try {
    const page = await context.newPage()
    const ms = await timed(async () => {
      await page.goto(pathToFileURL(path).href)
      await page
        .locator('.node')
        .nth(nodes - 1)
        .waitFor({ state: 'attached' })
    })
    return ms
  } finally {
    await context.close()
  }
}
