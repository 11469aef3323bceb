import { expect, test } from 'vitest'
import { printedUnits } from './gtest-list.ts'

test('a printed list has suites, cases, and comments on their parameters', () => {
  const text = [
    'Running main() from gtest_main.cc',
    'Basic.',
    '  Passes',
    '  DISABLED_NotYet',
    'Sized/0.  # TypeParam = int',
    '  HasFourBytes',
    'Numbers/Even.',
    '  IsEven/0  # GetParam() = 2',
    'DISABLED_Suite.',
    '  Case',
  ]
  const expected = [
    { path: ['Basic', 'Passes'], disabled: false },
    { path: ['Basic', 'DISABLED_NotYet'], disabled: true },
    { path: ['Sized/0', 'HasFourBytes'], disabled: false },
    { path: ['Numbers/Even', 'IsEven/0'], disabled: false },
    { path: ['DISABLED_Suite', 'Case'], disabled: true },
  ]
  expect(printedUnits(text.join('\n'))).toEqual(expected)
  expect(printedUnits(text.join('\r\n'))).toEqual(expected)
})

test('what a program prints itself is no case', () => {
  expect(printedUnits('connected to 127.0.0.1:80\n  indented text\nBasic.\n  Passes\n')).toEqual([
    { path: ['Basic', 'Passes'], disabled: false },
  ])
})
