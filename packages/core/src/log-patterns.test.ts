import { expect, test } from 'vitest'
import { LogPatterns } from './log-patterns.ts'

test('patterns are done when each has matched at least once', () => {
  const ready = /ready/
  const patterns = new LogPatterns([ready, 'port=(?<port>\\d+)'])
  expect(patterns.done).toBe(false)
  patterns.feed(['starting', 'is ready'])
  expect(patterns.matched).toEqual([ready])
  expect(patterns.unmatched).toEqual(['port=(?<port>\\d+)'])
  expect(patterns.done).toBe(false)
  patterns.feed(['port=80'])
  expect(patterns.unmatched).toEqual([])
  expect(patterns.done).toBe(true)
})

test('no patterns are done at once', () => {
  expect(new LogPatterns([]).done).toBe(true)
})

test('one line may match several patterns', () => {
  const patterns = new LogPatterns([/host=(?<host>\S+)/, /port=(?<port>\S+)/])
  patterns.feed(['host=a port=1'])
  expect(patterns.extracts).toEqual({ host: 'a', port: '1' })
  expect(patterns.done).toBe(true)
})

test('a pattern matches anywhere in a line unless it is anchored', () => {
  const patterns = new LogPatterns([/port/, /^port/])
  patterns.feed(['the port'])
  expect(patterns.unmatched).toEqual([/^port/])
})

test('a later match replaces what was extracted, save by a group that took no part in it', () => {
  const patterns = new LogPatterns([/listening on (?<host>\w+)(?::(?<port>\d+))?/])
  patterns.feed(['listening on a:1', 'listening on b'])
  expect(patterns.extracts).toEqual({ host: 'b', port: '1' })
})

test('the flags g and y leave no state behind', () => {
  const patterns = new LogPatterns([/(?<n>\d)/g, /(?<first>\d)/y], [/x/g])
  patterns.feed(['12', '3'])
  expect(patterns.extracts).toEqual({ n: '3', first: '3' })
  patterns.feed(['  4'])
  expect(patterns.extracts).toEqual({ n: '4', first: '4' })
})

test('the other flags count', () => {
  const patterns = new LogPatterns([/READY/i, /READY/])
  patterns.feed(['ready'])
  expect(patterns.unmatched).toEqual([/READY/])
})

test('colours are taken out before matching', () => {
  const patterns = new LogPatterns([/^info: ready on (?<port>\d+)$/])
  patterns.feed(['\u001b[32minfo\u001b[0m: ready on \u001b[1m80\u001b[22m'])
  expect(patterns.extracts).toEqual({ port: '80' })
  expect(patterns.lastLine).toBe('info: ready on 80')
})

test('the first line that matches a pattern of failure is kept', () => {
  const patterns = new LogPatterns([/ready/], ['EADDRINUSE', /fatal/i])
  expect(patterns.failure).toBeUndefined()
  patterns.feed(['ready', 'Error: listen EADDRINUSE 80', 'FATAL: giving up'])
  expect(patterns.failure).toEqual({ pattern: 'EADDRINUSE', line: 'Error: listen EADDRINUSE 80' })
  expect(patterns.done).toBe(true)
})

test('lines are counted, and the last one is known', () => {
  const patterns = new LogPatterns([])
  expect(patterns.lastLine).toBeUndefined()
  patterns.feed(['a', 'b'])
  patterns.feed([])
  patterns.feed(['c'])
  expect([patterns.lineCount, patterns.lastLine]).toEqual([3, 'c'])
})

test('a pattern that is no regular expression is an error that names it', () => {
  expect(() => new LogPatterns(['port=('])).toThrowErrorMatchingInlineSnapshot(
    `[TestrigError [LOG_PATTERN]: The pattern 'port=(' is not a regular expression: Invalid regular expression: /port=(/: Unterminated group. Write \\ before a character that is to stand for itself.]`,
  )
  expect(() => new LogPatterns([], ['(?P<port>\\d+)'])).toThrowErrorMatchingInlineSnapshot(
    `[TestrigError [LOG_PATTERN]: The pattern '(?P<port>\\d+)' is not a regular expression: Invalid regular expression: /(?P<port>\\d+)/: Invalid group. JavaScript writes a named group (?<name>…). Write \\ before a character that is to stand for itself.]`,
  )
  expect(() => new LogPatterns([80 as never])).toThrowErrorMatchingInlineSnapshot(
    `[TestrigError [LOG_PATTERN]: Expected a RegExp or a string that holds one's source, got 80.]`,
  )
  expect(() => new LogPatterns(['['])).toThrow(expect.objectContaining({ code: 'LOG_PATTERN' }))
})
