import { expect, test } from 'vitest'
import { DRIVER_TABS, ENVIRONMENT_VIEWS, href, parseRoute, type Route, START } from './route.ts'

test('an address leads back to what it was made of', () => {
  for (const view of ENVIRONMENT_VIEWS) {
    for (const tab of DRIVER_TABS) {
      const route: Route = {
        page: 'tests',
        environment: 'a&b=#?',
        view,
        driver: 'é </x>',
        tab,
        log: 'std out',
      }
      expect(parseRoute(href(route))).toEqual(route)
    }
  }
})

test('what is as at the start is not in the address', () => {
  expect(href(START)).toBe('#')
  expect(href({ environment: 'orders', view: 'timeline', tab: 'details' })).toBe(
    '#environment=orders&view=timeline',
  )
})

test('an address that nobody wrote leads to the start', () => {
  expect(parseRoute('')).toEqual(START)
  expect(parseRoute('#view=nothing&tab=%&page=x&__proto__=1')).toEqual(START)
})
