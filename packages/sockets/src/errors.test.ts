import { integer, strictObject } from '@testrig/core'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { callSchemas, checkCall, reasonOf } from './index.ts'

interface Calls {
  receive: { readonly size?: number | undefined }
}

test('options of a call are checked and filled in', () => {
  const schema = strictObject<{ readonly size: number }>({ size: v.optional(integer(), 3) })
  expect(checkCall('TCPClient', 'receive', schema, {})).toEqual({ size: 3 })
  const messages = [{ size: null }, { sise: 1 }, 5].map((options) => {
    try {
      return checkCall('TCPClient', 'receive', schema, options)
    } catch (error) {
      return (error as Error).message
    }
  })
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "TCPClient: option \`size\` of receive() must be an integer of at least 0, but is null.
    TCPClient: option \`sise\` of receive() must be left out (did you mean \`size\`?), as the keys are size, but is 1 (number).
    TCPClient: what is given as options of receive() must be an object with size, but is 5 (number)."
  `)
})

test('schemas of several methods share keys', () => {
  const size = v.optional(integer())
  const schemas = callSchemas<Calls, { readonly connection?: number }>(
    { receive: { size } },
    { connection: size },
  )
  expect(checkCall('TCPServer', 'receive', schemas.receive, { size: 1, connection: 2 })).toEqual({
    size: 1,
    connection: 2,
  })
})

test.for<[unknown, string]>([
  [new Error('It broke.'), 'It broke'],
  [Object.assign(new Error(''), { code: 'ECONNRESET' }), 'ECONNRESET'],
  [new AggregateError([new Error('one'), new Error('two')]), 'one, two'],
  [new AggregateError([new Error('one')], 'all failed'), 'all failed'],
  [Object.assign(new Error('80:error:0A'), { code: 'ERR_SSL_NO', reason: 'no cipher' }), 'no cipher'],
  [Object.assign(new Error('Parse Error: x'), { code: 'HPE_X', reason: 'x' }), 'Parse Error: x'],
  ['text', "'text' (string)"],
])('the reason of %o is %s', ([error, reason]) => {
  expect(reasonOf(error)).toBe(reason)
})
