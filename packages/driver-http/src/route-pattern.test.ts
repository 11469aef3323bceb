import { expect, test } from 'vitest'
import { compareRoutes, matchRoute, parseRoute, type RoutePattern } from './route-pattern.ts'

const route = (text: string) => parseRoute(text) as RoutePattern

test.for([
  ['GET /orders/:id', 'GET', '/orders/7', { id: '7' }],
  ['GET /orders/:id', 'HEAD', '/orders/7', { id: '7' }],
  ['get /orders/:id', 'GET', '/orders/a%20b', { id: 'a b' }],
  ['/orders/:id', 'DELETE', '/orders/7', { id: '7' }],
  ['/', 'GET', '/', {}],
  ['/*', 'GET', '/', { '*': '' }],
  ['/files/*', 'GET', '/files/a/b.txt', { '*': 'a/b.txt' }],
  ['/caf%C3%A9', 'GET', '/caf%c3%a9', {}],
  ['/100%', 'GET', '/100%', {}],
] as const)('%s is for %s %s', ([text, method, path, params]) => {
  expect(matchRoute(route(text), method, path)).toEqual(params)
})

test.for([
  ['GET /orders/:id', 'POST', '/orders/7'],
  ['GET /orders/:id', 'GET', '/orders'],
  ['GET /orders/:id', 'GET', '/orders/7/lines'],
  ['/files/*', 'GET', '/files'],
  ['/a', 'GET', '/a/'],
] as const)('%s is not for %s %s', ([text, method, path]) => {
  expect(matchRoute(route(text), method, path)).toBeUndefined()
})

test.for(['', 'orders', 'GTE /orders', 'GET orders', '/a b', '/*/b', '/:', '/a?b=1', '/a#b'])(
  '%j is no route',
  (text) => {
    expect(parseRoute(text)).toBeUndefined()
  },
)

test('text comes before a parameter, a parameter before the rest, a method before all methods', () => {
  const texts = ['/*', '/a/*', '/a/:x', '/a/b', 'GET /a/b', 'HEAD /a/b', '/:x/b']
  const sorted = texts.sort((one, other) => compareRoutes(route(one), route(other)))
  expect(sorted).toEqual(['HEAD /a/b', 'GET /a/b', '/a/b', '/a/:x', '/a/*', '/:x/b', '/*'])
})
