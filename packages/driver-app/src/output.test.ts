import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { failure, start } from '../test/environments.ts'
import { stateOf } from '../test/processes.ts'
import { program } from '../test/programs/index.ts'
import { trial } from '../test/trial.ts'
import { App } from './app.ts'
import { log } from './readiness.ts'

function missing(...tools: readonly string[]): string | undefined {
  return tools.find((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0)
}

function reason(tool: string | undefined): string {
  return tool === undefined ? '' : ` (skipped: there is no ${tool})`
}

/** grep buffers what it writes into a file by the block. */
function grep(output: 'direct' | 'stdbuf' | 'pty'): App {
  return new App({ name: 'app', binary: 'grep', args: ['ready'], output, readiness: [() => true] })
}

/** Whether what goes in comes out at once. */
async function answers(app: App): Promise<boolean> {
  app.stdin().write('ready 1\n')
  return app
    .logMatcher()
    .match(/^ready 1$/, { timeout: 1_000 })
    .then(
      () => true,
      () => false,
    )
}

test('a program that buffers by the block keeps its lines for itself', async () => {
  const app = await start(grep('direct'))
  expect(await answers(app)).toBe(false)
  app.stdin().end()
  await app.waitForExit()
  expect(readFileSync(app.outpath, 'utf8')).toBe('ready 1\n')
})

describe('a program that keeps its lines for itself gets a hint', () => {
  const hint = "hint: its output may be block-buffered: try output: 'stdbuf' or 'pty'"

  /** A program that has written some bytes to its standard output, and to its error, and is never ready. */
  function held(bytes: number, options: object = { stdoutRegexps: [/ready/] }): App {
    const text = `echo warning >&2; yes | head -c ${bytes}; exec sleep 60`
    return new App({ name: 'app', binary: '/bin/sh', args: ['-c', text], startTimeout: 500, ...options })
  }

  test('although it has written errors', async () => {
    expect(await failure(held(0))).toContain(hint)
  })

  test('when it has written whole blocks', async () => {
    expect(await failure(held(8_192))).toContain(hint)
    expect(await failure(held(8_190))).not.toContain(hint)
  })

  test('when a condition awaits the line', async () => {
    expect(await failure(held(0, { readiness: [log(/ready/)] }))).toContain(hint)
    expect(await failure(held(0, { readiness: [() => false] }))).not.toContain(hint)
  })
})

const noStdbuf = missing('stdbuf')

describe.skipIf(noStdbuf !== undefined)(`output: 'stdbuf'${reason(noStdbuf)}`, () => {
  test('has it write line by line', async () => {
    expect(await answers(await start(grep('stdbuf')))).toBe(true)
  })

  test('keeps the exit code, and the process id is that of the program', async () => {
    const app = await start(
      new App({
        name: 'app',
        binary: 'sh',
        args: ['-c', 'echo "pid $$"; exit 3'],
        output: 'stdbuf',
        expectedExitCode: 3,
      }),
    )
    expect(readFileSync(app.outpath, 'utf8')).toMatch(/^pid \d+\n$/)
    expect(app.exitCode).toBe(3)
  })
})

const noScript = missing('script')

describe.skipIf(noScript !== undefined)(`output: 'pty'${reason(noScript)}`, () => {
  const onTerminal = '[ -t 1 ] && [ -t 0 ] && echo terminal'

  test('gives it a terminal, and so lines as they come', async () => {
    await start(
      new App({
        name: 'app',
        binary: 'sh',
        args: ['-c', `${onTerminal}; exec sleep 60`],
        output: 'pty',
        stdoutRegexps: [/^terminal$/],
      }),
    )
    const app = await start(grep('pty'))
    app.stdin().write('ready 1\n')
    const lines = () => readFileSync(app.outpath, 'utf8').match(/ready 1/g)
    await expect.poll(lines).toHaveLength(2) // The echo, and the answer.
  })

  test('keeps the exit code', async () => {
    const app = await start(
      new App({ name: 'app', binary: 'sh', args: ['-c', 'exit 3'], output: 'pty', expectedExitCode: 3 }),
    )
    expect(app.exitCode).toBe(3)
  })

  test('stops the program by its own signal, and gracefully', async () => {
    const app = await start(
      new App({
        name: 'app',
        binary: process.execPath,
        args: [program('graceful'), 50],
        output: 'pty',
        stopSignal: 'SIGINT',
        stdoutRegexps: [/ready/],
      }),
    )
    await app.stop()
    expect(readFileSync(app.outpath, 'utf8')).toBe('ready\r\nasked 1 SIGINT\r\nflushed\r\n')
    expect(app.exitCode).toBe(0)
  })

  test('sends signals of kill() to the program', async () => {
    const app = await start(
      new App({
        name: 'app',
        binary: 'sh',
        args: ['-c', 'trap "echo reloaded" USR1; echo ready; while :; do sleep 0.01; done'],
        output: 'pty',
        stdoutRegexps: [/ready/],
      }),
    )
    app.kill('SIGUSR1')
    await app.logMatcher().match(/reloaded/)
    expect(app.state).toBe('started')
  })

  test('pauses and resumes the program', async () => {
    const { env, processes } = trial()
    const app = await start(new App({ name: 'app', binary: 'sleep', args: [60], output: 'pty', env }))
    const states = () => processes().map(stateOf)
    await expect.poll(states).toHaveLength(2)
    await app.pause()
    await expect.poll(states).toEqual(['T', 'T'])
    await app.resume()
    await expect.poll(states).toEqual(['S', 'S'])
    await app.stop()
    expect(states()).toEqual([])
  })

  test('leaves nothing when it is stopped', async () => {
    const { env, processes } = trial()
    const app = await start(
      new App({ name: 'app', shell: true, binary: 'sleep 61 & setsid sleep 62 & wait', output: 'pty', env }),
    )
    await expect.poll(() => processes().length).toBeGreaterThanOrEqual(4)
    await app.stop()
    expect(processes()).toEqual([])
    expect(readFileSync(app.errpath, 'utf8'), 'of the wrapper, which waits 2 s when it is asked').toBe('')
  })
})
