import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { reason, skipped } from './chromium.ts'
import { largeReport } from './large-report.ts'
import { openReport } from './open-report.ts'
import { sampleReport } from './sample-report.ts'

const node = (page: Page, name: string) => page.locator(`[data-node="${name}"]`)
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-node'))
const scale = (page: Page) =>
  page.evaluate(() =>
    Number(
      /scale\((.*)\)/.exec(document.querySelector('.chart svg > g')?.getAttribute('transform') ?? '')?.[1],
    ),
  )

describe.skipIf(skipped !== undefined)(`the flow chart${reason}`, () => {
  test('has a node for each driver and whatever else is connected, and an arrow for each connection', async () => {
    const page = await openReport(sampleReport())
    const [environment] = sampleReport().environments
    const names = await page
      .locator('.node')
      .evaluateAll((nodes) => nodes.map((each) => each.getAttribute('data-node')))
    expect(names.sort()).toEqual([...environment!.drivers.map(({ name }) => name), 'orders.csv'].sort())
    const edges = await page
      .locator('[data-edge]')
      .evaluateAll((lines) => lines.map((each) => each.getAttribute('data-edge')))
    expect(edges.sort()).toEqual(environment!.edges.map(({ from, to }) => `${from} ${to}`).sort())
  })

  test('tells apart how connections are known, and counts each kind in its legend', async () => {
    const page = await openReport(sampleReport())
    const kinds = await page
      .locator('[data-edge]')
      .evaluateAll((lines) =>
        Object.fromEntries(lines.map((each) => [each.getAttribute('data-edge'), each.getAttribute('class')])),
      )
    expect(kinds).toMatchInlineSnapshot(`
      {
        "app audit": "edge observed",
        "app db": "edge agreed",
        "app kafka": "edge agreed",
        "app rates": "edge declared",
        "client app": "edge agreed",
        "importer app": "edge dependency",
        "importer kafka": "edge agreed",
        "importer orders.csv": "edge observed",
        "kafka zookeeper": "edge agreed",
      }
    `)
    const legend = page.getByRole('list', { name: 'Legend' }).getByRole('listitem')
    expect(await legend.allInnerTexts()).toMatchInlineSnapshot(`
      [
        "declared and observed
      5",
        "declared, never observed
      1",
        "observed, never declared
      2",
        "order of start only
      1",
        "on the critical path",
        "not connected",
      ]
    `)
  })

  test('marks drivers without connections, listeners without a peer, and the critical path', async () => {
    const page = await openReport(sampleReport())
    const marked = (selector: string) =>
      page
        .locator(selector)
        .evaluateAll((nodes) => nodes.map((each) => each.getAttribute('data-node')).sort())
    expect(await marked('.node.loose')).toEqual(['clock', 'legacy'])
    expect(await marked('.node:has(.critical)')).toEqual(['app', 'client', 'kafka', 'zookeeper'])
    const lonely = await page.locator('.node .detail').filter({ hasText: 'no peer' }).allTextContents()
    expect(lonely.sort()).toEqual([
      'no peer on 127.0.0.1:39001',
      'no peer on 127.0.0.1:40233',
      'no peer on 127.0.0.1:9464',
    ])
  })

  test('an arrow of what only flows the other way has its head at its begin', async () => {
    const page = await openReport(sampleReport())
    const line = page.locator('[data-edge="importer orders.csv"] .line')
    expect(await line.getAttribute('marker-start')).toBe('url(#arrow-observed)')
    expect(await line.getAttribute('marker-end')).toBeNull()
  })

  test('a click opens a driver and dims what has nothing to do with it', async () => {
    const page = await openReport(sampleReport())
    await node(page, 'rates').click()
    await expect.poll(() => page.getByRole('heading', { name: 'rates' }).isVisible()).toBe(true)
    const dim = await page
      .locator('.node.dim')
      .evaluateAll((nodes) => nodes.map((each) => each.getAttribute('data-node')).sort())
    expect(dim).toEqual([
      'audit',
      'client',
      'clock',
      'db',
      'importer',
      'kafka',
      'legacy',
      'orders.csv',
      'zookeeper',
    ])
    expect(
      await page
        .locator('.edge.bright')
        .evaluateAll((lines) => lines.map((each) => each.getAttribute('data-edge'))),
    ).toEqual(['app rates'])
  })

  test('arrow keys lead along it, Enter opens a driver, Escape closes it and leads back', async () => {
    const page = await openReport(sampleReport())
    await node(page, 'client').focus()
    await page.keyboard.press('ArrowRight')
    expect(await focused(page)).toBe('app')
    await page.keyboard.press('ArrowRight')
    expect(await focused(page)).not.toBe('app')
    await page.keyboard.press('ArrowLeft')
    expect(await focused(page)).toBe('app')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('app')
    expect(page.url()).toContain('driver=app')
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toBe('app')
    expect(page.url()).not.toContain('driver=')
  })

  test('one press of Tab leads into it, the next one out of it', async () => {
    const page = await openReport(sampleReport())
    await page.getByRole('radio', { name: 'Chart' }).focus()
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('zookeeper')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Enlarge')
  })

  test('keys, buttons and the wheel change its size, 0 and Fit show all of it', async () => {
    const page = await openReport(sampleReport())
    const fitting = await scale(page)
    await node(page, 'app').focus()
    await page.keyboard.press('+')
    expect(await scale(page)).toBeCloseTo(fitting * 1.3)
    await page.keyboard.press('-')
    await page.keyboard.press('-')
    expect(await scale(page)).toBeCloseTo(fitting / 1.3)
    await page.keyboard.press('0')
    expect(await scale(page)).toBeCloseTo(fitting)
    await page.getByRole('button', { name: 'Enlarge' }).click()
    await page.getByRole('button', { name: 'Enlarge' }).click()
    await page.getByRole('button', { name: 'Fit' }).click()
    expect(await scale(page)).toBeCloseTo(fitting)
    await page.mouse.move(640, 500)
    await page.mouse.wheel(0, -200)
    await expect.poll(() => scale(page)).toBeGreaterThan(fitting)
  })

  test('can be dragged, and a drag opens nothing', async () => {
    const page = await openReport(sampleReport())
    const before = await node(page, 'app').boundingBox()
    await page.mouse.move(before!.x + 20, before!.y + 10)
    await page.mouse.down()
    await page.mouse.move(before!.x + 80, before!.y + 50, { steps: 5 })
    await page.mouse.up()
    const after = await node(page, 'app').boundingBox()
    expect(after!.x - before!.x).toBeCloseTo(60, 0)
    expect(after!.y - before!.y).toBeCloseTo(40, 0)
    expect(page.url()).not.toContain('driver=')
  })

  test('the focus moves into sight what lies outside', async () => {
    const page = await openReport(sampleReport())
    await node(page, 'client').focus()
    for (let times = 0; times < 5; times++) await page.keyboard.press('+')
    for (let times = 0; times < 3; times++) await page.keyboard.press('ArrowRight')
    const name = await focused(page)
    const [box, frame] = await Promise.all([
      node(page, name!).boundingBox(),
      page.locator('.chart').boundingBox(),
    ])
    expect(box!.x).toBeGreaterThanOrEqual(frame!.x)
    expect(box!.x + box!.width).toBeLessThanOrEqual(frame!.x + frame!.width)
  })

  test('a driver chosen elsewhere in the page comes into sight', async () => {
    const page = await openReport(sampleReport(), { hash: 'driver=client' })
    const [box, frame] = [() => node(page, 'kafka').boundingBox(), await page.locator('.chart').boundingBox()]
    const isInSight = async () => {
      const { x, y } = (await box())!
      return x > frame!.x && x < frame!.x + frame!.width && y > frame!.y && y < frame!.y + frame!.height
    }
    for (let times = 0; times < 6; times++) await page.getByRole('button', { name: 'Enlarge' }).click()
    expect(await isInSight()).toBe(false)
    await page.getByRole('complementary').getByRole('link', { name: 'app' }).click()
    await page.getByRole('complementary').getByRole('link', { name: 'kafka' }).click()
    await expect.poll(isInSight).toBe(true)
  })

  test('stands as a table, too', async () => {
    const page = await openReport(sampleReport())
    await page.getByRole('radio', { name: 'Table' }).check()
    const rows = page.getByRole('region', { name: 'Connections' }).getByRole('row')
    expect(await rows.nth(1).innerText()).toMatchInlineSnapshot(`
      "kafka	zookeeper	declared and observed
      starts after it
      	
      connectionString in etc/server.properties:4
      	
      tcp://34125 51002 → 34125"
    `)
    expect(await rows.count()).toBe(1 + sampleReport().environments[0]!.edges.length)
    expect(await page.getByText('where nobody was seen').count()).toBe(3)
  })

  test('of 100 drivers no two lie on each other, and names are large enough to be read', async () => {
    const page = await openReport(largeReport(100, 0))
    const boxes = await page
      .locator('.node .box')
      .evaluateAll((nodes) => nodes.map((each) => each.getBoundingClientRect().toJSON()))
    expect(boxes).toHaveLength(100)
    const overlaps = boxes.flatMap((a, index) =>
      boxes
        .slice(index + 1)
        .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
    )
    expect(overlaps).toEqual([])
    const heights = await page
      .locator('.node text:visible')
      .evaluateAll((texts) => texts.map((each) => each.getBoundingClientRect().height))
    expect(Math.min(...heights)).toBeGreaterThan(9)
  })
})
