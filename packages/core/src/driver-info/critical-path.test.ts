import { expect, test } from 'vitest'
import { DependencyGraph } from '../graph.ts'
import { criticalPath } from './critical-path.ts'

/** A graph of pairs such as `a b`: a is up before b starts. */
function graph(names: string, ...pairs: readonly string[]): DependencyGraph {
  const made = new DependencyGraph(names)
  for (const [before = '', , after = ''] of pairs) made.add(before, after, 'test')
  return made
}

const wave = (since: number, ends: Readonly<Record<string, number>>) => ({
  since,
  ends: new Map(Object.entries(ends)),
})

test('goes back from the driver that was up last, each time to the one that it waited for longest', () => {
  const diamond = graph('abcd', 'a b', 'a c', 'b d', 'c d')
  expect(criticalPath([wave(0, { a: 10, b: 50, c: 20, d: 60 })], diamond)).toEqual(['a', 'b', 'd'])
  expect(criticalPath([wave(0, { a: 10, b: 50, c: 90, d: 95 })], diamond)).toEqual(['a', 'c', 'd'])
})

test('is of the start that took longest, and leaves out what was up before it', () => {
  const chain = graph('abc', 'a b', 'b c')
  expect(criticalPath([wave(0, { a: 10 }), wave(100, { b: 150, c: 200 })], chain)).toEqual(['b', 'c'])
  expect(criticalPath([wave(0, { a: 300 }), wave(400, { b: 450, c: 500 })], chain)).toEqual(['a'])
})

test('is empty when nothing was started', () => {
  expect(criticalPath([], graph('a'))).toEqual([])
  expect(criticalPath([wave(0, { a: 1 })], undefined)).toEqual([])
})
