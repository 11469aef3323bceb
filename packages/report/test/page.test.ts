import { describe, expect, test } from 'vitest'
import { reason, skipped } from './chromium.ts'
import { failingReport } from './failing-report.ts'
import { hostileReport } from './hostile-report.ts'
import { largeReport } from './large-report.ts'
import { manyEnvironments } from './many-environments.ts'
import { openReport, visit } from './open-report.ts'
import { sampleReport } from './sample-report.ts'

const background = () => getComputedStyle(document.documentElement).backgroundColor

describe.skipIf(skipped !== undefined)(`the page${reason}`, () => {
  test('of a run that failed begins with what failed', async () => {
    const page = await openReport(failingReport())
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(
      '2 environments, 1 failed · 13 drivers · 8 tests, 3 failed',
    )
    expect(await page.locator('.failures').innerText()).toContain('App "app" failed to start (startedCheck)')
    const rows = page.getByRole('region', { name: 'All environments' }).getByRole('row')
    expect(await rows.nth(1).innerText()).toMatchInlineSnapshot(`
      "test/shop.test.ts	file	
      3, 1 failed
      	2.02 s	db → app	2, 2 failed"
    `)
    expect(await rows.nth(2).innerText()).toMatchInlineSnapshot(`
      "test/orders.test.ts	file	
      10
      	2.41 s	zookeeper → kafka → app → client	5, 1 failed"
    `)
  })

  test('of one environment begins with it', async () => {
    const page = await openReport(sampleReport())
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('test/orders.test.ts')
    expect(await page.locator('.cells').innerText()).toMatchInlineSnapshot(`
      "DRIVERS
      10
      1 not up
      START
      2.41 s
      4 on the critical path
      STOP
      431 ms
      CONNECTIONS
      9
      1 never observed, 2 not declared
      TESTS
      5
      1 failed
      SCOPE
      file
      26 Nov 2026, 09:30:00"
    `)
  })

  test('without environments says so', async () => {
    const page = await openReport({ ...sampleReport(), environments: [], tests: [] })
    expect(await page.getByRole('main').innerText()).toBe(
      'No environment was started: no test that ran uses one.',
    )
  })

  test('of an environment without drivers, or with one that nothing is connected with, is whole', async () => {
    const report = sampleReport()
    const [orders] = report.environments
    const bare = { ...orders!, externals: [], edges: [], criticalPath: [], failures: [] }
    const environments = [
      { ...bare, id: 'none', drivers: [] },
      { ...bare, id: 'one', drivers: orders!.drivers.slice(-2, -1) },
    ]
    const page = await openReport({ ...report, environments }, { hash: 'environment=none' })
    expect(await page.getByText('It has no drivers.').isVisible()).toBe(true)
    await visit(page, 'environment=none&view=timeline')
    expect(await page.getByText('No driver was started.').isVisible()).toBe(true)
    await visit(page, 'environment=one')
    expect(await page.locator('.node.loose').count()).toBe(1)
  })

  test('says so when its address names an environment that is not there', async () => {
    const page = await openReport(failingReport(), { hash: 'environment=gone' })
    expect(await page.getByRole('main').innerText()).toBe(
      'This report has no environment gone. All environments',
    )
  })

  test('lists hundreds of environments by file, a page at a time, narrowed by text', async () => {
    const page = await openReport(manyEnvironments(300))
    const list = page.getByRole('navigation', { name: 'Environments' })
    expect(await list.getByRole('link').count()).toBe(100)
    expect(await list.getByRole('heading').first().innerText()).toBe('test/orders/part-12.test.ts')
    await list.getByRole('searchbox').fill('order 30')
    expect(await list.getByRole('link').allInnerTexts()).toHaveLength(2)
    await list.getByRole('link').filter({ hasText: 'order 300' }).click()
    await expect
      .poll(() => page.getByRole('heading', { level: 1 }).innerText())
      .toBe('order 300 › is accepted')
    expect(await page.title()).toBe('order 300 › is accepted · Testrig')
  })

  test('narrows tests by result and by text, and shows errors', async () => {
    const page = await openReport(largeReport(20, 1_000), { hash: 'page=tests' })
    const tests = page.locator('.tests > li')
    expect(await tests.count()).toBe(100)
    await page.getByRole('button', { name: 'Show 100 more tests' }).click()
    expect(await tests.count()).toBe(200)
    await page.getByRole('radio', { name: /Failed/ }).check()
    expect(await tests.count()).toBe(11)
    expect(await tests.first().locator('.failure').textContent()).toBe(
      'AssertionError: expected 13 to be 14 // Object.is equality',
    )
    await page.getByRole('searchbox').fill('CASE 984')
    expect(await page.getByRole('status').innerText()).toBe('1 of 1,000 tests')
    await page.getByRole('searchbox').fill('nothing like it')
    expect(await tests.count()).toBe(0)
  })

  test('narrows drivers by text; Escape empties the field first and closes the panel then', async () => {
    const page = await openReport(sampleReport(), { hash: 'view=drivers&driver=app' })
    const table = page.getByRole('region', { name: 'Drivers' })
    const search = page.getByRole('searchbox', { name: 'Search drivers' })
    const all = sampleReport().environments[0]!.drivers.length
    await search.fill('kafka')
    await expect.poll(() => table.getByRole('row').count()).toBeLessThan(all)
    expect(await page.getByRole('status').first().innerText()).toMatch(`of ${all} drivers`)
    await search.press('Escape')
    await expect.poll(() => table.getByRole('row').count()).toBe(all + 1)
    expect(await page.getByRole('complementary').count()).toBe(1)
    await search.press('Escape')
    await expect.poll(() => page.getByRole('complementary').count()).toBe(0)
  })

  test('goes back and forth with the browser', async () => {
    const page = await openReport(failingReport())
    await page.getByRole('main').getByRole('link', { name: 'test/orders.test.ts' }).click()
    await page.getByRole('tab', { name: 'Drivers' }).click()
    await page.getByRole('link', { name: 'kafka' }).click()
    await page.getByRole('heading', { name: 'kafka' }).waitFor()
    await page.goBack()
    await expect.poll(() => page.getByRole('complementary').count()).toBe(0)
    await page.goForward()
    await page.getByRole('heading', { name: 'kafka' }).waitFor()
  })

  test('is dark or light as the system says, unless the reader chooses, which it remembers', async () => {
    const page = await openReport(sampleReport(), { colorScheme: 'dark' })
    const dark = await page.evaluate(background)
    await page.emulateMedia({ colorScheme: 'light' })
    const light = await page.evaluate(background)
    expect(light).not.toBe(dark)
    await page.getByRole('radio', { name: 'Dark' }).check()
    await expect.poll(() => page.evaluate(background)).toBe(dark)
    await page.reload()
    await expect.poll(() => page.evaluate(background)).toBe(dark)
    expect(await page.getByRole('radio', { name: 'Dark' }).isChecked()).toBe(true)
  })

  test('moves nothing for a reader who wants no motion', async () => {
    const page = await openReport(sampleReport(), { reducedMotion: 'reduce' })
    const moving = await page.evaluate(
      () =>
        document.getAnimations().length +
        [...document.querySelectorAll('*')].filter(
          (each) => getComputedStyle(each).transitionDuration !== '0s',
        ).length,
    )
    expect(moving).toBe(0)
  })

  test('can be walked by Tab alone, with a focus that can be seen', async () => {
    const page = await openReport(sampleReport())
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('To the content')
    const unseen: string[] = []
    for (let times = 0; times < 15; times++) {
      await page.keyboard.press('Tab')
      const problem = await page.evaluate(() => {
        const element = document.activeElement
        if (!element || element === document.body) return undefined
        // What is seen is the element, its ring in the chart, or the text beside a radio button.
        const shown = [element, element.querySelector('.ring'), element.nextElementSibling].some((each) => {
          const { outlineStyle, stroke } = each
            ? getComputedStyle(each)
            : { outlineStyle: 'none', stroke: 'none' }
          return outlineStyle !== 'none' || (each?.matches('.ring') && stroke !== 'none')
        })
        return shown ? undefined : element.outerHTML.slice(0, 80)
      })
      if (problem) unseen.push(problem)
    }
    expect(unseen).toEqual([])
  })

  test('shows whatever strings there are as text', async () => {
    const page = await openReport(hostileReport())
    const views = ['view=chart', 'view=timeline', 'view=drivers', 'view=tests', 'page=tests']
    const [environment] = hostileReport().environments
    const parameters = new URLSearchParams({
      environment: environment!.id,
      driver: environment!.drivers[0]!.name,
    })
    for (const view of [...views, ...['details', 'logs', 'tests'].map((tab) => `${parameters}&tab=${tab}`)]) {
      await visit(page, view)
      expect(await page.getByRole('main').innerText()).not.toBe('')
    }
    expect(await page.getByRole('heading', { name: '</script><script>alert(1)</script>' }).count()).toBe(2)
    expect(await page.locator('img, iframe, object, embed, link, form').count()).toBe(0)
    const elsewhere = await page
      .locator('a')
      .evaluateAll((links) => links.filter((each) => !each.getAttribute('href')?.startsWith('#')))
    expect(elsewhere).toEqual([])
  })

  test('of 100 drivers and 1,000 tests is drawn in each of its views', async () => {
    const page = await openReport(largeReport(100, 1_000))
    expect(await page.locator('.node').count()).toBe(100)
    await visit(page, 'view=timeline')
    expect(await page.getByRole('region', { name: 'Start' }).getByRole('link').count()).toBe(100)
    await visit(page, 'view=drivers')
    expect(await page.getByRole('row').count()).toBe(101)
    await visit(page, 'view=tests')
    expect(await page.getByRole('status').innerText()).toBe('1,000 tests')
  })
})
