import { expect, test } from 'vitest'
import { readTap } from './tap-report.ts'

async function cases(...lines: string[]) {
  const { results, gap } = await readTap(`${lines.join('\n')}\n`)
  const shown = results.map(({ path, status, note }) => [...path, status, note ?? ''].join(' > '))
  return gap === undefined ? shown : [...shown, gap]
}

test('lines of the program between those of TAP do not count', async () => {
  expect(await cases('hello', 'ok 1 - a', 'noise', '# diagnosis', 'not ok 2 - b', '1..2')).toEqual([
    'a > passed > ',
    'b > failed > ',
  ])
})

test('tests without names have their numbers', async () => {
  expect(await cases('1..2', 'ok', 'not ok')).toEqual(['test 1 > passed > ', 'test 2 > failed > '])
})

test('what is skipped or still to be done is skipped, with the reason', async () => {
  expect(
    await cases('1..3', 'ok 1 - a # SKIP no net', 'not ok 2 - b # TODO later', 'ok 3 - c # SKIP'),
  ).toEqual(['a > skipped > no net', 'b > skipped > later', 'c > skipped > '])
  expect(await cases('1..0 # SKIP no database')).toEqual(['all cases > skipped > no database'])
})

test.for([
  ['1..0 # SKIP no database', 'ok 1 - a', 'not ok 2 - b'],
  ['ok 1 - a', 'not ok 2 - b', '1..0'],
])('tests beside a plan of none count, and are told: %j', async (lines) => {
  expect(await cases(...lines)).toEqual([
    'a > passed > ',
    'b > failed > ',
    'its plan is 1..0, and yet it has tests',
  ])
})

test('what bails out is not skipped', async () => {
  expect(await cases('1..0 # SKIP no database', 'Bail out! no disk')).toEqual(['it bailed out: no disk'])
})

test('subtests are suites; their own line counts when none of them explains it', async () => {
  const inner = ['# Subtest: suite', '    ok 1 - a', '    1..1']
  expect(await cases('TAP version 13', ...inner, 'ok 1 - suite', '1..1')).toEqual(['suite > a > passed > '])
  expect(await cases('TAP version 13', ...inner, 'not ok 1 - suite', '1..1')).toEqual([
    'suite > a > passed > ',
    'suite > failed > ',
  ])
})

test('a report that is cut off, or bails out, keeps its cases and says so', async () => {
  expect(await cases('TAP version 14', '1..3', 'ok 1 - a')).toMatchInlineSnapshot(`
    [
      "a > passed > ",
      "its TAP is not whole: incorrect number of tests",
    ]
  `)
  expect(await cases('ok 1 - a', 'Bail out! no database')).toMatchInlineSnapshot(`
    [
      "a > passed > ",
      "it bailed out: no database",
    ]
  `)
  expect(await cases('TAP version 13', 'ok 1 - a')).toMatchInlineSnapshot(`
    [
      "a > passed > ",
      "its TAP is not whole: no plan",
    ]
  `)
})

test('what is no TAP at all is no report, and no case is skipped by it', async () => {
  for (const lines of [[], ['hello'], ['TAP version 14'], ['# 1..0']])
    expect(await cases(...lines)).toEqual(['it wrote neither a test nor a plan in TAP'])
  expect(await cases('TAP version 14', '1..0')).toEqual(['all cases > skipped > '])
})

test('a failure has what its block of YAML tells', async () => {
  const block = ['  ---', '  error: no match', '  name: AssertionError', "  location: 'a.mjs:3:5'", '  ...']
  const { results } = await readTap(['1..1', 'not ok 1 - a', ...block].join('\n'))
  expect(results[0]?.failures).toEqual([
    { message: 'no match', name: 'AssertionError', file: 'a.mjs', line: 3 },
  ])
  const other = await readTap(
    ['1..1', 'not ok 1 - a', '  ---', '  found: 1', '  wanted: 2', '  ...'].join('\n'),
  )
  expect(other.results[0]?.failures[0]?.message).toMatchInlineSnapshot(`
    "{
      "found": 1,
      "wanted": 2
    }"
  `)
})
