import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { DriverInfoReport } from '@testrig/core/driver-info'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, expect, onTestFinished } from 'vitest'
import { writeReport } from '../src/index.ts'
import { chromium as executablePath } from './chromium.ts'

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

let launched: Promise<Browser> | undefined

afterAll(async () => {
  await (await launched)?.close()
})

interface OpenOptions extends BrowserContextOptions {
  /** What the address has after `#`. */
  readonly hash?: string
}

/** Opens a report in a fresh profile. The test fails if the page logs an error, or asks for anything but itself. */
export async function openReport(
  report: DriverInfoReport,
  { hash = '', ...options }: OpenOptions = {},
): Promise<Page> {
  const directory = await mkdtemp(join(tmpdir(), 'testrig-report-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const { html } = await writeReport(report, directory)
  launched ??= chromium.launch({ executablePath: executablePath ?? 'chromium', args: ARGUMENTS })
  const context = await (await launched).newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const page = await context.newPage()
  const faults = watchFaults(page, pathToFileURL(html).href)
  onTestFinished(async () => {
    await context.close()
    expect(faults).toEqual([])
  })
  await page.goto(`${pathToFileURL(html)}${hash === '' ? '' : `#${hash}`}`)
  await page.waitForSelector('main')
  return page
}

/** What the page must not do. */
function watchFaults(page: Page, address: string): readonly string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text())
  })
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    const url = request.url()
    if (url.split('#')[0] !== address && !url.startsWith('data:')) faults.push(`request: ${url}`)
  })
  return faults
}

/** Goes to another view of the page, as its address names it. */
export async function visit(page: Page, hash: string): Promise<void> {
  await page.evaluate(
    (next) =>
      new Promise<void>((done) => {
        if (location.hash.slice(1) === next) return done()
        // The page draws what has changed in the frame after next at the latest.
        addEventListener(
          'hashchange',
          () => requestAnimationFrame(() => requestAnimationFrame(() => done())),
          {
            once: true,
          },
        )
        location.hash = next
      }),
    hash,
  )
}
