import { spawn } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, expectTypeOf, onTestFinished, test, vi } from 'vitest'
import { LogMatcher } from './log-matcher.ts'

let directory: string
let path: string
let log: LogMatcher

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'testrig-matcher-'))
  path = join(directory, 'app.log')
  writeFileSync(path, 'first\nsecond\nthird\nfourth\nfifth\n')
  log = new LogMatcher(path)
})

afterEach(() => rmSync(directory, { recursive: true }))

/** Writes when the matcher waits: it has looked at what is there, and its promise is pending. */
async function whileWaiting<T>(waiting: Promise<T>, ...writes: (() => void)[]): Promise<T> {
  for (const write of writes) {
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    write()
  }
  return waiting
}

async function failure(promise: Promise<unknown>): Promise<Error & { code: string }> {
  return promise.then(
    () => expect.unreachable('resolved'),
    (error) => error,
  )
}

describe('match', () => {
  test('resolves to the match and moves behind its line', async () => {
    const match = await log.match(/s(?<rest>econd)/)
    expectTypeOf(match).toEqualTypeOf<RegExpMatchArray>()
    expect(match[0]).toBe('second')
    expect(match.groups).toEqual({ rest: 'econd' })
    expect(log.position.offset).toBe('first\nsecond\n'.length)
    await log.match('fi', { timeout: 0 })
    expect(log.position.offset).toBe('first\nsecond\nthird\nfourth\nfifth\n'.length)
  })

  test('does not find what lies before the position', async () => {
    await log.match(/third/)
    expect(await failure(log.match(/first/, { timeout: 0 }))).toMatchObject({ code: 'LOG_NO_MATCH' })
  })

  test.each([false, true])('finds a line that is written later (poll: %s)', async (poll) => {
    const matcher = new LogMatcher(path, { poll })
    const match = await whileWaiting(matcher.match(/late (\d)/), () => appendFileSync(path, 'late 1\n'))
    expect(match[1]).toBe('1')
  })

  test('takes a line written in two flushes for one', async () => {
    const write = (text: string) => () => appendFileSync(path, text)
    const match = await whileWaiting(log.match(/port=(\d+)/), write('port=12'), write('34'), write('\n'))
    expect(match[1]).toBe('1234')
  })

  test('leaves a line without its end to the next call', async () => {
    appendFileSync(path, 'half a')
    await failure(log.match(/none/, { timeout: 0 }))
    appendFileSync(path, ' line\n')
    expect((await log.match(/^half.*/, { timeout: 0 }))[0]).toBe('half a line')
  })

  test('takes a last line without its end when the time is over', async () => {
    appendFileSync(path, 'prompt> ')
    expect((await log.match(/prompt/, { timeout: 20 })).input).toBe('prompt> ')
    appendFileSync(path, 'answer\n')
    expect((await log.match(/.+/, { timeout: 0 }))[0]).toBe('answer')
  })

  test('waits for a file that does not exist yet, nor its directory', async () => {
    const late = join(directory, 'logs', 'late.log')
    const waiting = new LogMatcher(late).match(/here/)
    await whileWaiting(waiting, () => {
      mkdirSync(join(directory, 'logs'))
      writeFileSync(late, 'here\n')
    })
  })

  test('matches without colours, CRLF and state of the pattern', async () => {
    writeFileSync(path, '\u001b[31mred\u001b[39m alert\r\nred alert\r\n')
    const pattern = /^red alert$/g
    await log.match(pattern, { timeout: 0 })
    await log.match(pattern, { timeout: 0 })
    expect(pattern.lastIndex).toBe(0)
  })

  test('moves to the end when it fails', async () => {
    await failure(log.match(/none/, { timeout: 0 }))
    expect(log.position.offset).toBe(32)
  })

  test('starts over when the file is truncated', async () => {
    await log.match(/fifth/)
    truncateSync(path)
    await whileWaiting(log.match(/new/), () => appendFileSync(path, 'new\n'))
    expect(log.position.offset).toBe(4)
  })

  test('goes over to a file that takes the place of the first while it waits', async () => {
    const waiting = log.match(/second life/)
    await whileWaiting(
      waiting,
      () => renameSync(path, `${path}.1`),
      () => appendFileSync(`${path}.1`, 'still the first\n'),
      () => writeFileSync(path, 'second life\n'),
    )
    expect(log.position.offset).toBe('second life\n'.length)
  })

  test('ends in time although a writer is faster than the reader', async () => {
    const command = 'yes a line of the usual length in a log file | head -c 2000000000 >> "$0"'
    const child = spawn('sh', ['-c', command, path], { detached: true })
    onTestFinished(() => {
      if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL')
    })
    expect(await failure(log.match(/none/, { timeout: 100 }))).toMatchObject({ code: 'LOG_NO_MATCH' })
    expect(log.position.offset).toBeLessThan(2_000_000_000)
  })

  test('leaves no file open', async () => {
    const before = readdirSync('/dev/fd').length
    await Promise.all(Array.from({ length: 20 }, () => new LogMatcher(path).match(/fifth/)))
    expect(readdirSync('/dev/fd').length).toBeLessThan(before + 5)
  })

  test('waits in real time under fake timers', async () => {
    vi.useFakeTimers()
    onTestFinished(() => {
      vi.useRealTimers()
    })
    await failure(log.match(/none/, { timeout: 10 }))
  })
})

