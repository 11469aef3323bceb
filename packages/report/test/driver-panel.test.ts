import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { reason, skipped } from './chromium.ts'
import { failingReport } from './failing-report.ts'
import { openReport } from './open-report.ts'
import { sampleReport } from './sample-report.ts'

const panel = (page: Page) => page.getByRole('complementary')
const current = (page: Page) => page.locator('mark[aria-current]')

/** Whether all of an element can be seen within the log. */
async function inSight(page: Page, selector: string): Promise<boolean> {
  const [box, frame] = await Promise.all([
    page.locator(selector).boundingBox(),
    page.locator('.log-text').boundingBox(),
  ])
  return box !== null && frame !== null && box.y >= frame.y && box.y + box.height <= frame.y + frame.height
}

describe.skipIf(skipped !== undefined)(`the panel of a driver${reason}`, () => {
  test('has its state, connections, addresses, timings, command, processes and attributes', async () => {
    const page = await openReport(sampleReport(), { hash: 'driver=app' })
    expect(await panel(page).innerText()).toMatchInlineSnapshot(`
      "APP

      app
      started
      Wide
      ✕
      Details
      Logs
      2
      Tests
      4
      CONNECTIONS
      to kafka declared and observed
      bootstrapServers in args[2]
      tcp://41877 51244 → 41877
      to rates declared, never observed
      url in args[4]
      to db declared and observed
      path in args[6]
      file:///tmp/testrig-Rq2jHf/db/orders.db Write → orders.db
      to audit observed, never declared
      tcp://40555 51260 → 40555
      from client declared and observed
      extracts.port in port
      tcp://43001 51301 → 43001
      from importer order of start only
      LISTENS ON
      tcp://127.0.0.1:43001
      tcp://127.0.0.1:9464 no peer seen
      START
      took	199 ms, from +2.18 s to +2.38 s
      prepare	0.3 ms
      resolve	0.2 ms
      preStart	0.5 ms
      starting	9 ms
      startedCheck	188 ms
      postStart	1 ms
      at +2.38 s /Listening on (?<port>\\d+)/

      On the critical path of the start.

      STOP
      took	104 ms, from +10 ms to +114 ms
      preStop	0.2 ms
      stopping	73 ms
      stoppedCheck	31 ms
      postStop	0.1 ms
      COMMAND
      node \\
        src/server.js \\
        --brokers 127.0.0.1:41877 \\
        --rates http://127.0.0.1:40233 \\
        --db /tmp/testrig-Rq2jHf/db/orders.db \\
        --token '********'
      PROCESSES

      26240, 26251

      ATTRIBUTES
      host	127.0.0.1
      extracts	
      {
        "port": "43001"
      }

      token	********"
    `)
  })

  test('says first why a driver failed, and what kept its connections from being seen', async () => {
    const failed = await openReport(failingReport(), { hash: 'environment=shop&driver=app' })
    expect(await panel(failed).locator('.failure').innerText()).toContain(
      'App "app" failed to start (startedCheck)',
    )
    const importer = await openReport(sampleReport(), { hash: 'driver=importer' })
    expect(await panel(importer).locator('.problem').innerText()).toBe(
      'process 26244 belongs to another user: its open files were not seen',
    )
  })

  test('has the tests that used the driver', async () => {
    const page = await openReport(sampleReport(), { hash: 'driver=rates&tab=tests' })
    expect(await panel(page).locator('.test-name').allInnerTexts()).toEqual([
      'an order › is filled at the rate of the service',
    ])
    expect(await panel(page).locator('.failure').innerText()).toContain('expected 1.07 to be 1.08')
  })

  test('arrow keys lead from tab to tab', async () => {
    const page = await openReport(sampleReport(), { hash: 'driver=app' })
    await page.getByRole('tab', { name: 'Details' }).focus()
    await page.keyboard.press('ArrowRight')
    await expect
      .poll(() => page.getByRole('tab', { name: 'Logs' }).getAttribute('aria-selected'))
      .toBe('true')
    await page.keyboard.press('End')
    await expect
      .poll(() => panel(page).getByRole('tab', { name: 'Tests' }).getAttribute('aria-selected'))
      .toBe('true')
    expect(page.url()).toContain('tab=tests')
  })
})

