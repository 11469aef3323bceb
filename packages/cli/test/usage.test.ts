import { expect, test } from 'vitest'
import { testrig } from './cli.ts'
import { SHOP } from './environments.ts'
import { folderWith } from './folder.ts'

test('a misuse is told with what is meant, and the exit code is 2', async () => {
  const cwd = folderWith(SHOP)
  const misuses = [
    ['evn'],
    ['env'],
    ['env', 'environment.ts', '--foramt', 'json'],
    ['env', 'environment.ts', '--format', 'jsn'],
    ['env', 'environment.ts', '--format'],
    ['env', 'environment.ts', '--only', '--format=json'],
    ['env', 'environment.ts', 'app'],
    ['env', 'environment.ts', '--'],
    ['env', 'environment.ts', '--format=json', '--', 'true'],
    ['graph', 'environment.ts', '--', 'true'],
    ['report'],
    ['report', 'report.json'],
  ]
  const runs = await Promise.all(misuses.map((args) => testrig(args, { cwd })))
  expect(new Set(runs.map(({ code, out }) => `${code}${out}`))).toEqual(new Set(['2']))
  expect(runs.map(({ err }) => err).join('')).toMatchInlineSnapshot(`
    "testrig: There is no command \`evn\`. Did you mean \`env\`?
    testrig: The module is missing. Usage: testrig env <module> [options] [-- command…]
    testrig: There is no option \`--foramt\`. Did you mean \`--format\`?
    testrig: The option \`--format\` has no value \`jsn\`. Did you mean \`json\`?
    testrig: The option \`--format\` needs a value. One that begins with a hyphen is given as --format=<value>.
    testrig: The option \`--only\` needs a value. One that begins with a hyphen is given as --only=<value>.
    testrig: There is an argument too many: \`app\`. Usage: testrig env <module> [options] [-- command…]
    testrig: A command is missing after \`--\`. Leave out \`--\` to have the variables printed.
    testrig: \`--format\` tells how variables are printed; a command gets them as its environment. Leave it out.
    testrig: \`testrig graph\` runs no command. Leave out \`--\` and what follows.
    testrig: The file is missing. Usage: testrig report <files…> --out <directory>
    testrig: The option \`--out\` is missing. Usage: testrig report <files…> --out <directory>
    "
  `)
})

test('help is printed for the whole and for each command, and nothing is done', async () => {
  const cwd = folderWith({})
  const all = await testrig(['--help'], { cwd })
  expect(all.code).toBe(0)
  const commands = [...all.out.matchAll(/^ {2}(\w+) /gm)]
    .map(([, name]) => name ?? '')
    .filter((name) => name !== 'testrig')
  expect(commands).toContain('env')
  for (const command of commands) {
    const own = await testrig([command, '--help'], { cwd })
    const same = await testrig(['help', command], { cwd })
    expect([own.code, own.out]).toEqual([0, same.out])
    expect(own.out).toMatch(new RegExp(`^Usage: testrig ${command} `))
  }
})

test('without a command, the help is printed as an error', async () => {
  const { code, out, err } = await testrig([], { cwd: folderWith({}) })
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain('Usage: testrig <command>')
})

test('the version is printed', async () => {
  const { code, out } = await testrig(['--version'], { cwd: folderWith({}) })
  expect([code, out]).toEqual([0, '0.0.0\n'])
})

test('a module that cannot be loaded is told with why', async () => {
  const cwd = folderWith({
    ...SHOP,
    'enum.ts': 'export enum Kind { Http }',
    'bare-import.ts': `export { default } from './environment'`,
    'folder-import.ts': `export * from './parts'`,
    'parts/index.ts': '',
    'view.vue': '<template/>',
    'throws.ts': `throw new Error('no database today')`,
    'declaration.ts': `import { environment } from '@testrig/core'
      import { HTTPServer } from '@testrig/driver-http'
      export default environment().add('a b', () => new HTTPServer()).add('a-b', () => new HTTPServer())`,
    'named.ts': `export const environment = 1`,
  })
  const modules = [
    'nowhere.ts',
    'enum.ts',
    'bare-import.ts',
    'folder-import.ts',
    'view.vue',
    'throws.ts',
    'declaration.ts',
    'named.ts',
  ]
  const runs = await Promise.all(modules.map((module) => testrig(['env', module], { cwd })))
  expect(new Set(runs.map(({ code }) => code))).toEqual(new Set([1]))
  const told = runs.map(({ err }) => err.split('\n').slice(0, 2).join('\n').replaceAll('file://', ''))
  expect(told.join('\n')).toMatchInlineSnapshot(`
    "testrig [CLI_MODULE]: There is no module \`nowhere.ts\`: no file <folder>/nowhere.ts. A relative path starts at the working directory.

    testrig [CLI_MODULE]: The module <folder>/enum.ts could not be loaded. Node.js runs TypeScript by leaving out its types: enum, namespace, parameter properties and decorators do not work. Do without them, or compile the module to JavaScript.
      <folder>/enum.ts:1
    testrig [CLI_MODULE]: The module <folder>/bare-import.ts could not be loaded. Node.js finds modules by their exact names: write the extension in a relative import (./parts.ts); aliases of vite.config.ts do not count.
      Error [ERR_MODULE_NOT_FOUND]: Cannot find module '<folder>/environment' imported from <folder>/bare-import.ts
    testrig [CLI_MODULE]: The module <folder>/folder-import.ts could not be loaded. Node.js imports files, not folders: write the name of the file, such as ./parts/index.ts.
      Error [ERR_UNSUPPORTED_DIR_IMPORT]: Directory import '<folder>/parts' is not supported resolving ES modules imported from <folder>/folder-import.ts
    testrig [CLI_MODULE]: The module <folder>/view.vue could not be loaded. Node.js loads .js, .mjs and .cjs, from 22.18 on also .ts, .mts and .cts. Compile other files first.
      TypeError [ERR_UNKNOWN_FILE_EXTENSION]: Unknown file extension ".vue" for <folder>/view.vue
    testrig [CLI_MODULE]: The module <folder>/throws.ts could not be loaded.
      Error: no database today
    testrig [CLI_MODULE]: The module <folder>/declaration.ts could not be loaded.
      TestrigError [NAME_COLLISION]: The names \`a b\` and \`a-b\` both give the directory \`a-b\`. Rename one.
    testrig [CLI_MODULE]: The default export of <folder>/named.ts must be an environment as environment() of @testrig/core declares it, but is undefined.
    "
  `)
})
