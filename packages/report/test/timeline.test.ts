import { describe, expect, test } from 'vitest'
import { reason, skipped } from './chromium.ts'
import { failingReport } from './failing-report.ts'
import { openReport } from './open-report.ts'
import { sampleReport } from './sample-report.ts'

describe.skipIf(skipped !== undefined)(`the timeline${reason}`, () => {
  test('shows the start of each driver by its phases, in the order in which they began', async () => {
    const page = await openReport(sampleReport(), { hash: 'view=timeline' })
    const start = page.getByRole('region', { name: 'Start' })
    const names = await start.locator('.gantt-name').allTextContents()
    expect(names).toEqual([
      'clock',
      'audit',
      'rates',
      'db',
      'zookeeper',
      'kafka',
      'importer',
      'app',
      'client',
    ])
    const kafka = start.getByRole('listitem').filter({ has: page.getByText('kafka', { exact: true }) })
    expect(await kafka.locator('.phase').count()).toBe(6)
    expect(await kafka.locator('.condition').count()).toBe(1)
    const [waits, condition] = await Promise.all([
      kafka.locator('.waits').boundingBox(),
      kafka.locator('.condition').boundingBox(),
    ])
    expect(condition!.x + condition!.width / 2).toBeGreaterThan(waits!.x)
    expect(condition!.x + condition!.width / 2).toBeLessThan(waits!.x + waits!.width)
  })

  test('bars have the length of what they stand for', async () => {
    const page = await openReport(sampleReport(), { hash: 'view=timeline' })
    const width = async (name: string) => {
      const row = page
        .getByRole('region', { name: 'Start' })
        .getByRole('listitem')
        .filter({ has: page.getByText(name, { exact: true }) })
      return (await row.locator('.waits').boundingBox())!.width
    }
    expect((await width('kafka')) / (await width('zookeeper'))).toBeCloseTo(1_630 / 506, 1)
  })

  test('marks the critical path, step by step', async () => {
    const page = await openReport(sampleReport(), { hash: 'view=timeline' })
    expect(await page.locator('.critical-path .step').allInnerTexts()).toEqual([
      'zookeeper 520 ms',
      'kafka 1.66 s',
      'app 199 ms',
      'client 1.6 ms',
    ])
    const critical = page.getByRole('region', { name: 'Start' }).locator('li.critical .gantt-name')
    expect((await critical.allTextContents()).sort()).toEqual(['app', 'client', 'kafka', 'zookeeper'])
    expect(await page.locator('.critical-lines span').count()).toBe(3)
  })

  test('the pointer and the focus show figures; arrow keys lead from row to row, Enter opens the driver', async () => {
    const page = await openReport(sampleReport(), { hash: 'view=timeline' })
    const start = page.getByRole('region', { name: 'Start' })
    await start.getByText('kafka', { exact: true }).hover()
    expect(await page.locator('.figures').innerText()).toMatchInlineSnapshot(`
      "kafka
      took
      1.66 s, from +521 ms to +2.18 s
      prepare
      0.3 ms
      resolve
      0.2 ms
      preStart
      0.5 ms
      starting
      24 ms
      startedCheck
      1.63 s
      postStart
      3 ms
      Kafka Server started held
      at +2.17 s"
    `)
    await start.getByRole('link').nth(4).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    expect(await page.locator('.figures strong').innerText()).toBe('importer')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.getByRole('heading', { name: 'kafka' }).isVisible()).toBe(true)
    expect(await page.getByRole('tab', { name: 'Timeline' }).getAttribute('aria-selected')).toBe('true')
  })

  test('a row is heard with its figures', async () => {
    const page = await openReport(sampleReport(), { hash: 'view=timeline' })
    const name =
      'zookeeper started, on the critical path: took 520 ms, from +1 ms to +521 ms; prepare 0.3 ms; resolve 0.2 ms; ' +
      'preStart 0.5 ms; starting 12 ms; startedCheck 506 ms; postStart 1 ms; tcp 127.0.0.1:34125 held at +431 ms; ' +
      'ruok held at +519 ms'
    expect(await page.getByRole('link', { name, exact: true }).count()).toBe(1)
  })

  test('shows where a driver that failed was given up, and what was never started', async () => {
    const page = await openReport(failingReport(), { hash: 'environment=shop&view=timeline' })
    const start = page.getByRole('region', { name: 'Start' })
    expect(await start.locator('.broken-end').count()).toBe(1)
    expect(await page.getByText('Not started: client.').isVisible()).toBe(true)
  })

  test('stands as tables, too', async () => {
    const page = await openReport(sampleReport(), { hash: 'view=timeline' })
    await page.getByRole('radio', { name: 'Table' }).check()
    const rows = page.getByRole('region', { name: 'Start as a table' }).getByRole('row')
    expect(await rows.nth(5).innerText()).toMatchInlineSnapshot(
      `"zookeeper	+1 ms	520 ms	prepare 0.3 ms, resolve 0.2 ms, preStart 0.5 ms, starting 12 ms, startedCheck 506 ms, postStart 1 ms	tcp 127.0.0.1:34125 at +431 ms, ruok at +519 ms	step 1"`,
    )
    expect(await page.getByRole('region', { name: 'Stop as a table' }).getByRole('row').count()).toBe(10)
  })
})
