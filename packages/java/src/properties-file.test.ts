import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { addProperties, readProperties } from './properties-file.ts'

const PROGRAM = fileURLToPath(new URL('../test/programs/PrintProperties.java', import.meta.url))

function propertiesFile(content: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'properties-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'server.properties')
  writeFileSync(path, content)
  return path
}

/** What Java reads: running a source file takes its compiler. */
function readByJava(path: string): Readonly<Record<string, string>> {
  const lines = execFileSync('java', [PROGRAM, path], { encoding: 'utf8' }).split('\n').slice(0, -1)
  const decoded = (text = '') => Buffer.from(text, 'base64').toString()
  return Object.fromEntries(lines.map((line) => line.split(' ').map(decoded)))
}

function hasCompiler(): boolean {
  try {
    return execFileSync('java', ['--list-modules'], { encoding: 'utf8' }).includes('jdk.compiler')
  } catch {
    return false
  }
}

const skipped = process.env.CI !== 'true' && !hasCompiler()

test.skipIf(skipped)(
  `Java reads the properties that were added as they were given${skipped ? ' (skipped: there is no Java with a compiler)' : ''}`,
  async () => {
    const path = propertiesFile('first=1\nsecond=2')
    const properties = {
      second: 'two',
      path: 'C:\\data\\new',
      ' odd key:=#!': ' leading and trailing ',
      lines: 'one\ntwo\r\n\tthree',
      größe: '日本 😀',
      empty: '',
      number: 5,
      flag: false,
    }
    await addProperties(path, properties)
    const expected = Object.entries({ first: 1, ...properties }).map(([key, value]) => [key, String(value)])
    expect(readByJava(path)).toEqual(Object.fromEntries(expected))
  },
)

test('no property leaves the file as it is', async () => {
  const path = propertiesFile('first=1')
  await addProperties(path, {})
  expect(readFileSync(path, 'utf8')).toBe('first=1')
})

test('properties are read in all ways of writing them', () => {
  const text =
    '# no=comment\n! no=comment\na=1\n b : 2\nc 3\nlong=x,\\\n  y\na=4\nurl=http://x:1/?a=b\nempty\n'
  expect(Object.fromEntries(readProperties(text))).toEqual({
    a: '4',
    b: '2',
    c: '3',
    long: 'x,y',
    url: 'http://x:1/?a=b',
    empty: '',
  })
})
