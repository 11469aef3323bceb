import { describe, expect, test } from 'vitest'
import { failure, rejection, start } from '../test/environments.ts'
import { stateOf } from '../test/processes.ts'
import { program } from '../test/programs/index.ts'
import { trial } from '../test/trial.ts'
import { App } from './app.ts'
import type { AppOptions } from './app-options.ts'

/** A program that goes into the background, and out of its group and its parent, with a server. */
function daemon(options: Partial<AppOptions<App>> = {}): App<string, 'http'> {
  const text = `(setsid '${process.execPath}' '${program('server')}' &); exit 0`
  return new App({
    name: 'app',
    binary: '/bin/sh',
    args: ['-c', text],
    expectedExitCode: 0,
    stdoutRegexps: [/Listening on 127.0.0.1:(?<port>\d+)/],
    ...(options as object),
  })
}

async function startInBackground(app: App): Promise<void> {
  await start(app)
  await expect.poll(() => app.pid).toBeUndefined()
}

describe('a program that went into the background', () => {
  test('is paused and resumed', async () => {
    const { env, processes } = trial()
    const app = daemon({ env })
    await startInBackground(app)
    const [pid = 0] = processes()
    await app.pause()
    expect(stateOf(pid)).toBe('T')
    await app.resume()
    expect(stateOf(pid)).not.toBe('T')
    expect(app.state).toBe('started')
  })

  test('has the port that is to be discovered', async () => {
    const app = daemon({ ports: { http: 'discover' }, startTimeout: 5_000 } as object)
    await startInBackground(app)
    expect(String(app.ports.http)).toBe(app.extracts.port)
  })

  test('and is never ready is told where it listens, and not to say what it says', async () => {
    const app = daemon({ readiness: [() => 'never'], startTimeout: 1_500 })
    const message = await failure(app)
    expect(message).toMatch(
      /\n {2}it goes on in the background \(pid <pid>\) and listens on 127\.0\.0\.1:<port>\n/,
    )
    expect(message).not.toContain('expectedExitCode')
  })
})

test('a program that has ended, with all that it had started, is not paused', async () => {
  const app = new App({ name: 'app', binary: 'true', expectedExitCode: 0 })
  await start(app)
  expect((await rejection(app.pause())).message).toBe(
    'App "app": pause() needs a program that runs. Start the driver first.',
  )
})