describe.skipIf(skipped !== undefined)(`a log${reason}`, () => {
  test('has the colours that its program gave it, and no other escape sequences', async () => {
    const page = await openReport(sampleReport(), { hash: 'driver=app&tab=logs' })
    expect(await page.locator('.log-line').allInnerTexts()).toEqual([
      'ready Listening on 43001',
      'info  connected to broker 127.0.0.1:41877',
      'warn  rate of EUR/USD is 1.07, 12 s old',
      'info  order 1 accepted',
      'info  order 1 published to orders-3',
      'progress 100 %',
    ])
    expect(
      await page
        .locator('.log-line')
        .nth(2)
        .locator('span')
        .evaluateAll((spans) => spans.map((each) => each.className)),
    ).toEqual(['fg-yellow', 'bold', 'fg-red'])
  })

  test('is searched: matches are counted and marked, keys and buttons lead from one to the next and around', async () => {
    const page = await openReport(sampleReport(), { hash: 'driver=kafka&tab=logs' })
    await page.getByRole('searchbox', { name: 'Search the log' }).fill('warn')
    expect(await page.locator('.log-search').getByRole('status').innerText()).toBe('1 of 12')
    // The browser gives no innerText of what is not in sight.
    const line = () => current(page).locator('..').textContent()
    expect(await line()).toContain('segment 49 ')
    await page.keyboard.press('Enter')
    expect(await line()).toContain('segment 99 ')
    await page.getByRole('button', { name: 'Next match' }).click()
    expect(await line()).toContain('segment 149 ')
    await page.getByRole('searchbox', { name: 'Search the log' }).focus()
    for (let times = 0; times < 3; times++) await page.keyboard.press('Shift+Enter')
    expect(await line()).toContain('segment 599 ')
    expect(await page.locator('.log-search').getByRole('status').innerText()).toBe('12 of 12')
    await expect.poll(() => inSight(page, 'mark[aria-current]')).toBe(true)
  })

  test('says when nothing matches; Escape empties the search first and closes the panel then', async () => {
    const page = await openReport(sampleReport(), { hash: 'driver=kafka&tab=logs' })
    const search = page.getByRole('searchbox', { name: 'Search the log' })
    await search.fill('no such text (')
    expect(await page.locator('.log-search').getByRole('status').innerText()).toBe('no match')
    expect(await page.getByRole('button', { name: 'Next match' }).isDisabled()).toBe(true)
    await search.press('Escape')
    expect(await search.inputValue()).toBe('')
    expect(await panel(page).isVisible()).toBe(true)
    await search.press('Escape')
    await expect.poll(() => panel(page).count()).toBe(0)
  })

  test('jumps to its end', async () => {
    const page = await openReport(sampleReport(), { hash: 'driver=kafka&tab=logs' })
    expect(await inSight(page, '.log-line >> nth=-1')).toBe(false)
    await page.getByRole('button', { name: 'End' }).click()
    await expect.poll(() => inSight(page, '.log-line >> nth=-1')).toBe(true)
  })

  test('says what is not there, and wraps long lines when asked', async () => {
    const page = await openReport(sampleReport(), { hash: 'driver=zookeeper&tab=logs' })
    expect(await page.locator('.omitted').innerText()).toBe('17.8 KiB before this omitted')
    const width = () =>
      page.locator('.log-text').evaluate((element) => element.scrollWidth - element.clientWidth)
    expect(await width()).toBeGreaterThan(0)
    await page.getByRole('checkbox', { name: 'Wrap' }).check()
    expect(await width()).toBe(0)
  })

  test('each stream has its own, by its address as well', async () => {
    const page = await openReport(sampleReport(), { hash: 'driver=app&tab=logs&log=stderr' })
    expect(await page.locator('.log-line').allInnerTexts()).toEqual(['(node:26240) Warning: slow consumer'])
    await page.getByRole('radio', { name: 'stdout' }).check()
    await expect.poll(() => page.locator('.log-line').first().innerText()).toContain('ready')
  })
})
