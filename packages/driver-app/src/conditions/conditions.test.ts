import { once } from 'node:events'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { type Condition, context, environment, own, polled } from '@testrig/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { failure, rejection, start } from '../../test/environments.ts'
import { program } from '../../test/programs/index.ts'
import { App } from '../app.ts'
import type { AppOptions } from '../app-options.ts'
import { command, file, http, log, type Readiness, tcp } from '../readiness.ts'

const ports = { main: 'auto' } as const
const port = own<App, number>((driver) => driver.ports.main as number)

function server(readiness: readonly Readiness[], options: Partial<AppOptions> = {}, ...args: string[]): App {
  return new App({
    name: 'app',
    binary: process.execPath,
    args: [program('server'), '--port', port, ...args],
    ports,
    readiness,
    ...(options as object),
  })
}

/** A program of the shell that stays. */
function script(text: string, options: Partial<AppOptions<App>> = {}): App {
  return new App({
    name: 'app',
    binary: '/bin/sh',
    args: ['-c', `${text}\nexec sleep 60`],
    ...(options as object),
  })
}

/** How long after the first condition the named one held, in milliseconds. */
function times(app: App): Readonly<Record<string, number>> {
  const { conditions } = app.timeline
  const first = Math.min(...conditions.map(({ at }) => at))
  return Object.fromEntries(conditions.map(({ name, at }) => [name, at - first]))
}

describe('tcp()', () => {
  test('resets no connection of a server that greets', async () => {
    const closed = Promise.withResolvers<Error | undefined>()
    const server = createTcpServer((socket) => {
      socket.once('error', closed.resolve).once('close', () => closed.resolve(undefined))
      socket.end('hello\n'.repeat(10_000))
    }).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port: number } = server.address() as AddressInfo
    await start(script('sleep 60', { readiness: [tcp(number)] }))
    expect(await closed.promise).toBeUndefined()
  })

  test('waits until a port accepts connections, by name and by number', async () => {
    const app = await start(server([tcp('main'), tcp(port)], {}, '--silent', '--delay', '150'))
    expect(app.timeline.conditions.map(({ name }) => name).toSorted()).toEqual([
      `port ${app.ports.main} accepts connections`,
      'port main accepts connections',
    ])
  })

  test('finds a server that listens on IPv6 only', async () => {
    await start(server([tcp('main')], {}, '--silent', '--host', '::1'))
  })

  test('asks the given host alone', async () => {
    const app = server(
      [tcp('main', { host: '127.0.0.1' })],
      { startTimeout: 1_500 },
      '--silent',
      '--host',
      '::1',
    )
    const message = await failure(app)
    expect(message).toContain(
      'waiting for: port main accepts connections: 127.0.0.1:<port> refuses connections',
    )
    expect(message).toContain('listens on ::1:<port> and has logged 0 bytes')
  })

  test('waits for a port that is yet to be discovered', async () => {
    const app = await start(
      new App({
        name: 'app',
        binary: process.execPath,
        args: [program('server'), '--silent'],
        ports: { main: 'discover' },
        readiness: [tcp('main')],
      }),
    )
    expect(app.ports.main).toBeGreaterThan(0)
  })

  test('refuses the name of a port that the driver does not have', async () => {
    expect((await rejection(() => server([tcp('mian')]))).message).toMatchInlineSnapshot(
      `"App "app": a condition names the port \`mian\`; the option \`ports\` has main."`,
    )
    const named = context('app', '{{ name }}')
    expect(await failure(server([tcp(named)])), 'when it is known late').toContain(
      'a condition names the port `app`; the option `ports` has main.',
    )
  })
})