describe('a failed match says', () => {
  test('the pattern, the time, the number of lines and the last of them', async () => {
    const lines = Array.from({ length: 12 }, (_, index) => `line ${index + 1}\n`)
    writeFileSync(path, lines.join(''))
    const { message } = await failure(log.match(/none/i, { timeout: 20 }))
    expect(message.replace(directory, '')).toMatchInlineSnapshot(`
      "No match for /none/i in '/app.log' within 0.02 s: scanned 12 lines.
      Last 10 lines:
        line 3
        line 4
        line 5
        line 6
        line 7
        line 8
        line 9
        line 10
        line 11
        line 12"
    `)
  })

  test('that a line differs in case only', async () => {
    const { message } = await failure(log.match(/Second/, { timeout: 0 }))
    expect(message.replace(directory, '')).toMatchInlineSnapshot(`
      "No match for /Second/ in '/app.log' up to its end: scanned 5 lines.
      Last 5 lines:
        first
        second
        third
        fourth
        fifth
      This line differs in upper and lower case only: 'second'"
    `)
  })

  test('that a line before the position matches', async () => {
    await log.match(/fourth/)
    const { message } = await failure(log.match(/second/, { timeout: 0 }))
    expect(message.replace(directory, '')).toMatchInlineSnapshot(`
      "No match for /second/ in '/app.log' up to its end: scanned 1 line.
      Last 1 line:
        fifth
      This line, before the position of the search, matches: 'second'. seek() goes back."
    `)
  })

  test('that the file is missing, and what its directory holds', async () => {
    const { message } = await failure(new LogMatcher(join(directory, 'ap.log')).match(/x/, { timeout: 0 }))
    expect(message.replaceAll(directory, '')).toMatchInlineSnapshot(`
      "No match for /x/ in '/ap.log' up to its end: scanned 0 lines.
      No such file in ''. Did you mean \`app.log\`?"
    `)
    const { message: other } = await failure(
      new LogMatcher(join(directory, 'no', 'x')).match(/x/, { timeout: 0 }),
    )
    expect(other.replaceAll(directory, '')).toMatchInlineSnapshot(`
      "No match for /x/ in '/no/x' up to its end: scanned 0 lines.
      The directory '/no' does not exist."
    `)
  })
})

