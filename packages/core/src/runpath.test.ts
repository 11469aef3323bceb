import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Recorder, throws } from '../test/fixtures/recorder.ts'
import { rejection } from '../test/fixtures/rejection.ts'
import { temporaryDirectory } from '../test/fixtures/temporary-directory.ts'
import { environment } from './environment-definition.ts'
import { identify } from './process-identity.ts'

const write = (driver: Recorder) => writeFileSync(join(driver.runpath, 'data'), 'kept')

describe('the directory of a driver', () => {
  test('is named for it in the directory of the environment, and exists when it is read', async () => {
    const driver = new Recorder({ name: 'my server (1)' })
    await using group = environment([driver], { keepRunpath: 'never' }).create()
    expect(driver.runpath).toBe(join(group.runpath, 'my-server-1-'))
    expect(existsSync(driver.runpath)).toBe(true)
    expect(driver.scratch).toBe(join(driver.runpath, 'scratch'))
    expect(existsSync(driver.scratch)).toBe(true)
    await group.start()
  })

  test('is short enough for the path of a Unix socket', () => {
    const group = environment([new Recorder({ name: 'app' })]).create()
    expect(Buffer.byteLength(join(group.drivers['app']!.runpath, 'control.sock'))).toBeLessThan(104)
  })

  test('is kept over restarts, with what it holds', async () => {
    const driver = new Recorder({ name: 'app', on: { postStart: write } })
    await using _group = await environment([driver], { keepRunpath: 'never' }).start()
    const before = driver.runpath
    await driver.restart()
    expect(driver.runpath).toBe(before)
    await driver.stop()
    writeFileSync(join(before, 'more'), '')
    await driver.start()
    expect(readdirSync(before).toSorted()).toEqual(['data', 'more'])
  })

  test('given as a path or a function is emptied at first, not at restarts', async () => {
    const directory = join(temporaryDirectory(), 'mine')
    const driver = new Recorder({
      name: 'app',
      runpath: (each) => `${directory}-${each.name}`,
      on: { starting: write },
    })
    const path = `${directory}-app`
    await (await environment([driver]).start()).stop()
    expect(readFileSync(join(path, 'data'), 'utf8')).toBe('kept')
    writeFileSync(join(path, 'old'), '')
    const again = new Recorder({ name: 'app', runpath: path, on: { starting: write } })
    await using _group = await environment([again]).start()
    expect(existsSync(join(path, 'old'))).toBe(false)
    writeFileSync(join(path, 'new'), '')
    await again.restart()
    expect(existsSync(join(path, 'new'))).toBe(true)
  })

  test('that holds files of others is refused, and not touched', async () => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'thesis.txt'), 'years of work')
    const driver = new Recorder({ name: 'app', runpath: directory, on: { starting: write } })
    const error = await rejection(environment([driver]).start())
    expect(error.message.replaceAll(directory, '<directory>')).toMatchInlineSnapshot(
      `"Recorder "app" failed to start (starting): The directory <directory> holds files that Testrig did not put there, so it is not emptied. Name one that is empty or not there; what a driver's own \`runpath\` holds is kept with its option \`cleanRunpath: false\`."`,
    )
    expect(readdirSync(directory)).toEqual(['thesis.txt'])
  })

  test('given relative to the working directory is known by its absolute path', async () => {
    const directory = temporaryDirectory()
    const path = relative(process.cwd(), directory)
    const own = new Recorder({ name: 'own', runpath: join(path, 'mine'), on: { starting: write } })
    const other = new Recorder({ name: 'other', on: { starting: write } })
    await using _group = await environment([own, other], { runpath: join(path, 'all') }).start()
    expect([own.runpath, other.runpath]).toEqual([join(directory, 'mine'), join(directory, 'all/other')])
  })

  test('with cleanRunpath: false is used as it is', async () => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'thesis.txt'), 'years of work')
    const driver = new Recorder({
      name: 'app',
      runpath: directory,
      cleanRunpath: false,
      on: { starting: write },
    })
    await using _group = await environment([driver]).start()
    expect(readdirSync(directory).toSorted()).toEqual(['data', 'thesis.txt'])
  })

  test('given to two drivers is not emptied by the second under the first', async () => {
    const runpath = join(temporaryDirectory(), 'shared')
    const first = new Recorder({ name: 'a', runpath, on: { starting: write } })
    const second = new Recorder({ name: 'b', runpath, on: { starting: (driver) => void driver.runpath } })
    await environment([first, second])
      .start()
      .then(
        (group) => group.stop(),
        () => {},
      )
    expect(existsSync(join(runpath, 'data'))).toBe(true)
  })
})

