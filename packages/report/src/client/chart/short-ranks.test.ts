import { expect, test } from 'vitest'
import { shortRanks } from './short-ranks.ts'

/** A graph as Dagre hands it out. */
function graph(edges: readonly (readonly [string, string])[]) {
  const names = [...new Set(edges.flat())]
  return {
    nodes: () => [...names, '_root'],
    node: (name: string) => (name === '_root' ? {} : { width: 100, height: 30 }),
    edges: () => [...edges.map(([v, w]) => ({ v, w })), ...names.map((w) => ({ v: '_root', w }))],
  }
}

test('what is used comes after what uses it, and what begins stands right before', () => {
  const ranks = shortRanks(
    graph([
      ['a', 'b'],
      ['b', 'c'],
      ['a', 'c'],
      ['late', 'c'],
    ]),
    'LR',
    { width: 900, height: 300 },
  )
  expect(Object.fromEntries(ranks)).toEqual({ a: 0, b: 1, c: 2, late: 1 })
})

test('a hub of many is put into several rows, each edge still forward', () => {
  const edges = Array.from({ length: 60 }, (_, index) => [`client-${index}`, 'hub'] as const)
  const ranks = shortRanks(graph(edges), 'LR', { width: 1_200, height: 600 })
  const rows = Map.groupBy(ranks, ([, rank]) => rank)
  expect(rows.size).toBeGreaterThan(3)
  expect(Math.max(...[...rows.values()].map(({ length }) => length))).toBeLessThan(20)
  expect(Math.max(...ranks.values())).toBe(ranks.get('hub'))
})
