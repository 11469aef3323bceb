import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment } from '@testrig/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { failure, start } from '../test/environments.ts'
import { commandOf, runs, stateOf, zombies } from '../test/processes.ts'
import { program } from '../test/programs/index.ts'
import { trial } from '../test/trial.ts'
import { App } from './app.ts'
import type { AppOptions } from './app-options.ts'
import { file } from './readiness.ts'

function node(name: string, options: Partial<AppOptions<App>> = {}, ...args: (string | number)[]): App {
  return new App({
    name: 'app',
    binary: process.execPath,
    args: [program(name), ...args],
    stdoutRegexps: [/ready/],
    ...(options as object),
  })
}

function shell(text: string, options: Partial<AppOptions<App>> = {}): App {
  return new App({ name: 'app', binary: '/bin/sh', args: ['-c', text], ...(options as object) })
}

/** Stops a driver; gives the milliseconds that it took. */
async function stopped(app: App): Promise<number> {
  const begun = performance.now()
  await app.stop()
  return performance.now() - begun
}

describe('stop', () => {
  test('lets a program end its work that takes most of the time, and asks it once', async () => {
    const app = await start(node('graceful', { stopTimeout: 2_000 }, 1_400))
    await app.stop()
    expect(readFileSync(app.outpath, 'utf8')).toBe('ready\nasked 1 SIGTERM\nflushed\n')
    expect(app).toMatchObject({ exitCode: 0, exitSignal: undefined, state: 'stopped' })
  })

  test('sends the signal that is asked for', async () => {
    const app = await start(node('graceful', { stopSignal: 'SIGINT' }, 0))
    await app.stop()
    expect(readFileSync(app.outpath, 'utf8')).toContain('asked 1 SIGINT')
  })

  test('kills at once with the shortest stopTimeout', async () => {
    const app = await start(node('stubborn', { stopTimeout: 1 }))
    await app.stop()
    expect(app.exitSignal).toBe('SIGKILL')
  })

  test('kills a program that ignores it, when stopTimeout is over and not before', async () => {
    const app = await start(node('stubborn', { stopTimeout: 400 }))
    const took = await stopped(app)
    expect(took).toBeGreaterThanOrEqual(400)
    expect(took).toBeLessThan(5_000)
    expect(app.exitSignal).toBe('SIGKILL')
    expect(readFileSync(app.outpath, 'utf8')).toBe('ready\nignored SIGTERM\n')
  })

  test('ends at once when the program does', async () => {
    expect(await stopped(await start(shell('exec sleep 60', { stopTimeout: 30_000 })))).toBeLessThan(10_000)
  })

  test('ends a paused program', async () => {
    const app = await start(shell('exec sleep 60', { stopTimeout: 30_000 }))
    await app.pause()
    expect(stateOf(app.pid as number)).toBe('T')
    expect(await stopped(app)).toBeLessThan(10_000)
  })

  test.for(['direct', 'pty'] as const)(
    'lets a paused program end its children, output: %s',
    async (output) => {
      const app = await start(node('parent', { output, stopTimeout: 30_000 }))
      await app.pause()
      expect(await stopped(app)).toBeLessThan(10_000)
      expect(readFileSync(app.outpath, 'utf8')).toMatch(
        /^ready\r?\nended by SIGTERM, its child by SIGTERM\r?\n$/,
      )
    },
  )

  test('of a program that has ended checks nothing and signals nobody', async () => {
    const app = await start(shell('echo ready; read line', { stdoutRegexps: [/ready/] }))
    app.stdin().end()
    await app.waitForExit()
    expect(await stopped(app)).toBeLessThan(4_000)
  })
})

