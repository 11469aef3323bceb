import { execFileSync } from 'node:child_process'
import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { FORMATS } from './format-variables.ts'

const variables = {
  PLAIN: '127.0.0.1:80',
  EMPTY: '',
  JSON_TEXT: '{"port":"80"}',
  SPACES: '  a b  ',
  DOLLAR: '$HOME `id` $(id) # !',
  APOSTROPHE: "it's",
  BOTH: `it's "quoted"`,
  LINES: 'one\ntwo\\nthree\\',
  UMLAUT: 'größer',
}

test('a shell reads every value back as it was', () => {
  const script = `${FORMATS.shell(variables)}env -0`
  const output = execFileSync('/bin/sh', ['-c', script], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  })
  const read = Object.fromEntries(
    output.split('\0').map((entry) => {
      const at = entry.indexOf('=')
      return [entry.slice(0, at), entry.slice(at + 1)]
    }),
  )
  expect(read).toMatchObject(variables)
})

test('a reader of .env files reads every value back as it was', () => {
  expect(parseEnv(FORMATS.dotenv(variables))).toEqual(variables)
})

test('JSON is one object', () => {
  expect(JSON.parse(FORMATS.json(variables))).toEqual(variables)
})

test('a value with all kinds of quotes has no form in .env files', () => {
  expect(() => FORMATS.dotenv({ WILD: `'"\`` })).toThrowErrorMatchingInlineSnapshot(
    `[TestrigError [CLI_FORMAT]: The value of WILD has all three kinds of quotes, which no .env file can hold. Print it with --format shell or json.]`,
  )
})
