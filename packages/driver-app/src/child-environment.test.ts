import { environment, own } from '@testrig/core'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { printed } from '../test/printed.ts'
import { App } from './app.ts'

describe('the environment of a program', () => {
  test('is that of this process, with the variables of `env` added as text', async () => {
    vi.stubEnv('INHERITED', 'yes')
    vi.stubEnv('REPLACED', 'no')
    onTestFinished(() => void vi.unstubAllEnvs())
    const { env } = await printed({ env: { REPLACED: 'by env', NUMBER: 8080, FALSE: false, EMPTY: '' } })
    expect(env).toMatchObject({
      PATH: process.env.PATH,
      INHERITED: 'yes',
      REPLACED: 'by env',
      NUMBER: '8080',
      FALSE: 'false',
      EMPTY: '',
    })
  })

  test('loses what `env` sets to null or undefined', async () => {
    vi.stubEnv('GONE', 'here')
    vi.stubEnv('GONE_TOO', 'here')
    onTestFinished(() => void vi.unstubAllEnvs())
    const { env } = await printed({ env: { GONE: null, GONE_TOO: undefined } })
    expect(env).not.toHaveProperty('GONE')
    expect(env).not.toHaveProperty('GONE_TOO')
  })

  test('has no variable that Vitest has set in this worker', async () => {
    const { env } = await printed()
    const names = Object.keys(env).filter((name) => name.startsWith('VITEST'))
    expect(process.env, 'of the worker').toMatchObject({ VITEST: 'true', TEST: 'true', NODE_ENV: 'test' })
    expect(names).toEqual([])
    for (const name of ['TEST', 'NODE_ENV', 'MODE', 'DEV', 'PROD', 'SSR', 'BASE_URL'])
      expect(env, name).not.toHaveProperty(name)
  })

  test('keeps variables of those names that a user has set to something else', async () => {
    vi.stubEnv('NODE_ENV', 'staging')
    vi.stubEnv('MODE', 'standalone')
    onTestFinished(() => void vi.unstubAllEnvs())
    const { env } = await printed({ env: { TEST: 'true', VITEST_MINE: '1' } })
    expect(env).toMatchObject({ NODE_ENV: 'staging', MODE: 'standalone', TEST: 'true', VITEST_MINE: '1' })
  })

  test('has Python write its lines as they come, unless told otherwise', async () => {
    expect((await printed()).env.PYTHONUNBUFFERED).toBe('1')
    expect((await printed({ env: { PYTHONUNBUFFERED: null } })).env).not.toHaveProperty('PYTHONUNBUFFERED')
  })

  test('holds nothing but `env` and the mark of the driver with inheritEnv: false', async () => {
    const { env } = await printed({ inheritEnv: false, env: { ONLY: 'this' } })
    expect(Object.keys(env).sort()).toEqual(['ONLY', 'TESTRIG_DRIVER'])
  })

  test('takes context values, from other drivers and from the driver itself', async () => {
    await using group = await environment()
      .add('first', () => new App({ binary: 'sleep', args: [60], ports: { http: 'auto' } }))
      .add(
        'second',
        ({ first }) =>
          new App({
            binary: '/bin/sh',
            args: ['-c', 'echo "<$PORT $HOME_DIR>"; sleep 60'],
            env: { PORT: first.ports.http, HOME_DIR: own('{{ runpath }}') },
            stdoutRegexps: [/<(?<printed>.*)>/],
          }),
      )
      .start()
    const { first, second } = group.drivers
    expect(second.extracts.printed).toBe(`${first.ports.http} ${second.runpath}`)
  })
})
