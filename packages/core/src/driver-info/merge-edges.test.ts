import { expect, test } from 'vitest'
import type { Edge } from '../graph.ts'
import type { GivenValue } from '../plan.ts'
import type { Link } from './join-connections.ts'
import { mergeEdges } from './merge-edges.ts'

const value = (user: string, source: string, path: readonly string[] | undefined = ['port']): GivenValue => ({
  user,
  source,
  path,
  origin: 'args[0]',
})
const dependency = (before: string, after: string, ...origins: readonly string[]): Edge => ({
  before,
  after,
  origins,
})
const link = (from: string, to: string, ends: readonly [string, string] = ['1', '80']): Link => ({
  from,
  to,
  protocol: 'tcp',
  connection: 'tcp://80',
  fromEnds: new Set([ends[0]]),
  toEnds: new Set([ends[1]]),
})

function edges(given: {
  readonly dependencies?: readonly Edge[]
  readonly values?: readonly GivenValue[]
  readonly links?: readonly Link[]
}) {
  return mergeEdges({ names: ['a', 'b', 'c'], dependencies: [], values: [], links: [], ...given })
}

const observed = { protocol: 'tcp', connection: 'tcp://80', fromEnds: ['1'], toEnds: ['80'] }

test('what is declared and what was observed in the same direction is one edge', () => {
  const given = {
    dependencies: [dependency('a', 'b', 'args[0]')],
    values: [value('b', 'a')],
    links: [link('b', 'a')],
  }
  expect(edges(given)).toEqual([
    {
      from: 'b',
      to: 'a',
      values: [{ attribute: 'port', origin: 'args[0]' }],
      dependency: true,
      observed: [observed],
    },
  ])
})

test('what was observed against the declared direction is reversed, with the ends on their sides', () => {
  expect(edges({ values: [value('a', 'b')], links: [link('b', 'a')] })).toMatchObject([
    { from: 'a', to: 'b', observed: [{ reversed: true, fromEnds: ['80'], toEnds: ['1'] }] },
  ])
})

test('one connection in both directions is one link', () => {
  expect(edges({ links: [link('a', 'b', ['w', 'r']), link('b', 'a', ['w', 'r'])] })).toEqual([
    {
      from: 'a',
      to: 'b',
      values: [],
      dependency: false,
      observed: [{ ...observed, fromEnds: ['r', 'w'], toEnds: ['r', 'w'] }],
    },
  ])
})

test('two drivers that are given values of each other have two edges', () => {
  const given = { values: [value('a', 'b'), value('b', 'a')], links: [link('b', 'a')] }
  expect(edges(given).map((edge) => [edge.from, edge.to, edge.observed.length])).toEqual([
    ['a', 'b', 0],
    ['b', 'a', 1],
  ])
})

test('the order of a list makes no edge, but counts where there is one', () => {
  const order = dependency('a', 'b', 'order of the list')
  expect(edges({ dependencies: [order] })).toEqual([])
  expect(edges({ dependencies: [order], values: [value('b', 'a')] })).toMatchObject([{ dependency: true }])
  expect(edges({ dependencies: [dependency('a', 'b', 'order of the list', 'after')] })).toHaveLength(1)
})

test('an attribute that cannot be told is a star, and the same value twice is one', () => {
  const [edge] = edges({
    values: [{ ...value('a', 'b'), path: undefined }, value('a', 'b', []), value('a', 'b', ['x', 'y'])],
  })
  expect(edge?.values.map(({ attribute }) => attribute)).toEqual(['*', 'x.y'])
})

test('edges stand in the order of the declaration, with nodes that are no drivers last', () => {
  const links = [link('c', 'a'), link('b', 'z'), link('z', 'a'), link('a', 'c'), link('b', 'a')]
  expect(edges({ links }).map(({ from, to }) => `${from}${to}`)).toEqual(['ba', 'bz', 'ca', 'za'])
})
