import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { rejection, start } from '../test/environments.ts'
import { App } from './app.ts'
import type { AppOptions } from './app-options.ts'

function app(options: Partial<AppOptions<App>> = {}): App {
  return new App({
    name: 'app',
    binary: '/bin/sh',
    args: ['-c', 'echo "up $$"; read line; exit 3'],
    stdoutRegexps: [/up (?<pid>\d+)/],
    ...(options as object),
  })
}

/** One that ends with the code 0 when it is asked to, and is to do so. */
function server(exitCode = 0): App {
  const args = ['-c', `trap "exit ${exitCode}" TERM; echo "up $$"; while :; do sleep 0.01; done`]
  return app({ args, expectedExitCode: 0 })
}

/** Ids of all programs that the driver has run. */
function pidsOf({ outpath }: App): readonly number[] {
  return [...readFileSync(outpath, 'utf8').matchAll(/up (\d+)/g)].map(([, pid]) => Number(pid))
}

/** That of all programs of the driver the last one runs. */
function expectOne(driver: App, runs: number): void {
  const pids = pidsOf(driver)
  expect(pids).toHaveLength(runs)
  expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([driver.pid])
  expect([driver.state, driver.extracts.pid]).toEqual(['started', String(driver.pid)])
}

describe('start() runs a program again', () => {
  test('that the test has killed', async () => {
    const driver = await start(app())
    driver.kill()
    await driver.waitForExit()
    await driver.start()
    expectOne(driver, 2)
  })

  test('whose end the test has awaited', async () => {
    const driver = await start(app())
    driver.stdin().write('\n')
    expect(await driver.waitForExit()).toEqual({ exitCode: 3, signal: null })
    await driver.start()
    expectOne(driver, 2)
  })

  test.for(['SIGTERM', 'SIGKILL'] as const)(
    'that is about to end by %s, once that has happened',
    async (signal) => {
      const driver = await start(app())
      for (let time = 0; time < 5; time += 1) {
        driver.kill(signal)
        await driver.start()
      }
      expectOne(driver, 6)
    },
  )

  test('that was killed while it was paused', async () => {
    const driver = await start(app())
    await driver.pause()
    driver.kill('SIGKILL')
    await driver.start()
    expectOne(driver, 2)
  })

  test('once, of calls at the same time', async () => {
    const driver = await start(app())
    driver.kill()
    await driver.waitForExit()
    await Promise.all([driver.start(), driver.start(), driver.start()])
    expectOne(driver, 2)
  })

  test('that is a server with an expected exit code, when that came', async () => {
    const driver = await start(server())
    driver.kill()
    await driver.start()
    expectOne(driver, 2)
  })
})

describe('start() after an end that the test wanted', () => {
  test('says that the exit code was not the expected one, and starts when it is called again', async () => {
    const driver = await start(server(3))
    driver.kill()
    await driver.waitForExit()
    const { code, message } = await rejection(driver.start())
    expect([code, driver.state]).toEqual(['STOP_FAILED', 'stopped'])
    expect(message).toContain('should end with exit code 0, but ended with exit code 3')
    await driver.start()
    expectOne(driver, 2)
    driver.kill('SIGKILL')
  })

  test('ends when stop() comes in the same breath', async () => {
    const driver = await start(app())
    driver.kill()
    await driver.waitForExit()
    const starting = rejection(driver.start())
    await driver.stop()
    expect([(await starting).code, driver.state]).toEqual(['START_ABORTED', 'stopped'])
    expect(pidsOf(driver)).toHaveLength(1)
  })
})

describe('start() does nothing', () => {
  test('to a task that has ended as expected', async () => {
    const task = await start(app({ args: ['-c', 'echo "up $$"'], expectedExitCode: 0, waitForExit: true }))
    await task.waitForExit()
    await task.start()
    expect(pidsOf(task)).toHaveLength(1)
  })

  test('to a program that was sent a signal it goes on after', async () => {
    const args = ['-c', 'trap : HUP; echo "up $$"; while :; do sleep 0.01; done']
    const driver = await start(app({ args }))
    driver.kill('SIGHUP')
    await driver.start()
    expectOne(driver, 1)
  })

  test('to one that is paused', async () => {
    const driver = await start(app())
    await driver.pause()
    await driver.start()
    expect([driver.state, pidsOf(driver).length]).toEqual(['paused', 1])
  })
})

describe('an error of a program that runs again', () => {
  test('has the last lines of this run, when it never was ready', async () => {
    const args = ['-c', 'echo "run $$"; echo "as $$" >&2; [ -e again ] && exit 3; touch again']
    const task = await start(app({ args, expectedExitCode: 0, stdoutRegexps: [] }))
    const first = readFileSync(task.outpath, 'utf8')
    await task.stop()
    const { message } = await rejection(task.start())
    expect(message).toMatch(
      /last lines of stdout .*:\n {4}run \d+\n {2}last lines of stderr .*:\n {4}as \d+\n/,
    )
    expect(message).not.toContain(first)
  })

  test('has the last lines of this run, when it ended while it was in use', async () => {
    const driver = await start(app())
    await driver.restart()
    driver.stdin().write('\n')
    await expect.poll(() => driver.state).toBe('failed')
    expect(driver.failure?.message).toMatch(
      /while it was in use\.\n {2}last lines of stdout .*:\n {4}up \d+$/,
    )
  })
})
