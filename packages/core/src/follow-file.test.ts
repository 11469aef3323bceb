import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type FileFollower, type FollowOptions, followFile } from './follow-file.ts'

let directory: string
let path: string
let lines: string[]

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'testrig-follow-'))
  path = join(directory, 'out.log')
  lines = []
})

afterEach(() => rmSync(directory, { recursive: true }))

function follow(options?: FollowOptions, file = path): FileFollower {
  const follower = followFile(file, (batch) => lines.push(...batch), options)
  onTestFinished(() => follower.close().catch(() => {}))
  return follower
}

function seen(...expected: string[]): Promise<void> {
  return vi.waitFor(() => expect(lines).toEqual(expected), { timeout: 5000, interval: 1 })
}

function open(flags: string): number {
  const descriptor = openSync(path, flags)
  onTestFinished(() => closeSync(descriptor))
  return descriptor
}

describe.each([{ poll: false }, { poll: true }])('with $poll for poll', ({ poll }) => {
  test('lines that are there and lines written later are handed over in order', async () => {
    writeFileSync(path, 'one\ntwo\n')
    follow({ poll })
    await seen('one', 'two')
    appendFileSync(path, 'three\n\nfive\n')
    await seen('one', 'two', 'three', '', 'five')
  })

  test('a line written in two flushes is one line', async () => {
    const descriptor = open('a')
    const follower = follow({ poll })
    writeSync(descriptor, 'port=12')
    await vi.waitFor(() => expect(follower.offset).toBe(7), { interval: 1 })
    writeSync(descriptor, '34\n')
    await seen('port=1234')
  })

  test('a file in a directory that does not exist yet is followed from its first byte', async () => {
    const file = join(directory, 'a', 'b', 'late.log')
    follow({ poll }, file)
    mkdirSync(join(directory, 'a'))
    mkdirSync(join(directory, 'a', 'b'))
    writeFileSync(file, 'first\n')
    await seen('first')
    appendFileSync(file, 'second\n')
    await seen('first', 'second')
  })

  test('a truncated file is followed from its new start', async () => {
    writeFileSync(path, 'a long first line\n')
    follow({ poll })
    await seen('a long first line')
    truncateSync(path)
    appendFileSync(path, 'short\n')
    await seen('a long first line', 'short')
  })

  test('a renamed file is read to its end before its successor', async () => {
    const old = open('a')
    writeSync(old, 'one\n')
    const follower = follow({ poll })
    await seen('one')
    renameSync(path, `${path}.1`)
    writeSync(old, 'two\n')
    await seen('one', 'two')
    writeFileSync(path, '')
    await follower.flush()
    writeSync(old, 'three\n')
    await seen('one', 'two', 'three')
    appendFileSync(path, 'four\n')
    await seen('one', 'two', 'three', 'four')
    appendFileSync(path, 'five\n')
    await seen('one', 'two', 'three', 'four', 'five')
  })
})

test("a file that another is renamed over loses no line that was not read, and its last line's end is not awaited", async () => {
  writeFileSync(path, 'one\nunfinished')
  const follower = follow()
  writeFileSync(`${path}.new`, 'two\n')
  renameSync(`${path}.new`, path)
  await follower.flush()
  expect(lines).toEqual(['one', 'unfinished', 'two'])
  appendFileSync(path, 'three\n')
  await seen('one', 'unfinished', 'two', 'three')
})

test('a removed and created file is followed', async () => {
  writeFileSync(path, 'one\n')
  follow()
  await seen('one')
  unlinkSync(path)
  writeFileSync(path, 'two\n')
  await seen('one', 'two')
})

test('a file that was truncated and has grown beyond the old offset at once is followed from its new start', async () => {
  writeFileSync(path, 'old one\n')
  const follower = follow()
  await follower.flush()
  copyFileSync(path, `${path}.1`)
  truncateSync(path)
  appendFileSync(path, 'new one\nnew two\nnew three\n')
  await follower.flush()
  expect(lines).toEqual(['old one', 'new one', 'new two', 'new three'])
})

test('an unfinished line that was truncated is a line of its own', async () => {
  writeFileSync(path, 'unfinished')
  const follower = follow()
  await follower.flush()
  truncateSync(path)
  appendFileSync(path, 'new\n')
  await follower.flush()
  expect(lines).toEqual(['unfinished', 'new'])
})

test('a writer that keeps its own offset over a truncation goes on without the hole', async () => {
  const descriptor = open('w')
  writeSync(descriptor, 'before the truncation\n')
  const follower = follow()
  await follower.flush()
  ftruncateSync(descriptor)
  writeSync(descriptor, 'after\n')
  await follower.flush()
  ftruncateSync(descriptor)
  await follower.flush()
  writeSync(descriptor, 'and again\n')
  await follower.flush()
  expect(lines).toEqual(['before the truncation', 'after', 'and again'])
})

test('lines written before the start offset never count', async () => {
  writeFileSync(path, 'Listening on 1\n')
  const atEnd = follow({ from: 'end' })
  expect(atEnd.offset).toBe(15)
  appendFileSync(path, 'Listening on 2\n')
  await atEnd.flush()
  expect(lines).toEqual(['Listening on 2'])
  const follower = follow({ from: 10 })
  await follower.flush()
  expect(lines).toEqual(['Listening on 2', 'on 1', 'Listening on 2'])
})

test('an offset beyond the end counts as the start, since the file was truncated', async () => {
  writeFileSync(path, 'short\n')
  await follow({ from: 4000 }).flush()
  expect(lines).toEqual(['short'])
})

test('characters that are split over reads are whole', async () => {
  const descriptor = open('a')
  const follower = follow()
  const bytes = Buffer.from('größe 😀 ok\n')
  for (const byte of bytes) {
    writeSync(descriptor, Buffer.of(byte))
    await follower.flush()
  }
  expect(lines).toEqual(['größe 😀 ok'])
  expect(follower.offset).toBe(bytes.length)
})

