import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { rejection } from '../test/fixtures/rejection.ts'
import { Driver } from './driver.ts'
import type { DriverOptions } from './driver-options.ts'

type Stream = 'log' | 'stdout' | 'stderr'

/** A driver with three files; each start writes to them what it is told, and then fails if it is told so. */
class Writer extends Driver {
  text: Partial<Record<Stream, string>> = {}
  flag: 'a' | 'w' = 'a'
  failing = false

  override get logpath(): string {
    return join(this.runpath, 'app.log')
  }

  override get outpath(): string {
    return join(this.runpath, 'stdout')
  }

  override get errpath(): string {
    return join(this.runpath, 'stderr')
  }

  get paths(): Readonly<Record<Stream, string>> {
    return { log: this.logpath, stdout: this.outpath, stderr: this.errpath }
  }

  protected override starting(): void {
    for (const [stream, text] of Object.entries(this.text))
      writeFileSync(this.paths[stream as Stream], text, { flag: this.flag })
    if (this.failing) throw new Error('no disk')
  }

  protected override stopping(): void {
    if (this.failing) throw new Error('no power')
  }
}

function writer(text: Writer['text'], options: DriverOptions = {}): Writer {
  const made = new Writer({ name: 'app', startTimeout: 100, ...options })
  made.text = text
  return made
}

/** The message of a start that fails, without paths. */
async function failure(driver: Writer): Promise<string> {
  const { message } = await rejection(driver.start())
  return message.replaceAll(driver.runpath, '<runpath>')
}

function hintsOf(message: string): readonly string[] {
  return message
    .split('\n')
    .filter((line) => line.includes('hint:'))
    .map((line) => line.trim())
}

describe('a line that is awaited in one file and comes in another', () => {
  test('is told, with the option for it', async () => {
    const app = writer(
      { stdout: 'booting\n', stderr: 'warning\nready on 4711\n' },
      { stdoutRegexps: [/ready/] },
    )
    expect(await failure(app)).toMatchInlineSnapshot(`
      "Writer "app" failed to start (startedCheck): was not up within its startTimeout of 100 ms.
        unmatched in stdout: /ready/ (8 bytes in 1 line seen, the last one "booting")
        hint: /ready/ matches a line of stderr, "ready on 4711": await it by stderrRegexps
        last lines of stdout (<runpath>/stdout):
          booting
        last lines of stderr (<runpath>/stderr):
          warning
          ready on 4711
        its directory: <runpath>"
    `)
  })

  test.for<[Stream, Stream]>([
    ['stderr', 'stdout'],
    ['log', 'stderr'],
    ['stdout', 'log'],
  ])('%s, %s', async ([awaited, written]) => {
    const app = writer({ [written]: 'now ready\n' }, { [`${awaited}Regexps`]: ['ready', /up/] })
    expect(hintsOf(await failure(app))).toEqual([
      `hint: ready matches a line of ${written}, "now ready": await it by ${written}Regexps`,
    ])
  })

  test('is not told when it is from an earlier start, or comes in time', async () => {
    const app = writer({ stdout: 'up\n', stderr: 'up and ready\n' }, { stdoutRegexps: [/up/] })
    await app.start()
    await app.stop()
    app.text = {}
    expect(hintsOf(await failure(app))).toEqual([])
  })
})

describe('the last lines in an error', () => {
  test('are those of the start that failed', async () => {
    const app = writer({ stdout: 'one\n', stderr: 'earlier\n', log: 'first' })
    await app.start()
    await app.stop()
    app.text = { stdout: 'two\n', log: ', second\n' }
    app.failing = true
    expect(await failure(app)).toMatchInlineSnapshot(`
      "Writer "app" failed to start (starting): no disk
        last lines of stdout (<runpath>/stdout):
          two
        last lines of log (<runpath>/app.log):
          , second
        its directory: <runpath>"
    `)
    expect(
      (await app.logTails()).map(({ lines }) => lines),
      'of all',
    ).toEqual([['one', 'two'], ['earlier'], ['first, second']])
  })

  test('are those since the start when a stop fails', async () => {
    const app = writer({ stdout: 'one\n' })
    await app.start()
    await app.stop()
    app.text = { stdout: 'two\n' }
    await app.start()
    app.failing = true
    expect((await rejection(app.stop())).message.replaceAll(app.runpath, '<runpath>')).toMatchInlineSnapshot(`
      "Writer "app" failed to stop (stopping): no power
        last lines of stdout (<runpath>/stdout):
          two"
    `)
  })

  test('are all of a file that the start has written anew', async () => {
    const app = writer({ log: 'one\n' })
    await app.start()
    await app.stop()
    Object.assign(app, { text: { log: 'two\nthree\n' }, flag: 'w', failing: true })
    expect(await failure(app)).toContain('last lines of log (<runpath>/app.log):\n    two\n    three\n')
  })
})
