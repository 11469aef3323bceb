import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { environment } from '@testrig/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { rejection, start } from '../test/environments.ts'
import { trial } from '../test/trial.ts'
import { App } from './app.ts'
import type { AppOptions } from './app-options.ts'

function app(options: Partial<AppOptions<App>> = {}): App {
  return new App({
    name: 'app',
    binary: '/bin/sh',
    args: ['-c', 'echo "up $$"; exec sleep 60'],
    stdoutRegexps: [/up (?<pid>\d+)/],
    ...(options as object),
  })
}

describe('restart', () => {
  test('keeps the directory and appends to the output', async () => {
    const driver = await start(app())
    const [first, { runpath }] = [driver.pid, driver]
    writeFileSync(join(runpath, 'data'), 'precious')
    await driver.restart()
    expect(driver.pid).not.toBe(first)
    expect(driver.runpath).toBe(runpath)
    expect(readFileSync(join(runpath, 'data'), 'utf8')).toBe('precious')
    expect(readFileSync(driver.outpath, 'utf8')).toBe(`up ${first}\nup ${driver.pid}\n`)
    expect(driver.extracts.pid).toBe(String(driver.pid))
  })

  test('with clean sets the directory aside, each time under another name', async () => {
    const driver = await start(app())
    const { runpath } = driver
    writeFileSync(join(runpath, 'data'), 'first')
    await driver.restart({ clean: true })
    expect(readdirSync(runpath).toSorted()).toEqual(['stderr', 'stdout'])
    writeFileSync(join(runpath, 'data'), 'second')
    await driver.restart({ clean: true })
    await driver.restart({ clean: true })
    expect(readFileSync(join(`${runpath}.1`, 'data'), 'utf8')).toBe('first')
    expect(readFileSync(join(`${runpath}.2`, 'data'), 'utf8')).toBe('second')
    expect(readFileSync(join(`${runpath}.3`, 'stdout'), 'utf8')).toMatch(/^up \d+\n$/)
    expect(existsSync(join(runpath, 'data'))).toBe(false)
  })

  test('with clean sets the directory of the program aside when it has its own', async () => {
    const driver = await start(app({ appDirName: 'server' }))
    writeFileSync(join(driver.appPath, 'data'), 'first')
    writeFileSync(join(driver.scratch, 'kept'), 'by the test')
    await driver.restart({ clean: true })
    expect(dirname(driver.appPath)).toBe(driver.runpath)
    expect(readFileSync(join(driver.runpath, 'server.1', 'data'), 'utf8')).toBe('first')
    expect(readFileSync(join(driver.scratch, 'kept'), 'utf8')).toBe('by the test')
  })

  test('with clean starts a driver that has not run yet', async () => {
    const driver = app({ appDirName: 'server' })
    await start(app({ name: 'other' }), [driver], { afterStart: () => driver.restart({ clean: true }) })
    expect(driver.state).toBe('started')
  })

  test('with clean installs files and places the program anew', async () => {
    const driver = await start(
      app({ binary: '/bin/sh', binaryStrategy: 'copy', installFiles: [import.meta.filename] }),
    )
    await driver.restart({ clean: true })
    expect(readdirSync(driver.runpath).toSorted()).toEqual(['bin', 'etc', 'stderr', 'stdout'])
    expect(readdirSync(driver.etcpath)).toEqual(['restart.test.ts'])
  })

  test('takes turns when it is called at the same time', async () => {
    const driver = await start(app())
    const { runpath } = driver
    await Promise.all([driver.restart(), driver.restart({ clean: true }), driver.restart()])
    expect(readFileSync(join(`${runpath}.1`, 'stdout'), 'utf8')).toMatch(/^(up \d+\n){2}$/)
    expect(readFileSync(driver.outpath, 'utf8')).toMatch(new RegExp(`^up \\d+\nup ${driver.pid}\n$`))
    expect(existsSync(`${runpath}.2`)).toBe(false)
  })

  test('that the end of the environment overtakes starts nothing', async () => {
    const { env, processes: left } = trial()
    const driver = app({ env })
    const group = environment([driver], { keepRunpath: 'never' }).create()
    await group.start()
    const restarts = [driver.restart(), driver.restart({ clean: true })].map(rejection)
    await expect.poll(() => driver.state).toBe('stopping')
    await group.stop()
    expect((await Promise.all(restarts)).map(({ code }) => code)).toEqual(['START_ABORTED', 'START_ABORTED'])
    expect(left()).toEqual([])
  })

  test('after a start that failed runs the program again', async () => {
    const driver = app({ args: ['-c', 'if [ -e fixed ]; then echo "up $$"; exec sleep 60; else exit 1; fi'] })
    expect((await rejection(driver.start())).code).toBe('START_FAILED')
    writeFileSync(join(driver.runpath, 'fixed'), '')
    await driver.restart()
    expect(driver.state).toBe('started')
    await driver[Symbol.asyncDispose]()
  })

  test('ten times leaves one program', async () => {
    const driver = await start(app())
    for (let time = 0; time < 10; time += 1) await driver.restart()
    const pids = [...readFileSync(driver.outpath, 'utf8').matchAll(/up (\d+)/g)].map(([, pid]) => Number(pid))
    expect(pids).toHaveLength(11)
    expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([driver.pid])
  })
})

describe('logMatcher()', () => {
  test('keeps its position over a restart', async () => {
    const driver = await start(app())
    const matcher = driver.logMatcher()
    await matcher.match(new RegExp(`up ${driver.pid}`))
    await driver.restart()
    expect(driver.logMatcher()).toBe(matcher)
    await matcher.match(new RegExp(`up ${driver.pid}`))
    await matcher.notMatch(/up/, { timeout: 50 })
  })

  test('begins anew in the log of the next run of the environment', async () => {
    const driver = app()
    const group = environment([driver], { keepRunpath: 'never' }).create()
    onTestFinished(() => group.stop())
    for (const _ of [1, 2]) {
      await group.start()
      await driver.logMatcher().match(new RegExp(`up ${driver.pid}`))
      await group.stop()
    }
  })

  test('goes on in the fresh log after a clean restart', async () => {
    const driver = await start(app())
    await driver.logMatcher().match(/up/)
    await driver.restart({ clean: true })
    await driver.logMatcher().match(new RegExp(`up ${driver.pid}`))
  })
})