describe('notMatch', () => {
  test('resolves when the time is over, at the end of the log', async () => {
    await log.notMatch(/sixth/, { timeout: 20 })
    expect(log.position.offset).toBe(32)
  })

  test('rejects as soon as the line is there, and quotes it', async () => {
    const waiting = failure(log.notMatch(/err(or)?/))
    const error = await whileWaiting(waiting, () => appendFileSync(path, 'an error came\n'))
    expect(error.code).toBe('LOG_UNEXPECTED_MATCH')
    expect(error.message.replace(directory, '')).toMatchInlineSnapshot(`
      "Expected no match for /err(or)?/ in '/app.log', but this line matches:
        an error came"
    `)
  })

  test('rejects a last line without its end when the time is over', async () => {
    appendFileSync(path, 'error')
    expect(await failure(log.notMatch(/error/, { timeout: 20 }))).toMatchObject({
      code: 'LOG_UNEXPECTED_MATCH',
    })
  })
})

describe('matchAll', () => {
  test('resolves to what is there', async () => {
    const matches = await log.matchAll(/^f\w+/)
    expect(matches.map(([text]) => text)).toEqual(['first', 'fourth', 'fifth'])
    expect(log.position.offset).toBe(32)
    expect(await log.matchAll(/^f\w+/)).toEqual([])
  })

  test('resolves as soon as the count is reached, behind the last of them', async () => {
    await log.seekEof()
    const waiting = log.matchAll(/n=\d/, { count: 2, timeout: 30_000 })
    const matches = await whileWaiting(
      waiting,
      () => appendFileSync(path, 'n=1\n'),
      () => appendFileSync(path, 'n=2\nn=3\n'),
    )
    expect(matches.map(([text]) => text)).toEqual(['n=1', 'n=2'])
    expect((await log.match(/n=\d/))[0]).toBe('n=3')
  })

  test('collects for the time given', async () => {
    const waiting = log.matchAll(/^f|late/, { timeout: 300 })
    const matches = await whileWaiting(waiting, () => appendFileSync(path, 'late\n'))
    expect(matches.map(([text]) => text)).toEqual(['f', 'f', 'f', 'late'])
  })

  test('counts a last line without its end once', async () => {
    appendFileSync(path, 'final')
    expect(await log.matchAll(/^f/)).toHaveLength(4)
    expect(await log.matchAll(/^f/)).toEqual([])
  })

  test('rejects when fewer than the count have come', async () => {
    const error = await failure(log.matchAll(/^f/, { count: 4, timeout: 20 }))
    expect(error.message.replace(directory, '')).toMatch(
      /^Found 3 of 4 matches of \/\^f\/ in '\/app.log' within 0.02 s: scanned 5 lines\./,
    )
  })

  test('is quick where every line matches', async () => {
    writeFileSync(path, 'f\n'.repeat(500_000))
    const start = performance.now()
    expect(await log.matchAll(/^f/)).toHaveLength(500_000)
    expect(performance.now() - start).toBeLessThan(5000)
  })
})