describe('http()', () => {
  test('waits for a path on a port to answer with 200 to 399', async () => {
    const app = await start(
      server([tcp('main'), http('/health', { port: 'main' })], {}, '--http', '--delay', '300'),
    )
    expect(times(app)['/health answers']).toBeGreaterThan(100)
  })

  test('takes a whole URL, the statuses that count and a pattern for the body', async () => {
    await start(
      server(
        [
          http(own('http://127.0.0.1:{{ ports.main }}/x'), { body: /^ready at \/x$/g }),
          http('/missing', { port: 'main', status: [404, 410] }),
          http('/missing', { port, status: 404, body: 'ready' }),
        ],
        {},
        '--http',
      ),
    )
  })

  test('finds a server that listens on IPv6 only', async () => {
    await start(server([http('/', { port: 'main' })], {}, '--http', '--host', '::1'))
  })

  test('says what came instead', async () => {
    const readiness = [http('/missing', { port: 'main' }), http('/', { port: 'main', body: 'nonsense' })]
    expect(await failure(server(readiness, { startTimeout: 3_000 }, '--http'))).toMatchInlineSnapshot(`
      "App "app" failed to start (startedCheck): was not up within its startTimeout of 3000 ms.
        waiting for: /missing answers: http://127.0.0.1:<port>/missing answered 404, http://[::1]:<port>/missing: ECONNREFUSED
        waiting for: / answers: the body of http://127.0.0.1:<port>/ does not match /nonsense/, http://[::1]:<port>/: ECONNREFUSED
        command: node <test>/programs/server.mjs --port <port> --http
        it runs (pid <pid>), listens on 127.0.0.1:<port> and has logged 29 bytes
        last lines of stdout (<runpath>/app/stdout):
          Listening on 127.0.0.1:<port>
        its directory: <runpath>/app"
    `)
  })

  test('leaves no connection open that a server would wait for at its end', async () => {
    const held = createServer((_, response) => response.end('ready'))
    held.keepAliveTimeout = 60_000
    await new Promise<void>((done) => held.listen(0, '127.0.0.1', done))
    onTestFinished(() => void held.close())
    const { port: number } = held.address() as AddressInfo
    await start(script('', { readiness: [http(`http://127.0.0.1:${number}/`)] }))
    expect(await new Promise((done) => held.getConnections((_, count) => done(count)))).toBe(0)
  })

  test('does not depend on a fetch that the test has replaced', async () => {
    const { fetch } = globalThis
    globalThis.fetch = () => Promise.reject(new Error('no network in unit tests'))
    onTestFinished(() => {
      globalThis.fetch = fetch
    })
    await start(server([http('/', { port: 'main' })], {}, '--http'))
  })
})

