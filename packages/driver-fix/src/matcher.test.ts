import { expect, test } from 'vitest'
import { failure, loggedOn } from '../test/logged-on.ts'

/** What no field can hold; types refuse some of it. */
const NEVER: readonly unknown[] = [
  { a: 1 },
  [{ 448: 'x' }],
  null,
  undefined,
  '',
  Number.NaN,
  1e21,
  new Date(Number.NaN),
  new Uint8Array(),
]

test('expect() refuses at once a value that no field can hold', async () => {
  const { client, server } = await loggedOn()
  for (const value of NEVER)
    for (const side of [client, server]) {
      const error = await failure(side.expect({ 35: 'D', 58: value as string }, { timeout: 10_000 }))
      expect([error.code, error.message]).toEqual(['OPTION_INVALID', expect.stringContaining(' in tag 58, ')])
    }
  expect((await failure(client.expect({ 58: { a: 1 } } as never))).message).toMatchInlineSnapshot(
    `"FixClient "client": expect() is to find { a: 1 } in tag 58, which no field can hold. Give a text, a number, a boolean, a Date, bytes or a RegExp; a group, or a tag that must be missing, is looked for by a function of the message."`,
  )
})

test('expect() finds every kind of value that a field can hold', async () => {
  const { client, server } = await loggedOn()
  const sent = { 35: 'D', 11: 'a', 34001: 7, 34002: 7n, 34003: true, 60: new Date(0), 96: Buffer.from('x') }
  await client.send({ ...sent, 95: 1 })
  expect((await server.expect({ ...sent, 11: /^a$/ })).get(34_003)).toBe('Y')
})