describe('between marks', () => {
  beforeEach(async () => {
    await log.match(/second/)
    await log.mark('a')
    await log.match(/fourth/)
    await log.mark('b')
  })

  test('the line of the first mark is out, the line of the second is in', async () => {
    expect(await log.getBetween('a', 'b')).toBe('third\nfourth\n')
    expect((await log.matchBetween(/^(f|t).*/, 'a', 'b'))?.[0]).toBe('third')
    expect((await log.matchBetween(/four/, 'a', 'b'))?.[0]).toBe('four')
    expect(await log.matchBetween(/second|fifth/, 'a', 'b')).toBeNull()
    expect(await log.notMatchBetween(/second|fifth/, 'a', 'b')).toBe(true)
    expect(await log.notMatchBetween(/third/, 'a', 'b')).toBe(false)
  })

  test('a missing mark stands for the start or the end', async () => {
    expect(await log.getBetween()).toBe('first\nsecond\nthird\nfourth\nfifth\n')
    expect(await log.getBetween('b')).toBe('fifth\n')
    expect(await log.getBetween(undefined, 'a')).toBe('first\nsecond\n')
    appendFileSync(path, 'half')
    expect(await log.getBetween('b')).toBe('fifth\nhalf')
  })

  test('the position stays', async () => {
    const { position } = log
    await log.matchBetween(/third/, 'a', 'b')
    await log.getBetween()
    expect(log.position).toEqual(position)
  })

  test('nothing lies between a mark and itself', async () => {
    expect(await log.getBetween('a', 'a')).toBe('')
    expect(await log.notMatchBetween(/./, 'a', 'a')).toBe(true)
  })

  test('marks in the wrong order are an error', async () => {
    expect(await failure(log.matchBetween(/x/, 'b', 'a'))).toMatchObject({ code: 'LOG_MARK_ORDER' })
    const { message } = await failure(log.getBetween('b', 'a'))
    expect(message).toMatchInlineSnapshot(
      `"Mark 'b' must be before mark 'a', but it is after it. Swap the two."`,
    )
  })

  test('an unknown mark is an error that lists the known', async () => {
    const { code, message } = await failure(log.getBetween('start', 'b'))
    expect(code).toBe('LOG_MARK_UNKNOWN')
    expect(message).toMatchInlineSnapshot(`"No mark 'start': set it with mark() first. Known: \`a\`, \`b\`."`)
    expect(await failure(log.seek('c'))).toMatchObject({ code: 'LOG_MARK_UNKNOWN' })
  })

  test('nothing lies before a mark that was set when there was no file', async () => {
    const late = new LogMatcher(join(directory, 'late.log'))
    await late.seekEof()
    await late.mark('none')
    writeFileSync(late.path, 'one\n')
    expect(await late.getBetween(undefined, 'none')).toBe('')
    expect(await late.getBetween('none')).toBe('one\n')
  })
})

describe('position', () => {
  test('seek goes to the start and to a mark, seekEof to the end', async () => {
    await log.match(/third/)
    await log.mark('third')
    await log.seek()
    expect((await log.match(/^f/, { timeout: 0 })).input).toBe('first')
    await log.seek('third')
    expect((await log.match(/^f/, { timeout: 0 })).input).toBe('fourth')
    await log.seek()
    await log.seekEof()
    expect(await log.matchAll(/./)).toEqual([])
  })

  test('seekEof counts from the moment of the call', async () => {
    const moved = log.seekEof()
    appendFileSync(path, 'sixth\n')
    await moved
    expect((await log.match(/.+/, { timeout: 0 }))[0]).toBe('sixth')
  })

  test('calls run in the order in which they were made', async () => {
    const results = Promise.all([
      log.match(/first/),
      log.match(/^f.*/),
      log.mark('m'),
      log.match(/^f.*/),
      log.getBetween('m'),
    ])
    const [, fourth, , fifth, rest] = await results
    expect([fourth[0], fifth[0], rest]).toEqual(['fourth', 'fifth', 'fifth\n'])
  })

  test('a failed call does not hold up the next', async () => {
    const failed = failure(log.match(/none/, { timeout: 10 }))
    const next = log.seek()
    await Promise.all([failed, next])
    await log.match(/first/, { timeout: 0 })
  })
})

describe('expect', () => {
  test('matches only what was written since', async () => {
    const match = await log.expect(/^f.*/, () => appendFileSync(path, 'fresh\n'))
    expect(match[0]).toBe('fresh')
  })

  test('takes a body that uses the matcher', async () => {
    const match = await log.expect(/b/, async () => {
      appendFileSync(path, 'a\nb\n')
      await log.match(/a/)
    })
    expect(match[0]).toBe('b')
  })

  test('throws what the body throws', async () => {
    const error = new Error('of the body')
    await expect(log.expect(/x/, () => Promise.reject(error), { timeout: 0 })).rejects.toBe(error)
  })

  test('rejects when nothing came', async () => {
    expect(await failure(log.expect(/first/, () => {}, { timeout: 10 }))).toMatchObject({
      code: 'LOG_NO_MATCH',
    })
  })
})

