import { spawnSync } from 'node:child_process'
import { chmodSync, lstatSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { context, environment, own } from '@testrig/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { failure, start } from '../test/environments.ts'
import { printed } from '../test/printed.ts'
import { program } from '../test/programs/index.ts'
import { App } from './app.ts'
import { file } from './readiness.ts'

const awkward = ['two words', "it's", '"quoted"', '$HOME `id` $(id)', '*', '', 'a\nb', '\\', '; exit 3', '-n']

/** A directory with a program in it. */
function scripts(): { readonly directory: string; readonly script: string } {
  const directory = mkdtempSync(join(tmpdir(), 'driver-app-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const script = join(directory, 'serve.sh')
  writeFileSync(script, '#!/bin/sh\necho "up: $0"\nexec sleep 60\n')
  for (const path of [directory, script]) chmodSync(path, 0o755)
  return { directory, script }
}

describe('arguments', () => {
  test('reach the program as they are', async () => {
    expect((await printed({ args: awkward })).args).toEqual(awkward)
  })

  test('are numbers as text, and context values', async () => {
    const { args, app } = await printed({ args: [8080, own('{{ runpath }}'), context('app', '{{ name }}')] })
    expect(args).toEqual(['8080', app.runpath, 'app'])
  })

  test('of `preArgs` come before the binary, the first is what runs', async () => {
    const app = await start(
      new App({
        name: 'app',
        preArgs: [process.execPath, '--title=x'],
        binary: program('print'),
        args: [1],
        stdoutRegexps: [/ready/],
      }),
    )
    expect(app.cmd).toEqual([process.execPath, '--title=x', program('print'), '1'])
  })

  test('reach a command line of the shell as they are', async () => {
    const { args } = await printed({
      shell: true,
      binary: `exec '${process.execPath}' '${program('print')}' from-shell "$1"`,
      args: awkward,
    })
    expect(args).toEqual(['from-shell', program('print'), program('print'), ...awkward])
  })

  test('reach a program on a pseudo-terminal as they are', async () => {
    expect((await printed({ args: awkward, output: 'pty' })).args).toEqual(awkward)
  })

  test('reach a program whose output is line-buffered as they are', async () => {
    expect((await printed({ args: awkward, output: 'stdbuf' })).args).toEqual(awkward)
  })
})

describe('the shell', () => {
  test('runs a pipeline, whose processes all end at stop', async () => {
    const app = await start(new App({ name: 'app', shell: true, binary: 'sleep 61 | cat; true' }))
    await app.stop()
    expect(app.state).toBe('stopped')
  })

  test('puts preArgs before the command line', async () => {
    const app = new App({
      name: 'app',
      shell: true,
      preArgs: ['env', 'A=two words'],
      binary: 'sh -c \'echo "<$A>"\'',
      expectedExitCode: 0,
    })
    await start(app)
    expect(readFileSync(app.outpath, 'utf8')).toBe('<two words>\n')
  })
})

describe('binaryStrategy', () => {
  test('noop runs the program in place', async () => {
    const { script } = scripts()
    const app = await start(new App({ name: 'app', binary: script, stdoutRegexps: [/up: (?<path>.*)/] }))
    expect(app.extracts.path).toBe(script)
  })

  test('link runs it through a link in bin/', async () => {
    const { script } = scripts()
    const app = await start(
      new App({ name: 'app', binary: script, binaryStrategy: 'link', stdoutRegexps: [/up: (?<path>.*)/] }),
    )
    expect(app.extracts.path).toBe(join(app.binpath, 'serve.sh'))
    expect(lstatSync(join(app.binpath, 'serve.sh')).isSymbolicLink()).toBe(true)
  })

  test('copy runs a copy in bin/, with its mode, again after a restart', async () => {
    const { script } = scripts()
    const app = await start(
      new App({ name: 'app', binary: script, binaryStrategy: 'copy', stdoutRegexps: [/up: (?<path>.*)/] }),
    )
    expect(app.extracts.path).toBe(join(app.binpath, 'serve.sh'))
    expect(lstatSync(app.extracts.path as string)).toMatchObject({ mode: 0o100755 })
    writeFileSync(script, '#!/bin/sh\necho "up: second"\nexec sleep 60\n')
    await app.restart()
    expect(app.extracts.path).toBe('second')
  })

  test('link and copy refuse what is no file', async () => {
    const { directory } = scripts()
    const missing = join(directory, 'missing')
    expect(await failure(new App({ name: 'app', binary: missing, binaryStrategy: 'link' }))).toContain(
      `binaryStrategy 'link' takes a program's path, but ${missing} is not a file.`,
    )
    expect(await failure(new App({ name: 'app', binary: directory, binaryStrategy: 'copy' }))).toContain(
      `binaryStrategy 'copy' takes a program's path, but ${directory} is not a file.`,
    )
  })

  test('takes the path of the program from a context value', async () => {
    const { script } = scripts()
    const binary = own('{{ context["script"] }}')
    const app = new App({ name: 'app', binary, binaryStrategy: 'link', stdoutRegexps: [/up/] })
    await start(app, [], { initialContext: { script } })
    expect(app.cmd).toEqual([join(app.binpath, 'serve.sh')])
  })
})

describe('directories', () => {
  test('the program runs in its own directory', async () => {
    const { cwd, app } = await printed()
    expect(cwd).toBe(app.runpath)
    expect(app.appPath).toBe(app.runpath)
  })

  test('appDirName puts all files of the program into a directory below', async () => {
    const { cwd, app } = await printed({ appDirName: 'server' })
    const path = join(app.runpath, 'server')
    expect(cwd).toBe(path)
    expect(app).toMatchObject({
      appPath: path,
      binpath: join(path, 'bin'),
      etcpath: join(path, 'etc'),
      outpath: join(path, 'stdout'),
      errpath: join(path, 'stderr'),
    })
    expect(statSync(app.outpath).size).toBeGreaterThan(0)
  })

  test('workingDir is where it runs, its files stay in its own directory', async () => {
    const { directory } = scripts()
    const { cwd, app } = await printed({ workingDir: directory })
    expect(cwd).toBe(directory)
    expect(app.outpath).toBe(join(app.runpath, 'stdout'))
  })

  test('a workingDir that is missing is an error', async () => {
    expect(
      await failure(new App({ name: 'app', binary: 'true', workingDir: '/no/such' })),
    ).toMatchInlineSnapshot(`
      "App "app" failed to start (starting): the working directory /no/such does not exist. Create it, or leave out \`workingDir\`.
        command: true
        its directory: <runpath>/app"
    `)
  })

  test('a workingDir that is a file is an error', async () => {
    expect(await failure(new App({ name: 'app', binary: 'true', workingDir: '/etc/passwd' }))).toContain(
      'the working directory /etc/passwd is no directory. Give one, or leave out `workingDir`.',
    )
  })

  test('take context values', async () => {
    const { directory } = scripts()
    const app = await start(
      new App({
        name: 'app',
        binary: 'pwd',
        workingDir: own('{{ context["directory"] }}'),
        appDirName: own('{{ name }}-1'),
        logname: own('{{ name }}.log'),
        expectedExitCode: 0,
      }),
      [],
      { initialContext: { directory } },
    )
    expect(app.appPath).toBe(join(app.runpath, 'app-1'))
    expect(app.logpath).toBe(join(app.runpath, 'app-1', 'app.log'))
    expect(readFileSync(app.outpath, 'utf8').trim()).toBe(directory)
  })

  test('that context values name make a dependency, others do not', async () => {
    const plain = environment({})
      .add('app', () => new App({ binary: 'true', appDirName: 'x' }))
      .add('other', ({ app }) => new App({ binary: 'true', args: [app.appPath, app.outpath] }))
      .create()
    expect((await plain.graph()).edges).toEqual([])
    await plain.stop()
    const late = environment({})
      .add('first', () => new App({ binary: 'true' }))
      .add('app', ({ first }) => new App({ binary: 'true', appDirName: first.name }))
      .add('other', ({ app }) => new App({ binary: 'true', args: [app.appPath] }))
      .create()
    expect((await late.graph()).before('other')).toEqual(['app'])
    await late.stop()
  })
})

describe('logname', () => {
  test('names the log that patterns watch, relative to appPath', async () => {
    const { directory } = scripts()
    const app = await start(
      new App({
        name: 'app',
        binary: process.execPath,
        args: [program('server'), '--log', own<App, string>((driver) => driver.logpath)],
        workingDir: directory,
        appDirName: 'logs',
        logname: 'server.log',
        logRegexps: [/Listening on .*:(?<port>\d+)/],
      }),
    )
    expect(app.logpath).toBe(join(app.appPath, 'server.log'))
    expect(app.logname).toBe('server.log')
    expect(Number(app.extracts.port)).toBeGreaterThan(0)
    expect(statSync(app.outpath).size).toBe(0)
  })

  test('is the standard output by default', async () => {
    const { app } = await printed()
    expect(app.logpath).toBe(app.outpath)
    expect(basename(app.logpath)).toBe('stdout')
  })
})

const root = process.getuid?.() === 0

describe.skipIf(!root)(`uid and gid${root ? '' : ' (skipped: they take root)'}`, () => {
  const NOBODY = 65_534

  test('the program runs as that user, and may write into its directory', async () => {
    const app = await start(
      new App({
        name: 'app',
        binary: '/bin/sh',
        args: ['-c', 'id -u > ids; id -g >> ids; exec sleep 60'],
        uid: NOBODY,
        gid: NOBODY,
        readiness: [file('ids', { pattern: '\\d+\\n\\d+\\n' })],
      }),
    )
    expect(readFileSync(join(app.runpath, 'ids'), 'utf8')).toBe(`${NOBODY}\n${NOBODY}\n`)
    await app.stop()
    expect(app.exitSignal).toBe('SIGTERM')
  })

  test('the program may read the files that were installed for it', async () => {
    const { directory } = scripts()
    const template = join(directory, 'app.cfg')
    writeFileSync(template, 'port={{ ports.http }}\n')
    const app = new App({
      name: 'app',
      binary: 'cat',
      args: [own('{{ etcpath }}/app.cfg')],
      installFiles: [template],
      ports: { http: 'auto' },
      uid: NOBODY,
      expectedExitCode: 0,
    })
    await start(app)
    expect(readFileSync(app.outpath, 'utf8')).toBe(`port=${app.ports.http}\n`)
  })

  test('a program that is linked stays whose it is', async () => {
    const { script } = scripts()
    const app = await start(
      new App({ name: 'app', binary: script, binaryStrategy: 'link', uid: NOBODY, readiness: [() => true] }),
    )
    await app.restart()
    expect(statSync(script).uid).toBe(0)
  })
})

test('uid without the right to it is an error', () => {
  const start = [process.execPath, join(import.meta.dirname, '../test/programs/start-as.ts'), '1']
  const [file = '', ...args] = root ? ['setpriv', '--inh-caps=-all', '--bounding-set=-all', ...start] : start
  expect(spawnSync(file, args, { encoding: 'utf8' }).stdout).toContain('the option uid or gid takes root')
})
