import { expect, test } from 'vitest'
import type { PlacedNode } from './layout-group.ts'
import { neighbour } from './neighbour.ts'

const at = (name: string, x: number, y: number) =>
  ({ node: { name, width: 100, height: 40 }, x, y, isLoose: false }) as PlacedNode

const middle = at('middle', 200, 100)
const nodes = [
  middle,
  at('left', 0, 110),
  at('above', 210, 0),
  at('right', 400, 90),
  at('corner', 330, 0),
  at('below', 200, 300),
]

test('an arrow key leads to what lies ahead, not to what is nearer but aside', () => {
  const reached = (key: string) => neighbour(nodes, middle, key)?.node.name
  expect(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].map(reached)).toEqual([
    'left',
    'right',
    'above',
    'below',
  ])
})

test('nothing lies beyond the last one, and other keys lead nowhere', () => {
  expect(neighbour([middle], middle, 'ArrowLeft')).toBeUndefined()
  expect(neighbour(nodes, middle, 'Tab')).toBeUndefined()
})