describe('a rotated log', () => {
  let rotated: LogMatcher

  beforeEach(() => {
    for (const [index, name] of ['app.log.2', 'app.log.1', 'app.log'].entries()) {
      writeFileSync(join(directory, name), `from ${name}\n`)
      utimesSync(join(directory, name), 1000 + index, 1000 + index)
    }
    rotated = new LogMatcher(join(directory, 'app.log*'))
  })

  function rotate(): void {
    renameSync(`${path}.1`, `${path}.3`)
    renameSync(path, `${path}.1`)
  }

  test('is read from its oldest file on', async () => {
    const matches = await rotated.matchAll(/from (.*)/)
    expect(matches.map(([, name]) => name)).toEqual(['app.log.2', 'app.log.1', 'app.log'])
    expect(await rotated.matchAll(/from/)).toEqual([])
  })

  test('is read in the order of the last writes, whatever the names', async () => {
    utimesSync(path, 999, 999)
    const matches = await rotated.matchAll(/from (.*)/)
    expect(matches.map(([, name]) => name)).toEqual(['app.log', 'app.log.2', 'app.log.1'])
  })

  test('is read by its numbers where the times are equal', async () => {
    for (const name of ['app.log.2', 'app.log.1', 'app.log']) utimesSync(join(directory, name), 1000, 1000)
    writeFileSync(`${path}.10`, 'from app.log.10\n')
    utimesSync(`${path}.10`, 1000, 1000)
    const matches = await rotated.matchAll(/from (.*)/)
    expect(matches.map(([, name]) => name)).toEqual(['app.log.10', 'app.log.2', 'app.log.1', 'app.log'])
  })

  test('is read without what was compressed', async () => {
    writeFileSync(`${path}.3.gz`, 'from app.log.3\n')
    expect(await rotated.matchAll(/from/)).toHaveLength(3)
  })

  test('keeps the position over a rotation', async () => {
    await rotated.match(/log.1/)
    rotate()
    writeFileSync(path, 'from the new one\n')
    const matches = await rotated.matchAll(/from (.*)/)
    expect(matches.map(([, name]) => name)).toEqual(['app.log', 'the new one'])
  })

  test('rotates while a match waits, and loses no line', async () => {
    await rotated.seekEof()
    const waiting = rotated.matchAll(/new (\d)/, { count: 4 })
    const matches = await whileWaiting(
      waiting,
      () => appendFileSync(path, 'new 1\n'),
      rotate,
      () => appendFileSync(`${path}.1`, 'new 2\n'),
      () => writeFileSync(path, ''),
      () => appendFileSync(`${path}.1`, 'new 3\n'),
      () => appendFileSync(path, 'new 4\n'),
    )
    expect(matches.map(([, number]) => number)).toEqual(['1', '2', '3', '4'])
  })

  test('keeps marks over a rotation', async () => {
    await rotated.match(/log.1/)
    await rotated.mark('a')
    rotate()
    writeFileSync(path, 'from the new one\nand more\n')
    await rotated.match(/the new one/)
    await rotated.mark('b')
    expect(await rotated.getBetween('a', 'b')).toBe('from app.log\nfrom the new one\n')
    expect(await failure(rotated.getBetween('b', 'a'))).toMatchObject({ code: 'LOG_MARK_ORDER' })
  })

  test('ends at a mark in a file that is not the last', async () => {
    await rotated.match(/log.1/)
    await rotated.mark('a')
    expect(await rotated.getBetween(undefined, 'a')).toBe('from app.log.2\nfrom app.log.1\n')
    expect(await rotated.matchBetween(/log$/, 'a', 'a')).toBeNull()
  })

  test('goes on with the oldest that is left when its file was removed', async () => {
    await rotated.match(/log.2/)
    rmSync(`${path}.2`)
    expect((await rotated.match(/from (.*)/, { timeout: 0 }))[1]).toBe('app.log.1')
  })

  test('may appear later', async () => {
    const late = new LogMatcher(join(directory, 'logs', 'x.log*'))
    await whileWaiting(late.match(/here/), () => {
      mkdirSync(join(directory, 'logs'))
      writeFileSync(join(directory, 'logs', 'x.log'), 'here\n')
    })
  })
})