describe('the directory of an environment', () => {
  test('given by the user is refused while another environment, or another process, uses it', async () => {
    const runpath = join(temporaryDirectory(), 'mine')
    const define = () => environment([new Recorder({ name: 'app', on: { starting: write } })], { runpath })
    const first = await define().start()
    const message = async () => (await rejection(define().start())).message.replaceAll(runpath, '<runpath>')
    expect(await message()).toContain(
      'The directory <runpath> is in use by another environment of this process.',
    )
    const other = spawn('sleep', ['60'])
    onTestFinished(() => void other.kill('SIGKILL'))
    writeFileSync(join(runpath, '.testrig'), identify(other.pid as number))
    expect(await message()).toContain(`The directory <runpath> is in use by process ${other.pid}.`)
    expect(existsSync(join(runpath, 'app/data'))).toBe(true)
    writeFileSync(join(runpath, '.testrig'), identify(process.pid))
    await first.stop()
    await (await define().start()).stop()
  })

  test.for(['/dev/null/x', '/dev/null'])(
    'that cannot be made is an error of the driver: %s',
    async (runpath) => {
      const outcome = async (driver: object, group: object) =>
        (
          await rejection(
            environment([new Recorder({ name: 'app', on: { starting: write }, ...driver })], group).start(),
          )
        ).message
      const expected = new RegExp(
        `^Recorder "app" failed to start \\(starting\\): The directory ${runpath} cannot be used for drivers' files: \\w+: .*Name another`,
      )
      expect(await outcome({ runpath }, {})).toMatch(expected)
      expect(await outcome({}, { runpath })).toMatch(expected)
    },
  )

  test('below a directory that holds none but those of the system is refused', () => {
    // A process of its own, as a call that comes to no end would hold up the tests.
    const text = `import { makeDirectory, takeRunpath } from ${JSON.stringify(import.meta.resolve('./runpath.ts'))}
      for (const make of [takeRunpath, makeDirectory])
        try { make('/proc/x/y') } catch ({ code, message }) { console.log(code, message) }`
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', text], { timeout: 10_000 })
    const line =
      "RUNPATH_UNUSABLE The directory /proc/x/y cannot be used for drivers' files: ENOENT: no such file or directory, mkdir '/proc/x'."
    expect(`${stdout}`.split('\n')).toEqual([
      expect.stringContaining(line),
      expect.stringContaining(line),
      '',
    ])
  })

  const run = async (keepRunpath: 'failed' | 'always' | 'never' | undefined, failing: boolean) => {
    const on = { starting: write, postStart: failing ? throws('no disk') : () => {} }
    const group = environment([new Recorder({ name: 'app', on })], { keepRunpath }).create()
    const { runpath } = group
    await group.start().catch(() => {})
    expect(existsSync(runpath)).toBe(keepRunpath !== 'never' || !failing)
    await group.stop()
    return runpath
  }

  test.for<['failed' | 'always' | 'never' | undefined, boolean, boolean]>([
    [undefined, false, false],
    [undefined, true, true],
    ['failed', false, false],
    ['failed', true, true],
    ['always', false, true],
    ['never', true, false],
    ['never', false, false],
  ])(
    'with keepRunpath: %s and a start that failed: %s is there at the end: %s',
    async ([keep, failing, kept]) => {
      expect(existsSync(join(await run(keep, failing), 'app', 'data'))).toBe(kept)
    },
  )

  test.for<[string, (group: { markFailed(): void; drivers: { app: Recorder } }) => void]>([
    ['markFailed() was called', (group) => group.markFailed()],
    ['a driver failed while it ran', (group) => group.drivers.app.crash(new Error('exited'))],
  ])('is kept when %s', async ([, fail]) => {
    const group = await environment()
      .add('app', () => new Recorder({ on: { starting: write } }))
      .start()
    const { runpath } = group
    fail(group)
    await group.stop()
    expect(existsSync(join(runpath, 'app', 'data'))).toBe(true)
  })

  test('is kept when the stop failed', async () => {
    const group = await environment([
      new Recorder({ name: 'app', on: { starting: write, stopping: throws('stuck') } }),
    ]).start()
    const { runpath } = group
    await group.stop().catch(() => {})
    expect(existsSync(join(runpath, 'app', 'data'))).toBe(true)
  })

  test('is a new one for each run', async () => {
    const group = environment([new Recorder({ name: 'app' })]).create()
    const seen = new Set<string>()
    for (const _ of [1, 2]) {
      await group.start()
      seen.add(group.runpath)
      await group.stop()
    }
    expect(seen.size).toBe(2)
  })

  test('given by the user is kept, and emptied by the next run', async () => {
    const runpath = join(temporaryDirectory(), 'run')
    const start = () =>
      environment([new Recorder({ name: 'app', on: { starting: write } })], { runpath }).start()
    await (await start()).stop()
    writeFileSync(join(runpath, 'old'), '')
    await using group = await start()
    expect(group.runpath).toBe(runpath)
    expect(existsSync(join(runpath, 'old'))).toBe(false)
    expect(existsSync(join(runpath, 'app', 'data'))).toBe(true)
  })

  test('given by the user with files of others is refused, and not touched', async () => {
    const runpath = temporaryDirectory()
    mkdirSync(join(runpath, 'thesis'))
    const driver = new Recorder({ name: 'app', on: { starting: write } })
    const { message } = await rejection(environment([driver], { runpath }).start())
    expect(message).toContain(`The directory ${runpath} holds files that Testrig did not put there`)
    expect(readdirSync(runpath)).toEqual(['thesis'])
  })

  test('kept after a failure is what the driver and the environment name afterwards', async () => {
    const driver = new Recorder({ name: 'app', on: { starting: write, postStart: throws('no disk') } })
    const group = environment([driver]).create()
    const { runpath } = group
    await group.start().catch(() => {})
    expect(group.runpath).toBe(runpath)
    expect(readFileSync(join(driver.runpath, 'data'), 'utf8')).toBe('kept')
  })

  test('given by the user is not emptied by a look at it after the run', async () => {
    const runpath = join(temporaryDirectory(), 'run')
    const driver = new Recorder({ name: 'app', on: { starting: write } })
    const group = await environment([driver], { runpath }).start()
    await group.stop()
    expect(driver.runpath).toBe(join(runpath, 'app'))
    expect(readFileSync(join(runpath, 'app', 'data'), 'utf8')).toBe('kept')
  })

  test('removed after a run does not come back when variables are read', async () => {
    const group = await environment([new Recorder({ name: 'app' })]).start()
    const path = group.variables()['DRIVER_APP_ATTR_RUNPATH'] as string
    await group.stop()
    const after = group.variables()['DRIVER_APP_ATTR_RUNPATH']
    expect([undefined, path]).toContain(after)
    expect(existsSync(path)).toBe(false)
  })
})
