import { expect, test } from 'vitest'
import { findMatches, MOST_MATCHES } from './find-matches.ts'
import { markLine } from './mark-line.ts'
import { parseLog } from './parse-log.ts'

test('a text is found in every line, whatever its case, and as it stands', () => {
  expect(findMatches(parseLog('WARN a\nb\nwarn warn'), 'warn')).toEqual([
    { line: 0, start: 0, end: 4 },
    { line: 2, start: 0, end: 4 },
    { line: 2, start: 5, end: 9 },
  ])
  expect(findMatches(parseLog('a.b (c) [d] \\e'), '(c) [d] \\')).toEqual([{ line: 0, start: 4, end: 13 }])
  expect(findMatches(parseLog('axb'), 'a.b')).toEqual([])
  expect(findMatches(parseLog('anything'), '')).toEqual([])
})

test('a text is found over the border of colours, and each part keeps its colour', () => {
  const [line] = parseLog('\u001b[31mred\u001b[32mgreen\u001b[0m')
  const matches = findMatches(line ? [line] : [], 'edgr')
  expect(line && markLine(line, matches)).toEqual([
    { text: 'r', look: 'fg-red', match: undefined },
    { text: 'ed', look: 'fg-red', match: matches[0] },
    { text: 'gr', look: 'fg-green', match: matches[0] },
    { text: 'een', look: 'fg-green', match: undefined },
  ])
})

test('so many are found at most', () => {
  expect(findMatches(parseLog('a'.repeat(MOST_MATCHES + 1)), 'a')).toHaveLength(MOST_MATCHES)
})