describe('file()', () => {
  test('waits for a file, relative to the working directory, and takes values by a pattern', async () => {
    const app = await start(
      server(
        [file('port.txt', { pattern: /^port=(?<port>\d+)$/m })],
        { extracts: ['port'] },
        '--port-file',
        'port.txt',
      ),
    )
    expect(app.extracts.port).toBe(String(app.ports.main))
  })

  test('takes values of a JSON file by their paths', async () => {
    const app = await start(
      server(
        [
          file('port.json', {
            json: { port: 'servers[0].port', first: 'servers.0', host: 'servers[0].host' },
          }),
        ],
        {},
        '--port-file',
        'port.json',
      ),
    )
    expect(app.extracts).toEqual({
      port: String(app.ports.main),
      host: '127.0.0.1',
      first: JSON.stringify({ port: app.ports.main, host: '127.0.0.1' }),
    })
  })

  test('waits until the file is complete', async () => {
    const text = `printf '{"port": 4'; printf '{"port": 4' > half.json
      while ! [ -e go ]; do sleep 0.01; done
      printf '711}' >> half.json`
    const app = script(text, {
      readiness: [
        file('half.json', { json: { port: 'port' } }),
        (driver) => {
          writeFileSync(join(driver.runpath, 'go'), '')
          return true
        },
      ],
    })
    await start(app)
    expect(app.extracts.port).toBe('4711')
  })

  test('matches a pattern anywhere in the file, whatever its flags', async () => {
    const app = await start(
      script('echo the port=1 > port; sleep 0.2; echo the port=22 > port', {
        readiness: [file('port', { pattern: /port=(?<port>\d\d)/gy })],
      }),
    )
    expect(app.extracts.port).toBe('22')
  })

  test('does not count a file that an earlier run has left', async () => {
    const app = await start(
      script('[ -e port ] && sleep 0.3; echo port=$$ > port', {
        readiness: [file('port', { pattern: /port=(?<pid>\d+)/ })],
      }),
    )
    expect(app.extracts.pid).toBe(String(app.pid))
    await app.restart()
    expect(app.extracts.pid).toBe(String(app.pid))
  })

  test('counts an old file when told so', async () => {
    const readiness = [file('data/version', { pattern: /(?<version>\d+)/, fresh: false })]
    const app = await start(script('[ -e data ] || { mkdir data; echo 17 > data/version; }', { readiness }))
    await app.restart()
    expect(app.extracts.version).toBe('17')
  })

  test('says what the file lacks', async () => {
    const options = { startTimeout: 1_000 }
    const missing = await failure(script('', { readiness: [file('no/such')], ...options }))
    expect(missing).toMatch(
      /waiting for: the file no\/such is there: <runpath>\/app\/no\/such does not exist/,
    )
    const unlike = await failure(
      script('echo x > f', { readiness: [file('f', { pattern: /y/ })], ...options }),
    )
    expect(unlike).toMatch(/the content of <runpath>\/app\/f does not match \/y\//)
    const incomplete = await failure(
      script('echo {} > f', { readiness: [file('f', { json: { port: 'a.b.c', host: 'h' } })], ...options }),
    )
    expect(incomplete).toMatch(/f has no value yet for port at `[^`]+`, host at `[^`]+`/)
  })
})

describe('command()', () => {
  test('is run again until it ends with exit code 0, in the directory and environment of the program', async () => {
    const app = await start(
      script('sleep 0.2; touch "$FLAG"', {
        env: { FLAG: 'up' },
        readiness: [command('sh', ['-c', 'echo again >> asked; [ -e "$FLAG" ] && [ "$1" = 7 ]', 'sh', 7])],
      }),
    )
    expect(app.timeline.conditions[0]?.name).toMatch(/^`sh -c echo again.*` ends with exit code 0$/)
  })

  test('says how it ended and what it printed', async () => {
    const readiness = [command('sh', ['-c', 'echo not yet >&2; exit 3'])]
    expect(await failure(script('', { readiness, startTimeout: 3_000 }))).toMatch(
      /waiting for: `sh -c .*` ends with exit code 0: it ended with exit code 3; it printed "not yet"\n/,
    )
  })

  test('says when a signal ended it', async () => {
    const readiness = [command('sh', ['-c', 'kill -9 $$'])]
    expect(await failure(script('', { readiness, startTimeout: 3_000 }))).toContain(
      'ends with exit code 0: it ended with signal SIGKILL\n',
    )
  })

  test.for<[string, string]>([
    [
      'no-such-program',
      'there is no program `no-such-program`; give its path, or put its directory on the PATH.',
    ],
    [
      'curl http://[::1]/up',
      "there is no program `curl http://[::1]/up`; give its arguments as a list after it, as in command('test', ['-e', 'up']).",
    ],
    ['../no/such', 'there is no file `<runpath>/no/such`; build it, or correct the path.'],
    ['/etc/passwd/x', 'there is no file `/etc/passwd/x`; build it, or correct the path.'],
    [
      '/etc/passwd',
      '`/etc/passwd` may not be executed; check its mode with ls -l, or name its interpreter in its place, and the file as the first argument.',
    ],
  ])('that cannot be run, %s, fails the start at once', async ([file, reason]) => {
    const app = script('', { readiness: [command(file)], startTimeout: 10_000 })
    expect(await failure(app)).toContain(
      `App "app" failed to start (startedCheck): a command of \`readiness\` cannot be run: ${reason}\n`,
    )
  })

  test('may be a file that the program has yet to write, and to make executable', async () => {
    const app = script('', { readiness: [command('./check')] })
    const started = start(app)
    await expect.poll(() => app.waitingFor().join()).toContain('ENOENT')
    const check = join(app.appPath, 'check')
    writeFileSync(check, '#!/bin/sh\nexit 0\n')
    await expect.poll(() => app.waitingFor().join()).toContain('EACCES')
    chmodSync(check, 0o755)
    await started
  })

  test('that hangs ends with the start', async () => {
    const app = script('', { readiness: [command('sleep', [61])], startTimeout: 200, stopTimeout: 60_000 })
    const begun = performance.now()
    expect(await failure(app)).toContain('`sleep 61` ends with exit code 0: it has not ended yet\n')
    expect(performance.now() - begun).toBeLessThan(5_000)
  })
})

describe('log()', () => {
  test('waits for a line of the log, or of another file, and takes values', async () => {
    const app = await start(
      script('echo "main 1"; sleep 0.1; echo "admin 2" > admin.log', {
        readiness: [log(/main (?<main>\d)/), log('admin (?<admin>\\d)', { path: 'admin.log' })],
      }),
    )
    expect(app.extracts).toEqual({ main: '1', admin: '2' })
  })

  test('sees a line that the program writes at once', async () => {
    const apps = Array.from({ length: 10 }, (_, index) =>
      script('echo first line', { name: `app${index}`, readiness: [log(/first line/)], startTimeout: 5_000 }),
    )
    const [last, ...others] = apps as [App, ...App[]]
    await start(last, others, { dependencies: [] })
  })

  test('says how far it has read', async () => {
    const app = script('echo something else', { readiness: [log(/ready/)], startTimeout: 1_000 })
    expect(await failure(app)).toContain(
      'stdout matches /ready/: no line has matched /ready/; 15 bytes in 1 line seen, the last one "something else"',
    )
  })
})

describe('a function', () => {
  test('gets the driver and is asked until it says true; a text says what is missing', async () => {
    const seen: (string | number | undefined)[] = []
    const app = await start(
      script('', {
        readiness: [
          (driver: App) => {
            seen.push(driver.name, driver.pid)
            return seen.length >= 6 ? true : 'not yet'
          },
        ],
      }),
    )
    expect(seen).toEqual([app.name, app.pid, app.name, app.pid, app.name, app.pid])
    const never = script('', {
      readiness: [
        function replicated() {
          return 'two of three'
        },
      ],
      startTimeout: 200,
    })
    expect(await failure(never)).toContain('waiting for: replicated: two of three')
  })

  test('that gives something else is told of it', async () => {
    const silent = script('', { readiness: [async () => {}] as never, startTimeout: 200 })
    expect(await failure(silent)).toContain(
      'waiting for: a function of readiness: it gave undefined, and holds when it gives true\n',
    )
  })

  test('that throws fails the start', async () => {
    const app = script('', { readiness: [() => Promise.reject(new Error('no licence'))] })
    expect(await failure(app)).toContain('App "app" failed to start (startedCheck): no licence')
  })
})

describe('several conditions', () => {
  test('must all hold, and the time of each is kept', async () => {
    const app = await start(
      server(
        [
          tcp('main'),
          http('/', { port: 'main' }),
          function third() {
            return true
          },
        ],
        { stdoutRegexps: [/Listening/] },
        '--http',
        '--delay',
        '300',
      ),
    )
    const { conditions, start: phases } = app.timeline
    const names = conditions.map(({ name }) => name)
    expect(names.toSorted()).toEqual([
      '/ answers',
      'port main accepts connections',
      'stdout matches /Listening/',
      'third',
    ])
    expect(names[0]).toBe('third')
    expect(names.at(-1)).toBe('/ answers')
    const { start: from = 0, end: to = 0 } = phases.find(({ name }) => name === 'startedCheck') ?? {}
    for (const { at } of conditions) {
      expect(at).toBeGreaterThanOrEqual(from)
      expect(at).toBeLessThanOrEqual(to)
    }
  })

  test('are each reported while they do not hold', async () => {
    const readiness = [tcp('main'), file('pid'), log(/up/)]
    const app = script('', { ports, readiness, stdoutRegexps: [/ready/], startTimeout: 300 })
    expect(await failure(app)).toMatchInlineSnapshot(`
      "App "app" failed to start (startedCheck): was not up within its startTimeout of 300 ms.
        unmatched in stdout: /ready/ (0 bytes in 0 lines seen)
        waiting for: port main accepts connections: 127.0.0.1:<port> refuses connections, [::1]:<port> refuses connections
        waiting for: the file pid is there: <runpath>/app/pid does not exist
        waiting for: <runpath>/app/stdout matches /up/: no line has matched /up/; 0 bytes in 0 lines seen
        command: /bin/sh -c '
      exec sleep 60'
        it runs (pid <pid>), listens on no TCP port and has logged 0 bytes
        hint: its output may be block-buffered: try output: 'stdbuf' or 'pty', or a condition of readiness
        its directory: <runpath>/app"
    `)
  })
})

describe('context values', () => {
  test('stand in every part of a condition', async () => {
    await using group = await environment()
      .add('first', () => server([tcp('main')], { name: undefined }, '--http', '--log', 'first.log'))
      .add('second', ({ first }) =>
        script('', {
          name: undefined,
          readiness: [
            tcp(first.ports.main as never, { host: '127.0.0.1' }),
            http(context('first', 'http://127.0.0.1:{{ ports.main }}/hello'), {
              body: context('first', 'ready at /hello'),
            }),
            file(context('first', '{{ runpath }}/first.log'), {
              pattern: context('first', '{{ ports.main }}'),
              fresh: false,
            }),
            command('test', [context('first', '{{ ports.main }}'), '-gt', 1024]),
            log(context('first', 'sh'), { path: context('first', '{{ runpath }}/../second/stdout') }),
          ],
          shell: true,
          binary: 'echo sh; sleep 60',
          args: [],
        }),
      )
      .start()
    expect(group.drivers.second.timeline.conditions).toHaveLength(5)
  })
})

describe('what an earlier run has written', () => {
  test('does not count: neither a line, nor a line of failure', async () => {
    const app = script('[ -e again ] && sleep 0.3; touch again; echo "ready $$"; echo fatal', {
      stdoutRegexps: [/ready (?<pid>\d+)/],
      readiness: [log(/ready (?<other>\d+)/)],
    })
    await start(app)
    await app.restart()
    expect(app.extracts).toEqual({ pid: String(app.pid), other: String(app.pid) })
    const strict = script('if [ -e again ]; then echo ready; else touch again; echo ready; echo fatal; fi', {
      stdoutRegexps: [/ready/],
      postStart: async (driver) => void (await driver.logMatcher().match(/fatal|$/)),
    } as Partial<AppOptions<App>>)
    await start(strict)
    await strict.restart()
    expect(strict.state).toBe('started')
  })

  test('does not count in a log that the program begins anew', async () => {
    const app = script('sleep 0.05; echo "ready $$" > app.log', {
      logname: 'app.log',
      logRegexps: [/ready (?<pid>\d+)/],
    })
    await start(app)
    await app.restart()
    expect(app.extracts.pid).toBe(String(app.pid))
  })

  test('does not count in a log that the program begins anew with the same line', async () => {
    const app = script('echo ready > app.log', { logname: 'app.log', logRegexps: [/ready/] })
    await start(app)
    await app.restart()
    expect(app.state).toBe('started')
    expect(readFileSync(`${app.logpath}.1`, 'utf8')).toBe('ready\n')
  })
})

describe('without any condition', () => {
  const busy = { name: 'app', binary: '/bin/sh', args: ['-c', 'while :; do :; done'] }
  const conditionsOf = async (app: App) => (await start(app)).timeline.conditions.map(({ name }) => name)

  test('a program is up when it rests, or has run for a while', async () => {
    expect(await conditionsOf(new App(busy))).toEqual(['the program runs'])
  })

  test('a class that has a check or conditions of its own says itself when it is up', async () => {
    class Checked extends App {
      protected override startedCheck(): boolean {
        return this.pid !== undefined
      }
    }
    class Conditioned extends App {
      protected override conditions(): readonly Condition[] {
        return [...super.conditions(), polled('it has a process', () => this.pid !== undefined)]
      }
    }
    expect(await conditionsOf(new Checked(busy))).toEqual([])
    expect(await conditionsOf(new Conditioned(busy))).toEqual(['it has a process'])
  })
})
