import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { broker } from '../test/broker.ts'
import { reason, SLOW, skipped } from '../test/homes.ts'
import { processesWith, runs } from '../test/processes.ts'
import { rejection, started } from '../test/started.ts'

vi.setConfig(SLOW)

describe.skipIf(skipped)(`no virtual machine is left${reason}`, () => {
  test('when the driver has stopped', async () => {
    const driver = await started()
    const pid = driver.pid as number
    expect(runs(pid)).toBe(true)
    await driver.stop()
    expect(runs(pid)).toBe(false)
    expect(driver.exitCode, 'of a virtual machine that SIGTERM ends').toBe(143)
  })

  test('when the start is given up while the storage is formatted', async () => {
    const env = { TRIAL: `format-${process.pid}` }
    const driver = broker({ env })
    onTestFinished(() => driver[Symbol.asyncDispose]())
    const starting = rejection(driver.start())
    await expect.poll(() => processesWith(`TRIAL=${env.TRIAL}`)).toHaveLength(1)
    driver.abort('the test wants so')
    expect((await starting).message).toContain('the start was given up: the test wants so')
    expect(driver.pid).toBeUndefined()
    expect(processesWith(`TRIAL=${env.TRIAL}`)).toEqual([])
  })

  test('when the start is given up while the broker starts', async () => {
    const driver = broker()
    onTestFinished(() => driver[Symbol.asyncDispose]())
    const starting = rejection(driver.start())
    await expect.poll(() => driver.pid, { timeout: 20_000 }).toBeDefined()
    const pid = driver.pid as number
    driver.abort('the test wants so')
    expect((await starting).message).toContain('the start was given up: the test wants so')
    expect(runs(pid)).toBe(false)
  })

  test('when the process of the test is killed', async () => {
    const owner = spawn(process.execPath, [
      fileURLToPath(new URL('../test/programs/owner.ts', import.meta.url)),
    ])
    onTestFinished(() => void owner.kill('SIGKILL'))
    const [line] = await once(createInterface(owner.stdout), 'line')
    const pid = Number(line)
    expect(runs(pid)).toBe(true)
    owner.kill('SIGKILL')
    await expect.poll(() => runs(pid), { timeout: 7_000 }).toBe(false)
  })
})
