// Builds all packages: types by `tsc -b`, code by bundling each entry, as loading one file instead of fifty saves some
// 40 ms in every Vitest worker. What every worker needs of small libraries is bundled too; sources, and the types of
// valibot, need them as dependencies.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, globSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { pageAssets } from '../packages/report/src/page-assets.ts'

/** Bundled libraries: the whole of valibot takes 8 ms to load, finding and loading each of the others 2 to 4 ms. */
const BUNDLED = ['valibot', 'fastest-levenshtein', '@dagrejs/graphlib']
const EXTERNAL = new RegExp(`^(?!(${BUNDLED.join('|')})$)[^./]`)

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
  const input = Object.fromEntries(
    files.map((file) => [entryName(file), join(folder, 'src', `${entryName(file)}.ts`)]),
  )
  rmSync(join(folder, 'dist', 'chunks'), { recursive: true, force: true })
  const build = await rolldown({ input, platform: 'node', external: EXTERNAL, logLevel: 'warn' })
  await build.write({
    dir: join(folder, 'dist'),
    format: 'esm',
    sourcemap: true,
    comments: { jsdoc: false }, // They are in the types; without them a fifth less is to be compiled.
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    cleanDir: false,
  })
  await build.close()
  copyLicences(folder)
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
