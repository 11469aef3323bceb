// Builds all packages: types by `tsc -b`, code by bundling each entry, as loading one file instead of fifty saves some
// 40 ms in every Vitest worker. What every worker needs of small libraries is bundled too; sources, and the types of
// valibot, need them as dependencies.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, globSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { type ChunkingContext, type CodeSplittingNameFunction, rolldown } from 'rolldown'
import { pageAssets } from '../packages/report/src/page-assets.ts'
import { writeMain } from './main-file.ts'

/** Bundled libraries: the whole of valibot takes 8 ms to load, finding and loading each of the others 2 to 4 ms. */
const BUNDLED = ['valibot', 'fastest-levenshtein', '@dagrejs/graphlib']
const EXTERNAL = new RegExp(`^(?!(${BUNDLED.join('|')})$)[^./]`)

/**
 * Entries that are bundled without sharing files with the main entry, which few workers load beside it: what state they
 * share is in `sharedState()`.
 */
const APART: Readonly<Record<string, readonly string[]>> = {
  vitest: ['plugin', 'reporter', 'environment', 'environment-tests'],
}

/** Packages whose main entry every worker loads: it is one file, which V8's code cache holds. */
const IN_EVERY_WORKER = ['core', 'driver-app', 'vitest']

interface Manifest {
  readonly publishConfig?: {
    readonly exports?: Readonly<Record<string, { readonly default: string }>>
    readonly bin?: Readonly<Record<string, string>>
  }
}

const types = spawnSync('tsc', ['-b'], { stdio: 'inherit', shell: process.platform === 'win32' })
if (types.status !== 0) process.exit(types.status ?? 1)

const folders = readdirSync('packages').map((name) => join('packages', name))
await Promise.all(folders.filter((folder) => existsSync(join(folder, 'package.json'))).map(bundle))

await writePage(join('packages', 'report', 'dist'))

/** The page of the report is bundled apart, for browsers, and put as text into a module. */
async function writePage(folder: string): Promise<void> {
  const { packages, ...texts } = await pageAssets()
  const assets = JSON.stringify({ ...texts, packages: [] })
  writeFileSync(join(folder, 'page-assets.js'), `export const pageAssets = async () => (${assets})\n`)
  const licences = packages.map(({ name, version, text }) => `# ${name} ${version}\n\n${text.trim()}\n`)
  writeFileSync(join(folder, 'page-licences.md'), licences.join('\n'))
}

async function bundle(folder: string): Promise<void> {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  const { exports = {}, bin = {} } = manifest.publishConfig ?? {}
  const files = [...Object.values(exports).map((entry) => entry.default), ...Object.values(bin)]
  const entries = files.map(entryName)
  const apart = APART[basename(folder)] ?? []
  rmSync(join(folder, 'dist', 'chunks'), { recursive: true, force: true })
  await bundleEntries(
    folder,
    entries.filter((entry) => !apart.includes(entry)),
  )
  if (apart.length > 0) await bundleEntries(folder, apart)
  copyLicences(folder)
}

/** Bundles entries of one package, which share files. */
async function bundleEntries(folder: string, entries: readonly string[]): Promise<void> {
  const input = Object.fromEntries(entries.map((entry) => [entry, join(folder, 'src', `${entry}.ts`)]))
  const main = IN_EVERY_WORKER.includes(basename(folder)) ? input.index : undefined
  const build = await rolldown({
    input,
    platform: 'node',
    external: EXTERNAL,
    logLevel: 'warn',
    // The main entry then is the file that the others share, with more names than `src` gives it.
    preserveEntrySignatures: main !== undefined ? 'allow-extension' : 'exports-only',
  })
  const { output } = await build.write({
    dir: join(folder, 'dist'),
    format: 'esm',
    sourcemap: true,
    comments: { jsdoc: false }, // They are in the types; without them a fifth less is to be compiled.
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    cleanDir: false,
    charset: 'ascii', // Half the memory of text that holds a single other character.
    minifyInternalExports: false,
    ...(main !== undefined &&
      entries.length > 1 && { codeSplitting: { groups: [mainChunk(resolve(main))] } }),
  })
  await build.close()
  if (main !== undefined) await writeMain(folder, output)
}

/** One file for all that the main entry loads at once: finding and reading each further one takes time. */
function mainChunk(entry: string): { debugName: string; name: CodeSplittingNameFunction } {
  let loaded: ReadonlySet<string> | undefined
  return {
    debugName: 'main',
    name(id, context) {
      loaded ??= modulesBelow(entry, context)
      return loaded.has(id) || id === entry ? 'main' : null
    },
  }
}

/** What a module imports, directly or not, but for what it imports dynamically. */
function modulesBelow(entry: string, context: ChunkingContext): ReadonlySet<string> {
  const found = new Set<string>()
  const open = [...(context.getModuleInfo(entry)?.importedIds ?? [])]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id) || id === entry) continue
    found.add(id)
    open.push(...(context.getModuleInfo(id)?.importedIds ?? []))
  }
  return found
}

function copyLicences(folder: string): void {
  for (const name of BUNDLED) {
    const [licence] = globSync('LICENSE*', { cwd: join(folder, 'node_modules', name) })
    const copy = join(folder, 'dist', `${name.replace(/.*\//, '')}-licence.md`)
    if (licence !== undefined) cpSync(join(folder, 'node_modules', name, licence), copy)
  }
}

/** The name of an entry: dist/testing/index.js has testing/index. */
function entryName(file: string): string {
  return file.replace(/^\.\/dist\//, '').replace(/\.js$/, '')
}