test('a path with the characters of a glob that exists is a file', async () => {
  const odd = join(directory, 'app[1].log')
  writeFileSync(odd, 'odd\n')
  await new LogMatcher(odd).match(/odd/, { timeout: 0 })
})

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '5' as never])(
  'the timeout %s is refused',
  async (timeout) => {
    const refused = { code: 'LOG_TIMEOUT', message: expect.stringContaining(String(timeout)) }
    expect(await failure(log.match(/x/, { timeout }))).toMatchObject(refused)
    expect(await failure(log.expect(/x/, () => {}, { timeout }))).toMatchObject(refused)
    expect(() => new LogMatcher(path, { timeout })).toThrow(expect.objectContaining(refused))
  },
)

test('options that are none are refused', async () => {
  const refused = {
    code: 'OPTION_INVALID',
    message: 'LogMatcher takes an object of options, but was given 100 (number).',
  }
  expect(await failure(log.match(/x/, 100 as never))).toMatchObject(refused)
  expect(await failure(log.matchAll(/x/, 100 as never))).toMatchObject(refused)
  expect(() => new LogMatcher(path, 100 as never)).toThrow(refused.message)
  expect(() => new LogMatcher(path, { polls: true } as never)).toThrow('Did you mean `poll`?')
  expect(await failure(log.match(/x/, { count: 2 } as never))).toMatchObject({ code: 'OPTION_UNKNOWN' })
  expect(await failure(log.notMatch(/x/, { timout: 100 } as never))).toMatchObject({
    message: 'LogMatcher has no option `timout` (given 100 (number)). Did you mean `timeout`?',
  })
})

test('a wrong pattern and a wrong count are refused', async () => {
  expect(await failure(log.match('('))).toMatchObject({ code: 'LOG_PATTERN' })
  expect(await failure(log.matchAll(/x/, { count: 0 }))).toMatchObject({ code: 'LOG_COUNT' })
})

describe('a file that bears the inode number of one that was removed', () => {
  test('is read from its start', async () => {
    await log.seekEof()
    rmSync(path)
    writeFileSync(path, `sixth\n${'-'.repeat(100)}\n`)
    await log.match(/^sixth$/, { timeout: 0 })
  })

  test('is not taken for one that was read', async () => {
    const rotated = new LogMatcher(`${path}*`)
    for (let line = 0; line < 5; line++) {
      renameSync(path, `${path}.1`) // And removes the one before.
      writeFileSync(path, `line ${line}\n`)
      await rotated.match(`^line ${line}$`, { timeout: 0 })
    }
  })
})

test('no line is missed, and none comes twice, while files are rotated between any two steps of a search', async () => {
  rmSync(path)
  const LINES = 120
  const rotate = `i=0; while [ $i -lt ${LINES} ]; do echo "line $i" > app.log; mv app.log app.log.$((9999 - i)); i=$((i + 1)); done`
  const writer = spawn('sh', ['-c', rotate], { cwd: directory })
  onTestFinished(() => void writer.kill('SIGKILL'))
  const rotated = new LogMatcher(`${path}*`)
  const found: (string | undefined)[] = []
  while (found.length < LINES) found.push((await rotated.match(/^line (\d+)$/))[1])
  expect(found).toEqual(Array.from({ length: LINES }, (_, line) => String(line)))
})

test('a directory in place of the log is told of', async () => {
  await log.seekEof()
  const waiting = failure(log.match(/never/))
  await whileWaiting(Promise.resolve(), () => {
    renameSync(path, `${path}.1`)
    mkdirSync(path)
    writeFileSync(join(path, 'entry'), '')
  })
  expect(await waiting).toMatchObject({ code: 'LOG_FILE_KIND' })
})
