import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environment, type TestrigError } from '@testrig/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { failure, rejection, stable, start } from '../test/environments.ts'
import { runs } from '../test/processes.ts'
import { program } from '../test/programs/index.ts'
import { trial } from '../test/trial.ts'
import { App } from './app.ts'
import type { AppOptions } from './app-options.ts'
import { spawnFailed } from './errors.ts'
import { tcp } from './readiness.ts'

function shell(text: string, options: Partial<AppOptions<App>> = {}): App {
  return new App({ name: 'app', binary: '/bin/sh', args: ['-c', text], ...(options as object) })
}

/** Starts a program and waits until the environment reports that it has failed. */
async function death(app: App, after: () => unknown = () => {}): Promise<TestrigError> {
  const group = environment([app], { keepRunpath: 'never' }).create()
  onTestFinished(() => group.stop())
  const reported = new Promise<TestrigError>((done) => {
    group.onDriverFailure((name, error) => {
      expect(name).toBe('app')
      done(error as TestrigError)
    })
  })
  await group.start()
  await after()
  return reported
}

describe('a program that ends before it is ready', () => {
  test('fails the start at once, with its exit code and the last lines of its output', async () => {
    const begun = performance.now()
    const app = shell('echo one; echo two; echo cannot bind >&2; exit 3', { stdoutRegexps: [/ready/] })
    expect(await failure(app)).toMatchInlineSnapshot(`
      "App "app" failed to start (startedCheck): ended with exit code 3 before it was ready.
        unmatched in stdout: /ready/ (8 bytes in 2 lines seen, the last one "two")
        command: /bin/sh -c 'echo one; echo two; echo cannot bind >&2; exit 3'
        ended with: exit code 3
        last lines of stdout (<runpath>/app/stdout):
          one
          two
        last lines of stderr (<runpath>/app/stderr):
          cannot bind
        its directory: <runpath>/app"
    `)
    expect(performance.now() - begun).toBeLessThan(5_000)
  })

  test('fails the start with the signal that ended it', async () => {
    expect(await failure(shell('kill -SEGV $$', { stdoutRegexps: [/ready/] }))).toContain(
      'ended with signal SIGSEGV before it was ready.',
    )
  })

  test('fails the start also when nothing was awaited', async () => {
    const script = new App({ name: 'app', binary: process.execPath, args: ['no-such-script.js'] })
    for (const app of [shell('exit 1'), new App({ name: 'app', binary: 'false' }), script])
      expect(await failure(app)).toContain('ended with exit code 1 before it was ready.')
  })

  test('fails the start also with exit code 0', async () => {
    expect(await failure(shell('exit 0', { readiness: [tcp(1)] }))).toContain('ended with exit code 0')
  })

  test('gets a hint when it goes on in the background', async () => {
    const { env, processes } = trial()
    const app = shell('setsid sleep 61 & sleep 0.2; exit 0', { env, readiness: [tcp(1)] })
    expect(await failure(app)).toMatch(
      /\n {2}hint: it goes on in the background \(pid <pid>\): have it stay in the foreground, or say expectedExitCode: 0\n/,
    )
    expect(processes()).toEqual([])
  })

  test('is reported by the line that tells why, when a pattern of failure matches it', async () => {
    const app = shell('echo "bind: address already in use" >&2; exit 1', {
      stdoutRegexps: [/ready/],
      failRegexps: [/address already in use/],
    })
    const { code, message } = await rejection(start(app))
    expect(code).toBe('ENVIRONMENT_START_FAILED')
    expect(message).toContain(
      'a line of stderr matches the failure pattern /address already in use/: bind: address already in use',
    )
  })

  test('has matched what it printed last', async () => {
    const options = { stdoutRegexps: [/ready/], expectedExitCode: 0, waitForExit: true }
    const app = await start(shell('echo "port 1"; echo ready', options))
    expect(app.exitCode).toBe(0)
  })
})

describe('a line that tells of failure', () => {
  test('ends the wait at once although the program goes on', async () => {
    const begun = performance.now()
    const app = shell('echo fatal: no disk; exec sleep 60', {
      stdoutRegexps: [/ready/],
      failRegexps: [/fatal: (?<why>.*)/],
    })
    expect(await failure(app)).toContain('matches the failure pattern')
    expect(performance.now() - begun).toBeLessThan(5_000)
    expect(app.pid).toBeUndefined()
  })
})

