import { appendFileSync, existsSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { throws } from '../test/fixtures/recorder.ts'
import { rejection } from '../test/fixtures/rejection.ts'
import { context } from './context.ts'
import { Driver } from './driver.ts'
import type { DriverOptions } from './driver-options.ts'
import { environment } from './environment-definition.ts'

/** A driver that writes its own log, and perhaps an output. */
class Writer extends Driver {
  readonly #write: (writer: Writer) => unknown

  constructor(options: DriverOptions<Writer>, write: (writer: Writer) => unknown) {
    super(options)
    this.#write = write
  }

  override get logpath(): string {
    return join(this.runpath, 'app.log')
  }

  override get outpath(): string {
    return join(this.runpath, 'stdout')
  }

  log(text: string): void {
    appendFileSync(this.logpath, text)
  }

  print(text: string): void {
    appendFileSync(this.outpath, text)
  }

  acquire(release: () => unknown): void {
    this.onStop(release)
  }

  protected override async starting(): Promise<void> {
    await this.#write(this)
  }
}

const base = { name: 'app', startTimeout: 300, stopTimeout: 50 }

/** The message of a start that fails, without paths. */
async function failure(driver: Driver): Promise<string> {
  const { message } = await rejection(driver.start())
  return message.replaceAll(driver.runpath, '<runpath>')
}

describe('patterns', () => {
  test('of each file are awaited there, and give their named groups', async () => {
    const writer = new Writer(
      {
        ...base,
        logRegexps: [/listening on (?<host>\S+):(?<port>\d+)/],
        stdoutRegexps: ['^ready (?<version>.+)$'],
      },
      (each) => {
        each.log('starting\nlistening on 127.0.0.1:4711\n')
        each.print('ready 1.2\n')
      },
    )
    await writer.start()
    expect(writer.extracts).toEqual({ host: '127.0.0.1', port: '4711', version: '1.2' })
    await writer.stop()
  })

  test('may be met long after starting()', async () => {
    const writer = new Writer({ ...base, startTimeout: 20_000, logRegexps: [/up/] }, () => {})
    const started = writer.start()
    await expect.poll(() => writer.waitingFor().join()).toMatch(/log matches \/up\/: no line has matched/)
    writer.log('not yet\n')
    await expect.poll(() => writer.waitingFor().join()).toContain('not yet')
    writer.log('now up\n')
    await started
    expect(writer.timeline.conditions.map(({ name }) => name)).toEqual(['log matches /up/'])
    await writer.stop()
  })

  test('that a line of an earlier start matches do not count', async () => {
    let text = 'up port=1\n'
    const writer = new Writer({ ...base, logRegexps: [/up port=(?<port>\d)/] }, (each) => each.log(text))
    await writer.start()
    expect(writer.extracts).toEqual({ port: '1' })
    await writer.stop()
    text = 'nothing new\n'
    expect(await failure(writer)).toContain('unmatched in log: /up port=(?<port>\\d)/')
    text = 'up port=2\n'
    await writer.start()
    expect(writer.extracts).toEqual({ port: '2' })
    await writer.stop()
  })

  test('that a line written before the start matches do not count', async () => {
    const writer = new Writer({ ...base, logRegexps: [/up/], failRegexps: [/fatal/] }, (each) =>
      each.log('up at last\n'),
    )
    writeFileSync(writer.logpath, 'up\nfatal\n')
    await writer.start()
    await writer.stop()
  })

  test.for([
    ['of the same size', 'up port=1\n', 'up port=2\n'],
    ['with the same text', 'up port=1\n', 'up port=1\n'],
    ['of greater size', 'up port=1\n', 'up port=2\nand on\n'],
    ['of smaller size', 'start 1\nup port=1\n', 'up port=2\n'],
  ] as const)('count in a log that the start writes anew, %s', async ([, first, second]) => {
    let text: string = first
    const writer = new Writer({ ...base, logRegexps: [/up port=(?<port>\d)/] }, (each) =>
      writeFileSync(each.logpath, text),
    )
    await writer.start()
    text = second
    utimesSync(writer.logpath, 0, 0) // Clocks of file systems tick every few milliseconds.
    await writer.restart()
    expect(writer.extracts).toEqual({ port: /port=(\d)/.exec(second)?.[1] })
    await writer.stop()
  })

  test('count in a log that takes the place of the one before', async () => {
    const writer = new Writer({ ...base, logRegexps: [/up/] }, (each) => {
      renameSync(each.logpath, `${each.logpath}.1`)
      each.log('up\nand on\n')
    })
    writeFileSync(writer.logpath, 'old\n')
    await writer.start()
    await writer.stop()
  })

  test('do not match half a line', async () => {
    const writer = new Writer({ ...base, startTimeout: 20_000, logRegexps: [/port=(?<port>\d+)$/] }, (each) =>
      each.log('port=47'),
    )
    const started = writer.start()
    await expect.poll(() => writer.waitingFor()).toHaveLength(1)
    writer.log('11\n')
    await started
    expect(writer.extracts['port']).toBe('4711')
    await writer.stop()
  })

  test('may come from other drivers', async () => {
    const writer = new Writer({ ...base, logRegexps: [context('other', 'to {{ name }}')] }, (each) =>
      each.log('to other\n'),
    )
    const group = await environment([new Driver({ name: 'other' }), writer], { keepRunpath: 'never' }).start()
    await group.stop()
  })

  test('that are not met fail the start with what was seen', async () => {
    const writer = new Writer(
      {
        ...base,
        logRegexps: [/listening on (?<port>\d+)/, 'ready'],
        stdoutRegexps: [/done/],
        errorLogLines: 2,
      },
      (each) => each.log('one\ntwo\nlistening on 4711\n'),
    )
    expect(await failure(writer)).toMatchInlineSnapshot(`
      "Writer "app" failed to start (startedCheck): was not up within its startTimeout of 300 ms.
        unmatched in log: ready (26 bytes in 3 lines seen, the last one "listening on 4711")
        unmatched in stdout: /done/ (<runpath>/stdout does not exist)
        extracted so far: port=4711
        last lines of log (<runpath>/app.log):
          two
          listening on 4711
        its directory: <runpath>"
    `)
  })
})

test('a start that fails while patterns are awaited does not wait for them any longer', {
  timeout: 15_000,
}, async () => {
  const options = { name: 'app', startTimeout: 50, stopTimeout: 600_000, logRegexps: [/up/] }
  expect((await rejection(new Writer(options, () => {}).start())).code).toBe('START_TIMEOUT')
})

describe('failRegexps', () => {
  test('end the start at once with the line', async () => {
    const writer = new Writer(
      { ...base, startTimeout: 20_000, logRegexps: [/up/], failRegexps: [/address already in use/i] },
      (each) => {
        each.log('booting\nError: Address already in use (4711)\n')
      },
    )
    expect(await failure(writer)).toMatchInlineSnapshot(`
      "Writer "app" failed to start (startedCheck): a line of log matches the failure pattern /address already in use/i: Error: Address already in use (4711)
        unmatched in log: /up/ (45 bytes in 2 lines seen, the last one "Error: Address already in use (4711)")
        last lines of log (<runpath>/app.log):
          booting
          Error: Address already in use (4711)
        its directory: <runpath>"
    `)
  })

  test('are looked for in every file, also when nothing else is awaited', async () => {
    const writer = new Writer({ ...base, startTimeout: 20_000, failRegexps: ['FATAL'] }, (each) =>
      each.print('FATAL: no disk\n'),
    )
    const startedOrFailed = await writer.start().then(
      () => 'started',
      (error) => error.message as string,
    )
    expect(startedOrFailed).toContain('a line of stdout matches the failure pattern FATAL: FATAL: no disk')
  })

  test('do not end a driver that is up', async () => {
    const writer = new Writer({ ...base, logRegexps: [/up/], failRegexps: [/fatal/] }, (each) =>
      each.log('up\n'),
    )
    await writer.start()
    writer.log('fatal, but too late\n')
    await writer.stop()
    expect(writer.failure).toBeUndefined()
  })
})

describe('extracts', () => {
  test('are cleared by each start, also one without matches', async () => {
    let starts = 0
    const writer = new Writer(
      { ...base, logRegexps: [/up/], failRegexps: [/boom/], stdoutRegexps: [/^(?:a=(?<a>\d)|b=(?<b>\d))$/] },
      (each) => {
        starts += 1
        each.print(starts === 1 ? 'a=1\n' : 'b=2\n')
        each.log('up\n')
      },
    )
    await writer.start()
    expect({ ...writer.extracts, undefined: undefined }).toMatchObject({ a: '1' })
    await writer.restart()
    expect(writer.extracts['a']).toBeUndefined()
    expect(writer.extracts['b']).toBe('2')
    await writer.stop()
  })

  test('so far are told when the start fails', async () => {
    const writer = new Writer({ ...base, logRegexps: [/port=(?<port>\d+)/, /ready/] }, (each) =>
      each.log('port=4711\n'),
    )
    expect(await failure(writer)).toContain('extracted so far: port=4711')
  })
})

describe('patterns for a file that the driver does not have', () => {
  test.for(['logRegexps', 'stdoutRegexps', 'stderrRegexps', 'failRegexps'])(
    '%s are refused by name',
    async (option) => {
      const driver = new Driver({ name: 'app', [option]: [/up/] })
      const error = await rejection(driver.start())
      expect((error.cause as { code?: string }).code).toBe('PATTERNS_WITHOUT_LOG')
      expect(error.message).toContain(`option \`${option}\` is set, but the driver has no such file to watch`)
    },
  )
})

describe('last lines of the logs', () => {
  test('are as many as errorLogLines, of each file', async () => {
    const writer = new Writer({ ...base, errorLogLines: 2 }, (each) => {
      each.log('1\n2\n3\n')
      each.print('a\nb\nc')
      throw new Error('no disk')
    })
    expect(await failure(writer)).toMatchInlineSnapshot(`
      "Writer "app" failed to start (starting): no disk
        last lines of stdout (<runpath>/stdout):
          b
          c
        last lines of log (<runpath>/app.log):
          2
          3
        its directory: <runpath>"
    `)
    expect((await writer.logTails(1)).map(({ stream, lines }) => [stream, lines])).toEqual([
      ['stdout', ['c']],
      ['log', ['3']],
    ])
  })

  test('are none with errorLogLines: 0', async () => {
    const writer = new Writer({ ...base, errorLogLines: 0 }, (each) => {
      each.log('1\n')
      throw new Error('no disk')
    })
    expect(await failure(writer)).not.toContain('last lines')
  })

  test('are none where the directory cannot be made', async () => {
    const group = environment([new Writer(base, () => {})], { runpath: '/dev/null/run' }).create()
    expect(await group.drivers.app?.logTails()).toEqual([])
  })

  test('can be read after the environment has failed', async () => {
    const writer = new Writer({ ...base, postStart: throws('no disk') }, (each) => each.log('the reason\n'))
    await rejection(environment([writer]).start())
    expect((await writer.logTails()).map(({ lines }) => lines)).toEqual([['the reason']])
  })
})

test('a log that is deleted and written anew while the driver starts is followed', async () => {
  const writer = new Writer({ ...base, startTimeout: 20_000, logRegexps: [/up/] }, (each) =>
    each.log('old\n'),
  )
  const started = writer.start()
  await expect.poll(() => writer.waitingFor().join()).toContain('old')
  writeFileSync(writer.logpath, 'up\n')
  await started
  expect(existsSync(writer.logpath)).toBe(true)
  await writer.stop()
})
