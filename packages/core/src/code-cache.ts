import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire, enableCompileCache, getCompileCacheDir } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { runInThisContext, Script } from 'node:vm'
import { threadId } from 'node:worker_threads'
import { sharedState } from './shared-state.ts'

/** What main.cjs of a package exports: the package, made of the ES modules that it imports. */
type Main<T> = (imported: Readonly<Record<string, unknown>>, load: (module: string) => Promise<unknown>) => T

const HEAD = Buffer.from('(function (module, require, __dirname) {')
const TAIL = Buffer.from('\n})')

/** A file that V8 had to compile. */
interface Compiled {
  readonly script: Script
  readonly source: Buffer
}

/** By where the code is to be kept. */
const compiled = sharedState('compiled', () => new Map<string, Compiled>())

/**
 * Loads main.cjs of a package's `dist` folder with what V8 made of it in an earlier process. Node's compile cache has a file
 * as it is before it runs, so without most of its functions: each is compiled when it is first called, which took a third of
 * what a worker does for Testrig. The cache here is written by `keepCompiled()`, beside Node's. Where that is off, in the vm
 * pools of Vitest, which make modules in a context of their own, or where Node reads source maps, which it does not for a
 * Script, the file is required.
 *
 * @param imported ES modules by the names by which the file imports them; all others are Node's own
 * @param load `import()` of the package's entry
 */
export function loadMain<T>(dist: string, ...parts: Parameters<Main<T>>): T {
  const file = join(dist, 'main.cjs')
  const directory = cacheDirectory(dist)
  const isOwnContext = runInThisContext('globalThis') === globalThis
  const isRequired = directory === undefined || !isOwnContext || process.sourceMapsEnabled
  const main: Main<T> = isRequired ? createRequire(file)(file) : evaluate(file, directory)
  return main(...parts)
}

/** Keeps what has been compiled so far of the files that no cache had. */
export function keepCompiled(): void {
  for (const [path, entry] of compiled) keep(path, entry)
  compiled.clear()
}

/**
 * Turns Node's compile cache on, which keeps what is loaded after this file, and gives the directory of this version of
 * Node. It lies beside the installed packages; sources have none. For packages in Yarn's zip files Node makes one that its
 * own cache can use and `node:fs` cannot, as Yarn has changed it.
 */
function cacheDirectory(dist: string): string | undefined {
  const modules = resolve(dist, '../../..')
  if (basename(modules) !== 'node_modules') return undefined
  enableCompileCache(join(modules, '.cache', 'testrig'))
  const directory = getCompileCacheDir()
  return directory !== undefined && existsSync(directory) ? directory : undefined
}

function evaluate<T>(file: string, directory: string): Main<T> {
  const source = Buffer.concat([HEAD, readFileSync(file), TAIL])
  // With its length, as Node may hold the packages of several projects, and a project two versions of one.
  const path = join(directory, `${basename(resolve(file, '../..'))}-${source.length}`)
  const cachedData = kept(path, source)
  const options = { filename: file, ...(cachedData !== undefined && { cachedData }) }
  const script = new Script(source.toString(), options)
  if (script.cachedDataRejected !== false) compiled.set(path, { script, source })
  const module: { exports?: Main<T> } = {}
  script.runInThisContext()(module, process.getBuiltinModule, dirname(file))
  return module.exports as Main<T>
}

/**
 * V8 checks neither whose code this is nor that it is whole, and may crash or hang over it. So a file has the code twice,
 * and the source: comparing them takes a tenth of the time that it takes to load node:zlib for a checksum.
 */
function kept(path: string, source: Buffer): Buffer | undefined {
  const bytes = attempt(() => readFileSync(path))
  if (bytes === undefined) return undefined // None has been written.
  const size = (bytes.length - source.length) / 2
  if (size <= 0 || !bytes.subarray(2 * size).equals(source)) return undefined
  const code = bytes.subarray(0, size)
  return code.equals(bytes.subarray(size, 2 * size)) ? code : undefined
}

/** What cannot be written is compiled again by the next process. */
function keep(path: string, { script, source }: Compiled): void {
  const draft = `${path}-${process.pid}-${threadId}`
  attempt(() => {
    const code = script.createCachedData()
    writeFileSync(draft, Buffer.concat([code, code, source]), { mode: 0o600 })
    renameSync(draft, path)
  })
  attempt(() => rmSync(draft, { force: true }))
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