describe('when stop has resolved, nothing is left', () => {
  test('of children in the background, in a shell and out of it', async () => {
    const { env, processes: left } = trial()
    const app = await start(
      shell('sleep 61 & (sleep 62 & sleep 63) & sh -c "trap : TERM; sleep 64" & echo ready; wait', {
        env,
        stdoutRegexps: [/ready/],
      }),
    )
    await expect.poll(() => left().length).toBeGreaterThanOrEqual(5)
    await app.stop()
    expect(left().map(commandOf)).toEqual([])
  })

  test('of a command line of the shell', async () => {
    const { env, processes: left } = trial()
    const app = new App({ name: 'app', shell: true, binary: 'sleep 61 | sleep 62; true', env })
    await start(app)
    await expect.poll(() => left().length).toBe(3)
    await app.stop()
    expect(left().map(commandOf)).toEqual([])
  })

  test('of a child that has left the process group, and of a daemon', async () => {
    const { env, processes: left } = trial()
    const app = await start(
      shell('setsid sleep 61 & (setsid sh -c "sleep 62 & sleep 63" &) ; echo ready; wait', {
        env,
        stdoutRegexps: [/ready/],
      }),
    )
    await expect.poll(() => left().length).toBeGreaterThanOrEqual(4)
    await app.stop()
    expect(left().map(commandOf)).toEqual([])
  })

  test('of a child that has left the group and dropped its environment', async () => {
    const app = await start(
      shell("env -i setsid sh -c 'echo $$ > pid; exec sleep 61' & wait", {
        readiness: [file('pid', { pattern: /(?<pid>\d+)/ })],
      }),
    )
    const child = Number(app.extracts.pid)
    expect(runs(child)).toBe(true)
    await app.stop()
    expect(runs(child)).toBe(false)
  })

  test('of a daemon that has lost its parent, its group and its environment', async () => {
    const app = await start(
      shell("(env -i setsid sh -c 'echo $$ > pid; exec sleep 61' &); exit 0", {
        expectedExitCode: 0,
        readiness: [file('pid', { pattern: /(?<pid>\d+)/ })],
      }),
    )
    const child = Number(app.extracts.pid)
    expect(runs(child)).toBe(true)
    await app.stop()
    expect(runs(child)).toBe(false)
  })

  test('of children that ignore the signal', async () => {
    const { env, processes: left } = trial()
    const app = await start(
      shell(
        `'${process.execPath}' '${program('stubborn')}' & setsid '${process.execPath}' '${program('stubborn')}' & wait`,
        {
          env,
          stopTimeout: 500,
          stdoutRegexps: [/ready/],
        },
      ),
    )
    await expect.poll(() => readFileSync(app.outpath, 'utf8')).toBe('ready\nready\n')
    const took = await stopped(app)
    expect(left().map(commandOf)).toEqual([])
    expect(took).toBeLessThan(5_000)
  })

  test('of a program that forks while it is killed', async () => {
    const { env, processes: left } = trial()
    const app = await start(
      shell("trap '' TERM; echo ready; while :; do sleep 61 & sleep 0.001; done", {
        env,
        stopTimeout: 300,
        stdoutRegexps: [/ready/],
      }),
    )
    await app.stop()
    expect(left().map(commandOf)).toEqual([])
  })

  test('of a start that failed', async () => {
    const { env, processes: left } = trial()
    const app = shell('sleep 61 & setsid sleep 62 & wait', {
      env,
      stdoutRegexps: [/ready/],
      startTimeout: 300,
    })
    await failure(app)
    expect(left().map(commandOf)).toEqual([])
  })

  test('of a start that failed and ignores the signal; the report says nothing of it', async () => {
    const { env, processes: left } = trial()
    const app = node('stubborn', { env, stdoutRegexps: [/never/], startTimeout: 500, stopTimeout: 1_000 })
    expect(await failure(app)).not.toContain('while cleaning up')
    expect(left().map(commandOf)).toEqual([])
  })

  test('of several that stop at once; no process of ours is a zombie', async () => {
    const { env, processes: left } = trial()
    const apps = Array.from({ length: 10 }, (_, index) =>
      shell('sleep 61 & setsid sleep 62 & wait', { name: `app${index}`, env }),
    )
    const group = environment(apps, { dependencies: [], keepRunpath: 'never' }).create()
    onTestFinished(() => group.stop())
    await group.start()
    await expect.poll(() => left().length).toBe(30)
    const begun = performance.now()
    await group.stop()
    expect(performance.now() - begun).toBeLessThan(5_000)
    expect(left().map(commandOf)).toEqual([])
    expect(zombies()).toEqual([])
  })

  test('but what others have started', async () => {
    const mine = trial()
    const other = trial()
    const app = await start(shell('exec sleep 61', { env: mine.env }))
    const neighbour = await start(shell('setsid sleep 62 & wait', { name: 'neighbour', env: other.env }))
    await expect.poll(() => other.processes().length).toBe(2)
    await app.stop()
    expect(mine.processes()).toEqual([])
    expect(other.processes()).toHaveLength(2)
    await neighbour.stop()
    expect(other.processes()).toEqual([])
  })
})

test('where /proc is missing, the group of a program ends', () => {
  const { stdout, stderr } = spawnSync(process.execPath, [program('without-proc', 'ts')], {
    encoding: 'utf8',
  })
  expect([stdout, stderr]).toEqual(['0 left\n', ''])
})

describe('pause', () => {
  test('stops all processes of the program until resume', async () => {
    const { env, processes: left } = trial()
    const app = await start(shell('sleep 61 & setsid sleep 62 & wait', { env }))
    await expect.poll(() => left().length).toBe(3)
    const states = () => new Set(left().map(stateOf))
    await app.pause()
    expect(states()).toEqual(new Set(['T']))
    expect(app.state).toBe('paused')
    await app.resume()
    await expect.poll(states).toEqual(new Set(['S']))
    expect(app.state).toBe('started')
  })
})

describe('stdin', () => {
  test('takes what the program answers', async () => {
    const app = await start(new App({ name: 'app', binary: 'cat' }))
    app.stdin().write('hello\n')
    await app.logMatcher().match(/^hello$/)
    app.stdin().write('again\n')
    await app.logMatcher().match(/^again$/)
    app.stdin().end()
    expect(await app.waitForExit()).toEqual({ exitCode: 0, signal: null })
  })

  test('that the program has closed does no harm', async () => {
    const app = await start(shell('exec <&-; echo closed; exec sleep 60', { stdoutRegexps: [/closed/] }))
    const written = new Promise((done) => app.stdin().write('nobody reads this\n', done))
    expect(await written).toMatchObject({ code: 'EPIPE' })
    expect(app.state).toBe('started')
    await app.stop()
  })

  test('reaches a program on a pseudo-terminal', async () => {
    const app = await start(shell('read line; echo "got $line"; exec sleep 60', { output: 'pty' }))
    app.stdin().write('hello\n')
    await app.logMatcher().match(/got hello/)
  })
})

test('files of a driver that has stopped are complete', async () => {
  const app = await start(
    shell("trap 'seq 1000 > last; exit 0' TERM; echo ready; while :; do sleep 0.01; done", {
      stdoutRegexps: [/ready/],
    }),
  )
  await app.stop()
  expect(readFileSync(join(app.runpath, 'last'), 'utf8').trim().split('\n')).toHaveLength(1_000)
})