describe('a program that is never ready', () => {
  test('fails the start when its time is over: what was awaited, seen, open and printed', async () => {
    const app = new App({
      name: 'app',
      binary: process.execPath,
      args: [program('server')],
      stdoutRegexps: [/Listening on (?<host>.*):/, /Serving/],
      startTimeout: 800,
    })
    expect(await failure(app)).toMatchInlineSnapshot(`
      "App "app" failed to start (startedCheck): was not up within its startTimeout of 800 ms.
        unmatched in stdout: /Serving/ (29 bytes in 1 line seen, the last one "Listening on 127.0.0.1:<port>")
        extracted so far: host=127.0.0.1
        command: node <test>/programs/server.mjs
        it runs (pid <pid>), listens on 127.0.0.1:<port> and has logged 29 bytes
        last lines of stdout (<runpath>/app/stdout):
          Listening on 127.0.0.1:<port>
        its directory: <runpath>/app"
    `)
    expect(app.pid).toBeUndefined()
  })

  test('that listens but prints nothing gets a hint', async () => {
    const options = { stdoutRegexps: [/Listening/], startTimeout: 800 }
    const app = new App({
      name: 'app',
      binary: process.execPath,
      args: [program('server'), '--silent'],
      ...options,
    })
    expect(await failure(app)).toContain(
      "hint: its output may be block-buffered: try output: 'stdbuf' or 'pty', or a condition of readiness",
    )
  })

  test('that prints nothing gets the hint also when it does not listen', async () => {
    const app = shell('exec sleep 61', { stdoutRegexps: [/ready/], startTimeout: 300 })
    expect(await failure(app)).toContain(
      'listens on no TCP port and has logged 0 bytes\n  hint: its output may be',
    )
  })

  test('gets the hint also after a run that has printed something', async () => {
    const text = `[ -e again ] && exec '${process.execPath}' '${program('server')}' --silent; touch again; echo ready; exec sleep 60`
    const app = await start(shell(text, { stdoutRegexps: [/ready/], startTimeout: 1_500 }))
    expect((await rejection(app.restart())).message).toContain('and has logged 0 bytes\n  hint: its output')
  })

  test('because its last line has no end is told so', async () => {
    const app = shell('printf "ready> "; exec sleep 60', { stdoutRegexps: [/ready>/], startTimeout: 300 })
    expect(await failure(app)).toContain(
      'unmatched in stdout: /ready>/ (7 bytes in 1 line seen, the last one "ready> ", which has no line end)\n',
    )
  })

  test('does not fill the report with a line without end', async () => {
    const text = 'head -c 2000000 /dev/zero | tr "\\0" x; exit 1'
    const message = await failure(shell(text, { stdoutRegexps: [/ready/] }))
    expect(message).toMatch(/the last one "x{400}"… \(\d+ characters\)\)\n/)
    expect(message.length).toBeLessThan(20_000)
  })

  test('as its log is a pipe is told so, and ends all the same', async () => {
    const app = shell('mkfifo app.log; echo ready > app.log; exec sleep 60', {
      logname: 'app.log',
      logRegexps: [/ready/],
      startTimeout: 300,
    })
    expect(await failure(app)).toContain(
      'unmatched in log: /ready/ (<runpath>/app/app.log is not a regular file)\n',
    )
  })

  test('without an extract that was named fails the start', async () => {
    const app = shell('echo "port 1"; exec sleep 60', {
      stdoutRegexps: [/port (?<port>.)/],
      extracts: ['port', 'token'],
    })
    expect(await failure(app)).toContain('`extracts` names token, but the patterns yielded port.')
  })
})

