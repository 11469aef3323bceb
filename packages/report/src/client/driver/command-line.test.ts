import { expect, test } from 'vitest'
import { commandLine } from './command-line.ts'

test('a command can be typed as it stands', () => {
  expect(commandLine(['node', 'a b.js', "it's", '', '$HOME'])).toBe(`node 'a b.js' 'it'\\''s' '' '$HOME'`)
})

test('a long one has an option with its value a line', () => {
  expect(
    commandLine([
      'node',
      'server.js',
      '--brokers',
      '127.0.0.1:41877',
      '--verbose',
      '--db',
      '/tmp/orders/orders.db',
      '-x',
    ]),
  ).toMatchInlineSnapshot(`
    "node \\
      server.js \\
      --brokers 127.0.0.1:41877 \\
      --verbose \\
      --db /tmp/orders/orders.db \\
      -x"
  `)
})
