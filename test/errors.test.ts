import { globSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { throwawayFolder } from './throwaway-folder.ts'

// Every code is the first argument of `new TestrigError(…)`: as text, or a `const code` right before that chooses one.
const THROWN = /new TestrigError\(\s*(?<first>[^,]+?)\s*,/g
const CHOSEN = /const code =(?<choice>[\s\S]*?)new TestrigError\(code,/g
const CODE = /^'(?<code>[A-Z][A-Z0-9_]*)'$/
/** What passes on the code of another error. */
const PASSED_ON = /\.code$/

test('docs/errors.md explains every error code, and no other', () => {
  expect(differences(resolve(import.meta.dirname, '..'))).toEqual([])
})

test('a code without an anchor and an anchor without a code are both reported', () => {
  const root = throwawayFolder({
    'packages/one/src/errors.ts': `new TestrigError('SHARED', '')\nnew TestrigError(\n  'LONELY',\n  '')`,
    'packages/two/src/errors-io.ts': `const code = wide ? 'SHARED' : 'CHOSEN'\nreturn new TestrigError(code, '')`,
    'docs/errors.md': '### `SHARED` {#SHARED}\n### `CHOSEN` {#CHOSEN}\n### `GONE` {#GONE}\n### `A` {#B}\n',
  })
  expect(differences(root)).toEqual([
    "LONELY (packages/one/src/errors.ts) is not explained: add '### `LONELY` {#LONELY}' to docs/errors.md",
    'GONE is explained in docs/errors.md, but no package has it: remove it there',
    'A has the anchor #B in docs/errors.md: make them the same',
  ])
})

/** How the codes of the sources and the anchors of the documentation differ, a line each. */
function differences(root: string): string[] {
  const inSources = codesInSources(root)
  const headings = [...read(root, 'docs/errors.md').matchAll(/^### `(\w+)` \{#(\w+)\}$/gm)]
  const explained = new Set(headings.map(([, code]) => code))
  const missing = [...inSources].filter(([code]) => !explained.has(code))
  const twice = headings.filter(([, code], index) => headings.findIndex(([, each]) => each === code) < index)
  return [
    ...missing.map(
      ([code, file]) =>
        `${code} (${file}) is not explained: add '### \`${code}\` {#${code}}' to docs/errors.md`,
    ),
    ...headings
      .filter(([, code = '', anchor]) => code === anchor && !inSources.has(code))
      .map(([, code]) => `${code} is explained in docs/errors.md, but no package has it: remove it there`),
    ...headings
      .filter(([, code, anchor]) => code !== anchor)
      .map(([, code, anchor]) => `${code} has the anchor #${anchor} in docs/errors.md: make them the same`),
    ...twice.map(([, code]) => `${code} is explained twice in docs/errors.md`),
  ]
}

/** The codes of all packages, each with a file that has it. */
function codesInSources(root: string): ReadonlyMap<string, string> {
  const files = globSync('packages/*/src/**/errors*.ts', { cwd: root })
    .filter((file) => !basename(file).endsWith('.test.ts'))
    .sort()
  return new Map(
    files.flatMap((file) => codesIn(read(root, file), file).map((code) => [code, file] as const)),
  )
}

function codesIn(text: string, file: string): string[] {
  const chosen = [...text.matchAll(CHOSEN)].flatMap(({ groups }) => [
    ...(groups?.choice?.match(/'[A-Z][A-Z0-9_]*'/g) ?? []),
  ])
  const thrown = [...text.matchAll(THROWN)].map(({ groups }) => groups?.first ?? '')
  return [...thrown, ...chosen].flatMap((argument) => {
    const code = CODE.exec(argument)?.groups?.code
    const isKnown =
      code !== undefined || PASSED_ON.test(argument) || (argument === 'code' && chosen.length > 0)
    if (!isKnown) throw new Error(`${file}: cannot tell the code of new TestrigError(${argument}, …)`)
    return code === undefined ? [] : [code]
  })
}

function read(root: string, file: string): string {
  return readFileSync(join(root, file), 'utf8')
}