describe('a program that cannot be run', () => {
  test('because no more files may be open', () => {
    const command = `ulimit -n 64; exec '${process.execPath}' '${program('start-many', 'ts')}'`
    const { stdout, stderr } = spawnSync('/bin/sh', ['-c', command], { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(stdout.replaceAll(/sleep-\d+/g, 'sleep-<n>')).toMatchInlineSnapshot(`
      "App "sleep-<n>" failed to start (starting): could not be run: this process has as many files open as it may; raise the limit with ulimit -n, or stop some drivers.
      0 left
      "
    `)
  })

  test('because the user may run no more processes', () => {
    const cause = Object.assign(new Error('spawn /bin/sh EAGAIN'), {
      code: 'EAGAIN',
      syscall: 'spawn /bin/sh',
    })
    expect(spawnFailed('App "app"', '/bin/sh', cause).message).toMatchInlineSnapshot(
      `"App "app" could not be run: this user has as many processes and threads as it may; raise the limit with ulimit -u, or end some."`,
    )
  })

  test('because another one writes to its files', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'driver-app-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const runpath = join(directory, 'shared')
    const shared = (name: string) => new App({ name, binary: 'sleep', args: [60], runpath })
    const first = await start(shared('first'))
    const second = shared('second')
    expect((await failure(second)).replaceAll(runpath, '<shared>')).toMatchInlineSnapshot(`
      "App "second" failed to start (starting): the output of App "first" goes to <shared>/stdout already. Give each its own \`runpath\` or \`appDirName\`.
        command: sleep 60
        its directory: <shared>"
    `)
    await first.stop()
    await second.start()
    await second.stop()
  })

  function scratch(): string {
    const directory = mkdtempSync(join(tmpdir(), 'driver-app-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    return directory
  }

  test('because it is missing', async () => {
    expect(await failure(new App({ name: 'app', binary: 'no-such-program' }))).toMatchInlineSnapshot(`
      "App "app" failed to start (starting): could not be run: there is no program \`no-such-program\`; give its path, or put its directory on the PATH.
        command: no-such-program
        its directory: <runpath>/app"
    `)
    expect(await failure(new App({ name: 'app', binary: './no/such' }))).toMatch(
      /there is no file `\/.*\/no\/such`; build it, or correct the path\./,
    )
  })

  test('because it is not executable', async () => {
    const path = join(scratch(), 'plain.txt')
    writeFileSync(path, 'hello')
    chmodSync(path, 0o644)
    expect(await failure(new App({ name: 'app', binary: path }))).toContain(
      `\`${path}\` may not be executed; check its mode with ls -l, or name its interpreter in preArgs`,
    )
  })

  test('because it is a directory', async () => {
    const path = scratch()
    expect(await failure(new App({ name: 'app', binary: path }))).toContain(
      `\`${path}\` is a directory; give the path of the program in it.`,
    )
  })

  test.for([
    {
      shown: 'its interpreter is missing',
      content: '#! /no/such/interpreter -x\n',
      reason: '`<path>` is to be run by `/no/such/interpreter`, which does not exist; correct its first line',
    },
    {
      shown: 'its lines end with CR LF',
      content: '#!/bin/sh\r\nexit\r\n',
      reason: 'the lines of `<path>` end with CR LF, so that its interpreter `/bin/sh` is not found',
    },
    {
      shown: 'the loader that it was built for is missing',
      content: readFileSync('/bin/true', 'latin1').replace(/\/lib[\w./-]*\/ld-/, (loader) =>
        loader.replace('ld-', 'no-'),
      ),
      reason: '`<path>` is there, but what loads it is not, as when it was built for another system',
    },
  ])('because $shown', async ({ content, reason }) => {
    const path = join(scratch(), 'program')
    writeFileSync(path, content, 'latin1')
    chmodSync(path, 0o755)
    const message = await failure(new App({ name: 'app', binary: path }))
    expect(message).toContain(`could not be run: ${reason.replace('<path>', path)}`)
  })

  test('because its arguments are too long, which the report cuts', async () => {
    const app = new App({ name: 'app', binary: 'echo', args: ['x'.repeat(3_000_000)] })
    expect((await failure(app)).replace(/x{100}/, '<100 x>')).toMatchInlineSnapshot(`
      "App "app" failed to start (starting): could not be run: its arguments and variables are longer than the system allows; pass what is long in a file.
        command: echo <100 x>… (3000000 characters)
        its directory: <runpath>/app"
    `)
  })

  test('because the tool for its output is missing', async () => {
    for (const [output, tool] of [
      ['stdbuf', 'stdbuf'],
      ['pty', 'script'],
    ] as const) {
      const app = new App({ name: 'app', binary: '/bin/true', output, env: { PATH: '/no/such' } })
      expect(await failure(app)).toContain(`there is no program \`${tool}\``)
    }
  })
})

describe('a command line given as the binary', () => {
  test.for(['redis-server --port 0', '/bin/sh -c true'])('%s is told where arguments go', async (binary) => {
    expect(await failure(new App({ name: 'app', binary }))).toContain(
      `there is no program \`${binary}\`; give its arguments in \`args\`, or set \`shell: true\` for a command line.`,
    )
  })

  test('is none when only its directory has a blank', async () => {
    expect(await failure(new App({ name: 'app', binary: '/no such/server' }))).toContain(
      'there is no file `/no such/server`',
    )
  })
})

describe('a program that ends while it is in use', () => {
  test('is reported also when a stop begins before anybody has seen it', async () => {
    const app = shell('exec sleep 61')
    const endAndStop = () => {
      const pid = app.pid as number
      process.kill(pid, 'SIGKILL')
      while (runs(pid));
      return app.stop()
    }
    expect((await death(app, endAndStop)).message).toBe(
      'App "app" ended with signal SIGKILL while it was in use.',
    )
    expect(app.state).toBe('stopped')
  })

  test('is reported with its exit code and the last lines of its output', async () => {
    const app = shell('echo ready; read line; echo "got $line"; echo broken >&2; exit 7', {
      stdoutRegexps: [/ready/],
    })
    const error = await death(app, () => app.stdin().write('poison\n'))
    expect([error.code, error.driver]).toEqual(['APP_EXITED', 'app'])
    expect(stable(error.message)).toMatchInlineSnapshot(`
      "App "app" ended with exit code 7 while it was in use.
        last lines of stdout (<runpath>/app/stdout):
          ready
          got poison
        last lines of stderr (<runpath>/app/stderr):
          broken"
    `)
    expect(app.state).toBe('failed')
    expect(app.failure).toBe(error)
    expect(app).toMatchObject({ exitCode: 7, pid: undefined })
  })

  test('is reported with the signal that ended it', async () => {
    const app = shell('echo ready; exec sleep 60', { stdoutRegexps: [/ready/] })
    const error = await death(app, () => process.kill(app.pid as number, 'SIGKILL'))
    expect(error.message).toContain('ended with signal SIGKILL while it was in use.')
    expect(app.exitSignal).toBe('SIGKILL')
  })

  test('is reported although the test has sent it a signal before that asks for something else', async () => {
    const app = shell(
      `trap 'echo reloaded' HUP; echo ready; until [ "$line" = die ]; do read line; done; exit 4`,
      {
        stdoutRegexps: [/ready/],
      },
    )
    const error = await death(app, async () => {
      app.kill('SIGHUP')
      await app.logMatcher().match(/reloaded/)
      app.stdin().write('die\n')
    })
    expect(error.message).toContain('exit code 4')
  })

  test('starts again', async () => {
    const app = shell('echo ready; read line; exit 7', { stdoutRegexps: [/ready/] })
    await death(app, () => app.stdin().write('\n'))
    await app.restart()
    expect(app.state).toBe('started')
    expect(app.failure).toBeUndefined()
    expect(app.exitCode).toBeUndefined()
  })

  test('takes what it has started with it when it starts again', async () => {
    const { env, processes } = trial()
    const app = shell('sleep 61 & echo ready; read line; exit 7', {
      stdoutRegexps: [/ready/],
      env,
    })
    await death(app, () => app.stdin().write('\n'))
    const orphans = processes()
    expect(orphans).toHaveLength(1)
    await app.start()
    expect(processes()).not.toContain(orphans[0])
  })
})

describe('an end that the test wants', () => {
  test('by kill() is no failure', async () => {
    const app = await start(shell('echo ready; exec sleep 60', { stdoutRegexps: [/ready/] }))
    app.kill()
    expect(await app.waitForExit()).toEqual({ exitCode: null, signal: 'SIGTERM' })
    expect(app).toMatchObject({ state: 'started', failure: undefined, pid: undefined, exitSignal: 'SIGTERM' })
    await app.stop()
  })

  test('by the signal that was sent is no failure, whatever the signal', async () => {
    const app = await start(shell('echo ready; exec sleep 60', { stdoutRegexps: [/ready/] }))
    app.kill('SIGUSR2')
    await expect.poll(() => app.exitSignal).toBe('SIGUSR2')
    expect(app.failure).toBeUndefined()
  })

  test('that is awaited is no failure; the wait has a limit', async () => {
    const app = await start(shell('echo ready; read line; exit 5', { stdoutRegexps: [/ready/] }))
    const { code, message } = await rejection(app.waitForExit({ timeout: 50 }))
    expect(`${code} ${message}`).toMatchInlineSnapshot(
      `"APP_STILL_RUNNING App "app" still ran after 50 ms, when its end was awaited. Have it end, or raise \`timeout\`."`,
    )
    const exited = app.waitForExit()
    app.stdin().write('\n')
    expect(await exited).toEqual({ exitCode: 5, signal: null })
    expect(await app.waitForExit(), 'when it has ended').toEqual({ exitCode: 5, signal: null })
    expect(app.failure).toBeUndefined()
  })

  test('that is awaited is no failure when another wait is given up before', async () => {
    const app = await start(shell('echo ready; read line; exit 5', { stdoutRegexps: [/ready/] }))
    const exited = app.waitForExit()
    await rejection(app.waitForExit({ timeout: 1 }))
    app.stdin().write('\n')
    await exited
    await app.start()
    expect(app.pid, 'of the program that start() runs, as the test has ended the first').toBeDefined()
  })

  test('takes a signal by its name and a time that can be', async () => {
    const app = await start(shell('exec sleep 60'))
    const messages = await Promise.all([
      rejection(() => app.kill('TERM' as never)),
      rejection(app.waitForExit({ timeout: Number.POSITIVE_INFINITY })),
      rejection(app.waitForExit({ time: 5 } as never)),
      rejection(app.restart({ clean: 'yes' as never })),
      rejection(app.restart(true as never)),
    ])
    expect(messages.map(({ code, message }) => `${code} ${message}`)).toMatchInlineSnapshot(`
      [
        "OPTION_INVALID App "app": kill(): option \`signal\` must be the name of a signal, such as 'SIGTERM', but is 'TERM' (string).",
        "OPTION_INVALID App "app": waitForExit(): option \`timeout\` must be a number of milliseconds from 0 to 2147483647, but is Infinity (number).",
        "OPTION_UNKNOWN App "app": waitForExit() has no option \`time\` (given 5 (number)). Known: \`timeout\`.",
        "OPTION_INVALID App "app": restart(): option \`clean\` must be boolean, but is 'yes' (string).",
        "OPTION_INVALID App "app": restart() takes an object of options, but was given true (boolean).",
      ]
    `)
    expect(app.state).toBe('started')
  })

  test('takes a program that runs', async () => {
    const app = shell('echo ready; read line', { stdoutRegexps: [/ready/] })
    const calls = { kill: () => app.kill(), stdin: () => app.stdin(), waitForExit: () => app.waitForExit() }
    for (const call of Object.values(calls)) expect((await rejection(call)).code).toBe('APP_NOT_RUNNING')
    await start(app)
    await app.stop()
    expect((await rejection(calls.kill)).message).toMatchInlineSnapshot(
      `"App "app": kill() needs a program that runs. Start the driver first."`,
    )
    expect((await rejection(calls.stdin)).code).toBe('APP_NOT_RUNNING')
  })
})

describe('expectedExitCode', () => {
  test('makes a task: the driver is up when the program has ended so, and others wait for it', async () => {
    const group = environment()
      .add('task', () =>
        shell('sleep 0.2; echo "token=abc"; exit 2', {
          name: undefined,
          expectedExitCode: 2,
          stderrRegexps: [],
        }),
      )
      .add('after', () => shell('exec sleep 60', { name: undefined }), { after: ['task'] })
      .create()
    onTestFinished(() => group.stop())
    const order: string[] = []
    const watched = (name: 'task' | 'after') =>
      expect
        .poll(() => group.drivers[name].state)
        .toBe('started')
        .then(() => order.push(name))
    await Promise.all([group.start(), watched('task'), watched('after')])
    const { task, after } = group.drivers
    expect(order).toEqual(['task', 'after'])
    expect(task).toMatchObject({ state: 'started', exitCode: 2 })
    const ended = task.timeline.conditions[0]
    expect(ended?.name).toBe('the program ends with exit code 2')
    expect(after.timeline.start[0]?.start).toBeGreaterThanOrEqual(ended?.at as number)
    await group.stop()
    expect(task.state).toBe('stopped')
  })

  test('fails the start when the program ends otherwise', async () => {
    expect(await failure(shell('echo no disk; exit 1', { expectedExitCode: 0 }))).toMatchInlineSnapshot(`
      "App "app" failed to start (startedCheck): should end with exit code 0, but ended with exit code 1.
        waiting for: the program ends with exit code 0
        command: /bin/sh -c 'echo no disk; exit 1'
        ended with: exit code 1
        last lines of stdout (<runpath>/app/stdout):
          no disk
        its directory: <runpath>/app"
    `)
  })

  test('with waitForExit and patterns waits for both', async () => {
    const app = await start(
      shell('echo "token=abc"; sleep 0.1; exit 0', {
        expectedExitCode: 0,
        waitForExit: true,
        stdoutRegexps: [/token=(?<token>.*)/],
      }),
    )
    expect(app).toMatchObject({ exitCode: 0, extracts: { token: 'abc' } })
  })

  test('of a server is checked when it stops', async () => {
    const text = (code: number) => `trap 'exit ${code}' TERM; echo ready; while :; do sleep 0.01; done`
    const good = await start(shell(text(3), { expectedExitCode: 3, stdoutRegexps: [/ready/] }))
    await good.stop()
    expect(good.exitCode).toBe(3)
    const bad = await start(shell(text(1), { expectedExitCode: 3, stdoutRegexps: [/ready/] }))
    expect((await rejection(bad.stop())).message).toContain(
      'should end with exit code 3, but ended with exit code 1.',
    )
    expect(bad.state).toBe('stopped')
  })

  test('is not asked of a server that a signal of the test has ended', async () => {
    for (const output of ['direct', 'pty'] as const) {
      const options = { expectedExitCode: 0, stdoutRegexps: [/ready/], output }
      const app = await start(shell('echo ready; exec sleep 61', options))
      app.kill('SIGKILL')
      await app.waitForExit()
      await app.start()
      app.kill('SIGKILL')
      await app.stop()
      expect(app.state).toBe('stopped')
    }
  })

  test('does not keep a program that ends so without being ready from failing', async () => {
    const begun = performance.now()
    const app = shell('echo usage: app PORT; exit 0', { expectedExitCode: 0, stdoutRegexps: [/ready/] })
    expect(await failure(app)).toContain('ended with exit code 0 before it was ready.')
    expect(performance.now() - begun).toBeLessThan(5_000)
  })

  test('has a last line without its end count, as the program writes no more', async () => {
    const options = { expectedExitCode: 0, stdoutRegexps: [/ready/] }
    expect((await start(shell('printf ready', options))).state).toBe('started')
    expect((await start(shell('printf ready', { ...options, waitForExit: true }))).state).toBe('started')
  })

  test('with waitForExit does not keep a program that printed something else from failing', async () => {
    const app = shell('echo nothing to do', {
      expectedExitCode: 0,
      waitForExit: true,
      stdoutRegexps: [/done/],
    })
    expect(await failure(app)).toContain('ended with exit code 0 before it was ready.')
  })

  test('lets a program go into the background, and ends what it has left there', async () => {
    const { env, processes } = trial()
    const app = await start(
      shell(`'${process.execPath}' '${program('server')}' & exit 0`, {
        expectedExitCode: 0,
        env,
        stdoutRegexps: [/Listening/],
      }),
    )
    expect(processes()).toHaveLength(1)
    await app.stop()
    expect(processes()).toEqual([])
  })
})
