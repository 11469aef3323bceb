import { spawnSync } from 'node:child_process'
import { appendFileSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../test/fixtures/temporary-directory.ts'

const LOADER = join(import.meta.dirname, 'code-cache.ts')

/** A function of some size, which is compiled when it is called. */
const LARGE = `function large() { return [${Array.from({ length: 500 }, (_, index) => `'item ${index}'`)}].length }`

interface Installed {
  readonly main: string
  /** Writes main.cjs, a function that answers with the result of the expression. */
  write(expression: string): void
  /** What a process that loads the file and keeps its code prints: the result. */
  run(env?: NodeJS.ProcessEnv): string
  /** Files of the cache that are not Node's own. */
  kept(): string[]
}

/** A package as npm installs it. */
function install(): Installed {
  const modules = join(temporaryDirectory(), 'node_modules')
  const dist = join(modules, '@testrig/part/dist')
  mkdirSync(dist, { recursive: true })
  const main = join(dist, 'main.cjs')
  const program = `import { keepCompiled, loadMain } from ${JSON.stringify(LOADER)}
    import * as url from 'node:url'
    const { answer } = loadMain(${JSON.stringify(dist)}, { url }, (name) => import(name))
    console.log(await answer())
    keepCompiled()`
  return {
    main,
    write(expression) {
      writeFileSync(
        main,
        `module.exports = (imported, load) => { const path = require('node:path')
         ${LARGE}
         return { answer: async () => ${expression} } }`,
      )
    },
    run(env = {}) {
      const args = ['--input-type=module', '--eval', program]
      const child = spawnSync(process.execPath, args, {
        env: { ...process.env, NODE_NO_WARNINGS: '1', ...env },
        encoding: 'utf8',
        timeout: 30_000,
      })
      expect(child).toMatchObject({ status: 0, stderr: '' })
      return child.stdout.trim()
    },
    kept: () => globSync(join(modules, '.cache/testrig/*/part-*')),
  }
}

function inode(path: string | undefined): number {
  return statSync(path as string).ino
}

test('a file gets what it imports, what Node has, and import()', () => {
  const part = install()
  part.write(`[path.basename(__dirname), imported.url.pathToFileURL('/a').href, (await load('node:os')).EOL]`)
  expect(part.run()).toBe(`[ 'dist', 'file:///a', '\\n' ]`)
  expect(part.run()).toBe(`[ 'dist', 'file:///a', '\\n' ]`)
})

test('what V8 compiles of a file is kept for the next process, the functions that were called included', () => {
  const [called, uncalled] = [install(), install()]
  called.write('large()')
  uncalled.write('false && large()')
  expect([called.run(), uncalled.run()]).toEqual(['500', 'false'])
  const [path] = called.kept()
  const written = inode(path)
  expect(called.run()).toBe('500')
  expect([called.kept(), inode(path)]).toEqual([[path], written]) // V8 has taken it.
  const size = (part: Installed) => readFileSync(part.kept()[0] as string).length
  expect(size(called) - size(uncalled)).toBeGreaterThan(10_000)
})

test('a file that has changed is compiled anew, also when it is as long as it was', () => {
  const part = install()
  part.write(`'one'`)
  expect(part.run()).toBe('one')
  part.write(`'two'`)
  expect(part.run()).toBe('two')
  const [path] = part.kept()
  const written = inode(path)
  expect(part.run()).toBe('two')
  expect(inode(path)).toBe(written)
})

test.for([
  ['a byte of it is another', (bytes: Buffer) => bytes.fill(0x55, 2_000, 2_001)],
  ['its end is missing', (bytes: Buffer) => bytes.subarray(0, 3_000)],
  ['a page of it is empty', (bytes: Buffer) => bytes.fill(0, 4_096, 8_192)],
  ['it is empty', () => Buffer.alloc(0)],
  ['it has something else', () => Buffer.from('something else')],
] as const)('code is not taken, but made and kept anew, when %s', ([, damage]) => {
  const part = install()
  part.write('large()')
  part.run()
  const [path] = part.kept() as [string]
  const whole = readFileSync(path)
  writeFileSync(path, damage(Buffer.from(whole)))
  expect(readFileSync(path)).not.toEqual(whole)
  expect(part.run()).toBe('500')
  const written = inode(path)
  expect(part.run()).toBe('500')
  expect([inode(path), readFileSync(path).length]).toEqual([written, whole.length])
})

test('what cannot be kept is compiled each time, and leaves nothing', () => {
  const part = install()
  part.write('large()')
  part.run()
  const [path] = part.kept() as [string]
  rmSync(path)
  mkdirSync(path)
  expect(part.run()).toBe('500')
  expect(part.kept()).toEqual([path])
})

test('a file that somebody has put other letters into is read as Node reads it', () => {
  const part = install()
  part.write(`'Größe \u{6f22}'`)
  expect([part.run(), part.run()]).toEqual(['Größe \u{6f22}', 'Größe \u{6f22}'])
})

test('two versions of a package that have the same cache keep their code both', () => {
  const parts = [install(), install()] as const
  const directory = temporaryDirectory()
  parts[0].write('large()')
  parts[1].write('large() + 1')
  const run = () => parts.map((part) => part.run({ NODE_COMPILE_CACHE: directory }))
  const written = () => globSync(join(directory, '*/part-*')).sort().map(inode)
  expect(run()).toEqual(['500', '501'])
  const first = written()
  expect(first).toHaveLength(2)
  expect(run()).toEqual(['500', '501'])
  expect(written()).toEqual(first)
})

test('where Node reads source maps, it reads that of the file', () => {
  const part = install()
  part.write('new Error().stack')
  const map = JSON.stringify({ version: 3, sources: ['part.ts'], names: [], mappings: ';;AAAA' })
  const url = `data:application/json;base64,${Buffer.from(map).toString('base64')}`
  appendFileSync(part.main, `\n//# sourceMappingURL=${url}`)
  expect(part.run()).toContain('main.cjs:3:')
  expect(part.run({ NODE_OPTIONS: '--enable-source-maps' })).toContain('dist/part.ts:1:1')
})

test("where node:fs does not find Node's directory, as with the zip files of Yarn, Node keeps the file", () => {
  const part = install()
  part.write('large()')
  const hidden = `import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const { existsSync } = fs
    fs.existsSync = (path) => !path.includes('.cache') && existsSync(path)
    syncBuiltinESMExports()`
  const options = `--import=data:text/javascript,${encodeURIComponent(hidden)}`
  expect(part.run({ NODE_OPTIONS: options })).toBe('500')
  expect(part.kept()).toEqual([])
  expect(globSync(join(part.main, '../../../../.cache/testrig/*/*'))).toHaveLength(1)
})

test("nothing is kept where Node's compile cache is off", () => {
  const part = install()
  part.write('large()')
  expect(part.run({ NODE_DISABLE_COMPILE_CACHE: '1' })).toBe('500')
  expect(part.kept()).toEqual([])
})

test('it is kept in the directory that Node has been given for its own', () => {
  const part = install()
  part.write('large()')
  const directory = temporaryDirectory()
  part.run({ NODE_COMPILE_CACHE: directory })
  expect(part.kept()).toEqual([])
  expect(globSync(join(directory, '*/part-*'))).toHaveLength(1)
})
