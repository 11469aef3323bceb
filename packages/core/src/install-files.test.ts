import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { Recorder } from '../test/fixtures/recorder.ts'
import { rejection } from '../test/fixtures/rejection.ts'
import { Service } from '../test/fixtures/service.ts'
import { temporaryDirectory } from '../test/fixtures/temporary-directory.ts'
import { context } from './context.ts'
import { environment } from './environment-definition.ts'
import type { InstallFile } from './install-files.ts'

let sources: string
beforeEach(() => {
  sources = temporaryDirectory()
})

function source(name: string, content: string | Uint8Array = '', mode = 0o644): string {
  const path = join(sources, name)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

interface Installed {
  readonly etc: string
  read(name: string): string
}

/** Installs files for an app beside a started service; gives what was installed while it still exists. */
async function installed<T>(files: readonly InstallFile[], look: (installed: Installed) => T): Promise<T> {
  const app = new Recorder({ name: 'app', port: 8080, installFiles: files })
  const drivers = [new Service({ name: 'service' }), app]
  await using _group = await environment(drivers, {
    keepRunpath: 'never',
    initialContext: { level: 'debug' },
  }).start()
  const etc = join(app.runpath, 'etc')
  return look({ etc, read: (name) => readFileSync(join(etc, name), 'utf8') })
}

async function failure(files: readonly InstallFile[]): Promise<string> {
  const { message } = await rejection(installed(files, () => {}))
  return message.split('\n')[0]!.replaceAll(sources, '<sources>').replaceAll(process.cwd(), '<cwd>')
}

describe('files of text', () => {
  test('are rendered with attributes, other drivers and the initial context', async () => {
    const file = source(
      'app.cfg',
      'port={{ port }}\nupstream={{ context["service"].host }}\nlevel={{ level }}\n',
    )
    expect(await installed([file], ({ read }) => read('app.cfg'))).toBe(
      'port=8080\nupstream=localhost\nlevel=debug\n',
    )
  })

  test('include files beside them, loops over includes, and files in directories below', async () => {
    mkdirSync(join(sources, 'parts'))
    source('parts/port.cfg', 'port={{ port }}\n')
    const file = source(
      'app.cfg',
      '{% include "parts/port.cfg" %}{% for n in [1, 2] %}{% include "item.cfg" %}{% endfor %}',
    )
    source('item.cfg', 'item={{ n }}\n')
    expect(await installed([file], ({ read }) => read('app.cfg'))).toBe('port=8080\nitem=1\nitem=2\n')
  })

  test('may extend and import others', async () => {
    source('base.cfg', 'begin\n{% block body %}nothing{% endblock %}\nend')
    source('macros.cfg', '{% macro entry(key, value) %}{{ key }} = {{ value }}{% endmacro %}')
    const file = source(
      'app.cfg',
      '{% extends "base.cfg" %}{% import "macros.cfg" as m %}{% block body %}{{ m.entry("port", port) }}{% endblock %}',
    )
    expect(await installed([file], ({ read }) => read('app.cfg'))).toBe('begin\nport = 8080\nend')
  })

  test('may ask in an included file whether a name is defined', async () => {
    source(
      'part.cfg',
      '{% if tls is defined %}tls={{ tls }}{% else %}plain{% endif %} {{ retries | default(3) }}',
    )
    const file = source('app.cfg', '{% include "part.cfg" %}')
    expect(await installed([file], ({ read }) => read('app.cfg'))).toBe('plain 3')
  })

  test('keep line ends, a missing last one, tabs and characters beyond ASCII', async () => {
    const text = 'a\r\n\tb\r\n\u00e9\u{1f600}'
    expect(await installed([source('app.cfg', text)], ({ read }) => read('app.cfg'))).toBe(text)
    expect(await installed([source('empty.cfg', '')], ({ read }) => read('empty.cfg'))).toBe('')
  })

  test('render quotes and angle brackets as they are', async () => {
    const file = source('app.xml', '<a href="{{ context["service"].address }}">&amp;{{ "<b>" }}</a>')
    expect(await installed([file], ({ read }) => read('app.xml'))).toBe(
      '<a href="localhost:4711">&amp;<b></a>',
    )
  })
})

describe('files copied as they are', () => {
  test('binary content, also with braces in it', async () => {
    const bytes = Buffer.concat([Buffer.from('{{ nothing }}'), Buffer.from([0, 255, 254, 10])])
    const latin = Buffer.from([0x7b, 0x7b, 0xe9, 0x7d, 0x7d])
    await installed([source('a.bin', bytes), source('latin.txt', latin)], ({ etc }) => {
      expect(readFileSync(join(etc, 'a.bin'))).toEqual(bytes)
      expect(readFileSync(join(etc, 'latin.txt'))).toEqual(latin)
    })
  })

  test('verbatim text with braces, which makes no dependency either', async () => {
    const text = '{{ nothing }} {% broken {{ context["nobody"].port }}\n'
    const file = { source: source('prometheus.yml', text), verbatim: true }
    expect(await installed([file], ({ read }) => read('prometheus.yml'))).toBe(text)
  })
})

describe('targets', () => {
  test('a path in the directory of the driver, made when it is missing', async () => {
    const file = source('app.cfg', 'x')
    await installed([[file, 'conf.d/main.cfg'], { source: file, target: 'other.cfg' }], ({ read }) => {
      expect(read('conf.d/main.cfg')).toBe('x')
      expect(read('other.cfg')).toBe('x')
    })
  })

  test('a directory: by its slash at the end, or because it exists', async () => {
    const directory = temporaryDirectory()
    const file = source('app.cfg', 'x')
    await installed(
      [
        [file, 'conf.d/'],
        [file, 'conf.d'],
        [file, directory],
      ],
      ({ read }) => {
        expect(read('conf.d/app.cfg')).toBe('x')
        expect(readFileSync(join(directory, 'app.cfg'), 'utf8')).toBe('x')
      },
    )
  })

  test('an absolute path', async () => {
    const target = join(temporaryDirectory(), 'new', 'main.cfg')
    await installed([[source('app.cfg', 'x'), target]], () => expect(readFileSync(target, 'utf8')).toBe('x'))
  })
})

describe('paths', () => {
  test('are templates: sources and targets', async () => {
    source('debug-4711.cfg', 'found')
    const template = join(sources, '{{ level }}-{{ context["service"].port }}.cfg')
    await installed([template, [template, '{{ runpath }}/scratch/{{ name }}.cfg']], ({ read }) => {
      expect(read('debug-4711.cfg')).toBe('found')
      expect(read('../scratch/app.cfg')).toBe('found')
    })
  })

  test('may be context values, in each of the three forms', async () => {
    source('4711.cfg', 'found')
    const path = context('service', `${sources}/{{ port }}.cfg`)
    const target = context('service', '{{ host }}.cfg')
    await installed([path], ({ read }) => expect(read('4711.cfg')).toBe('found'))
    await installed([[path, target]], ({ read }) => expect(read('localhost.cfg')).toBe('found'))
    await installed([{ source: path, target }], ({ read }) => expect(read('localhost.cfg')).toBe('found'))
  })

  test('may be stand-ins of the builder', async () => {
    source('eu', 'found')
    class Store extends Service {
      readonly path: string = join(sources, 'eu')
    }
    const group = await environment({ keepRunpath: 'never' })
      .add('store', () => new Store())
      .add('app', ({ store }) => new Recorder({ installFiles: [store.path, [store.path, store.host]] }))
      .start()
    const etc = join(group.drivers.app.runpath, 'etc')
    expect(readFileSync(join(etc, 'eu'), 'utf8')).toBe('found')
    expect(readFileSync(join(etc, 'localhost'), 'utf8')).toBe('found')
    await group.stop()
  })

  test('a source may be a symbolic link', async () => {
    symlinkSync(source('app.cfg', '{{ port }}'), join(sources, 'link.cfg'))
    expect(await installed([join(sources, 'link.cfg')], ({ read }) => read('link.cfg'))).toBe('8080')
  })
})

test.for<[string, number, boolean, number]>([
  ['a program', 0o755, false, 0o755],
  ['a file for reading only', 0o444, false, 0o644],
  ['a program for reading only', 0o555, true, 0o755],
  ['a secret', 0o600, false, 0o600],
])('the mode of %s is kept, and its owner may write', async ([, mode, verbatim, expected]) => {
  const file = { source: source('file', '#!/bin/sh\n', mode), verbatim }
  expect(await installed([file], ({ etc }) => statSync(join(etc, 'file')).mode & 0o777)).toBe(expected)
})

test('a restart installs again over what the driver wrote', async () => {
  const app = new Recorder({
    name: 'app',
    installFiles: [
      source('app.cfg', 'port={{ port }}', 0o444),
      { source: source('raw', 'raw', 0o444), verbatim: true },
    ],
  })
  await using _group = await environment([app], { keepRunpath: 'never' }).start()
  const [cfg, raw] = [join(app.runpath, 'etc', 'app.cfg'), join(app.runpath, 'etc', 'raw')]
  writeFileSync(cfg, 'changed')
  writeFileSync(raw, 'changed')
  await app.restart()
  expect([readFileSync(cfg, 'utf8'), readFileSync(raw, 'utf8')]).toEqual(['port=0', 'raw'])
})

test.runIf(process.platform === 'linux')(
  'a target that cannot be written is an error with both paths',
  async () => {
    expect(await failure([[source('app.cfg', 'port={{ port }}'), '/dev/full']])).toMatchInlineSnapshot(
      `"Recorder "app" failed to start (preStart): \`installFiles\` could not install <sources>/app.cfg as /dev/full: ENOSPC: no space left on device, write. Check that the one can be read and the other be written."`,
    )
  },
)

describe('a source that is no file', () => {
  test('is an error with its path and where relative paths start', async () => {
    expect(await failure(['missing.cfg'])).toMatchInlineSnapshot(
      `"Recorder "app" failed to start (preStart): \`installFiles\` names <cwd>/missing.cfg, which is not a file. Relative paths start at <cwd>."`,
    )
  })

  test('be it a directory, is an error', async () => {
    expect(await failure([sources])).toContain('`installFiles` names <sources>, which is not a file')
  })

  test('is an error with the path after rendering', async () => {
    expect(await failure([join(sources, '{{ level }}.cfg')])).toContain('<sources>/debug.cfg')
  })
})