test('line ends of CRLF are taken off, colours and lone carriage returns stay', async () => {
  const descriptor = open('a')
  const follower = follow()
  writeSync(descriptor, 'one\r')
  await follower.flush()
  writeSync(descriptor, '\n\u001b[32mgreen\u001b[0m\r\n1%\r2%\n')
  await follower.flush()
  expect(lines).toEqual(['one', '\u001b[32mgreen\u001b[0m', '1%\r2%'])
})

test('a line of more than 1 MiB comes in pieces that split no character', async () => {
  const text = '€'.repeat(1_000_000)
  writeFileSync(path, `${text}\nnext\n`)
  const follower = follow()
  await follower.flush()
  expect(lines.length).toBeGreaterThan(2)
  expect(lines.at(-1)).toBe('next')
  expect(lines.slice(0, -1).join('')).toBe(text)
  expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThan(1.2 * 1024 * 1024)
})

test('closing delivers a last line without its end, and nothing after it', async () => {
  writeFileSync(path, 'one\nlast words')
  const follower = follow()
  await follower.close()
  expect(lines).toEqual(['one', 'last words'])
  appendFileSync(path, ' and more\n')
  await Promise.all([follower.flush(), follower.close()])
  expect(lines).toEqual(['one', 'last words'])
})

test('closing leaves a last line without its end out on demand', async () => {
  writeFileSync(path, 'one\nlast words')
  await follow().close({ flushPartial: false })
  expect(lines).toEqual(['one'])
})

test('flush reads what another process has written', async () => {
  const descriptor = open('a')
  const follower = follow()
  const child = spawn('sh', ['-c', 'for i in 1 2 3; do echo line $i; done'], {
    stdio: ['ignore', descriptor, 'ignore'],
  })
  await once(child, 'exit')
  await follower.flush()
  expect(lines).toEqual(['line 1', 'line 2', 'line 3'])
})

test('flush ends although a writer is faster than the reader', async () => {
  const descriptor = open('a')
  const child = spawn('sh', ['-c', 'yes | head -c 2000000000'], {
    stdio: ['ignore', descriptor, 'ignore'],
    detached: true,
  })
  const stop = () => child.exitCode === null && process.kill(-child.pid!, 'SIGKILL')
  let count = 0
  const follower = followFile(path, (batch) => {
    count += batch.length
  })
  await vi.waitFor(() => expect(count).toBeGreaterThan(0), { interval: 1 })
  const offset = follower.offset
  await follower.flush()
  expect(follower.offset).toBeGreaterThanOrEqual(offset)
  expect(follower.offset).toBeLessThan(2_000_000_000)
  stop()
  truncateSync(path)
  await follower.close()
})

test('the event loop turns while a large file is read', async () => {
  writeFileSync(path, 'a line of the usual length in a log file\n'.repeat(1_000_000))
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  onTestFinished(() => clearInterval(timer))
  let count = 0
  const follower = followFile(path, (batch) => {
    count += batch.length
  })
  await follower.close()
  expect(count).toBe(1_000_000)
  expect(turns).toBeGreaterThan(3)
})

test('a follower does not keep its process alive', async () => {
  const program = `import { followFile } from '${import.meta.resolve('./follow-file.ts')}'
    followFile('${path}', () => {})
    followFile('${path}', () => {}, { poll: true })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' })
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('followers that are closed leave no file open', async () => {
  writeFileSync(path, 'one\n')
  const before = openFiles()
  const followers = Array.from({ length: 20 }, () => follow())
  expect(openFiles()).toBeGreaterThanOrEqual(before + 20)
  await Promise.all(followers.map((follower) => follower.close()))
  expect(openFiles()).toBeLessThan(before + 5)
})

function openFiles(): number {
  return readdirSync('/dev/fd').length
}

test.each([-1, 1.5, Number.NaN, 'start' as never])('the offset %s is refused', (from) => {
  expect(() => followFile(path, () => {}, { from })).toThrow(
    expect.objectContaining({ code: 'LOG_OFFSET', message: expect.stringContaining(String(from)) }),
  )
})

test('a directory and a pipe are refused', async () => {
  expect(() => followFile(directory, () => {})).toThrow(
    expect.objectContaining({
      code: 'LOG_FILE_KIND',
      message: `'${directory}' is not a regular file. Give the path of a file.`,
    }),
  )
  await once(spawn('mkfifo', [path]), 'exit')
  expect(() => followFile(path, () => {})).toThrow(expect.objectContaining({ code: 'LOG_FILE_KIND' }))
})

test('a file that takes the place and cannot be followed fails the next flush', async () => {
  writeFileSync(path, 'one\n')
  const follower = follow()
  await follower.flush()
  unlinkSync(path)
  mkdirSync(path)
  await expect(follower.flush()).rejects.toMatchObject({ code: 'LOG_FILE_KIND' })
})

test('a directory in place of the file leaves the file open that was there, and no other is read or closed', async () => {
  writeFileSync(path, 'first\n')
  const follower = follow()
  await seen('first')
  renameSync(path, `${path}.1`)
  mkdirSync(path)
  writeFileSync(join(path, 'entry'), '')
  await expect(follower.flush()).rejects.toMatchObject({ code: 'LOG_FILE_KIND' })
  const other = openSync(join(directory, 'other'), 'w+')
  writeSync(other, 'of another file\n'.repeat(9))
  appendFileSync(`${path}.1`, 'second\n')
  await expect(follower.close()).rejects.toMatchObject({ code: 'LOG_FILE_KIND' })
  expect(lines).toEqual(['first', 'second'])
  closeSync(other)
})
