import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { basename, join } from 'node:path'
import { type OutputAsset, type OutputChunk, type Plugin, rolldown } from 'rolldown'

/** The package that has `loadMain()`; the others import it. */
const LOADER = 'core'

/** The module that the entry of core is bundled from. */
const ENTRY = 'entry'

/**
 * Splits index.js of a package into main.cjs, a function of the ES modules that it imports, and an entry that loads it by
 * V8's code cache: `packages/core/src/code-cache.ts` says what that saves. The vm pools of Vitest 4, and of any Vitest on
 * Node 22, require() it, and cannot require an ES module.
 */
export async function writeMain(
  folder: string,
  output: readonly (OutputChunk | OutputAsset)[],
): Promise<void> {
  const index = output.find((file) => file.fileName === 'index.js') as OutputChunk
  const dist = join(folder, 'dist')
  const map = JSON.parse(readFileSync(join(dist, 'index.js.map'), 'utf8'))
  writeFileSync(join(dist, 'main.cjs.map'), JSON.stringify({ ...map, file: 'main.cjs' }))
  rmSync(join(dist, 'index.js.map'))
  const isAsync = /^(const|let) .*= await /m.test(index.code)
  writeFileSync(join(dist, 'main.cjs'), mainOf(index.code, isAsync))
  const modules = index.imports.filter((name) => !isBuiltin(name))
  const entry = entryOf({ modules, names: index.exports, isAsync, isLoader: basename(folder) === LOADER })
  if (basename(folder) !== LOADER) writeFileSync(join(dist, 'index.js'), entry)
  else await bundleEntry(folder, entry)
}

/**
 * Made line by line, as the source map tells of lines, of an ES module that imports and exports by name only and holds
 * nothing but ASCII. Its function is in parentheses, as V8 then compiles it with the file. Otherwise V8 parses all of it
 * twice, so that core takes twice the time to load without a cache, and Node's compile cache has nothing of it.
 */
function mainOf(code: string, isAsync: boolean): string {
  const converted = code
    .replaceAll(/^import \{(.+)\} from (".+");$/gm, (_, names: string, path: string) => {
      const from = isBuiltin(JSON.parse(path)) ? `require(${path})` : `imported[${path}]`
      return `const {${names.replaceAll(' as ', ': ')}} = ${from};`
    })
    .replace(/^export (\{[^{}]+\});$/m, (_, names: string) => {
      return `return ${names.replaceAll(/([\w$]+) as ([\w$]+)/g, '$2: $1')}; });`
    })
    .replaceAll(/\bimport\((".+?")\)/g, 'load($1)')
    .replaceAll('import.meta.dirname', '__dirname')
    .replace('sourceMappingURL=index.js.map', 'sourceMappingURL=main.cjs.map')
  const left = /^(import|export) .*|.*\bimport(\.meta\b|\().*|.*[^\0-\x7f].*/m.exec(converted)
  if (left !== null) throw new Error(`The main file is to be CommonJS in ASCII, but has the line ${left[0]}`)
  return `"use strict"; module.exports = (${isAsync ? 'async ' : ''}(imported, load) => { ${converted}`
}

interface Entry {
  /** Names of the ES modules that the main file imports. */
  readonly modules: readonly string[]
  /** What it exports. */
  readonly names: readonly string[]
  readonly isAsync: boolean
  readonly isLoader: boolean
}

function entryOf({ modules, names, isAsync, isLoader }: Entry): string {
  const imports = modules.map((name, index) => `import * as imported${index} from "${name}";`)
  const imported = modules.map((name, index) => `"${name}": imported${index}`)
  const from = isLoader ? './code-cache.ts' : '@testrig/core'
  return `${imports.join('\n')}
import { loadMain } from "${from}";
${isLoader ? 'export { loadMain };' : ''}
const load = (module) => import(module);
const imported = { ${imported.join(', ')} };
export const { ${names.join(', ')} } = ${isAsync ? 'await ' : ''}loadMain(import.meta.dirname, imported, load);
`.replaceAll(/^\n/gm, '')
}

/** Bundles the entry with the loader. */
async function bundleEntry(folder: string, code: string): Promise<void> {
  const source = join(folder, 'src', 'entry.ts')
  const plugin: Plugin = {
    name: 'entry',
    resolveId: (id) => (id === ENTRY ? source : undefined),
    load: (id) => (id === source ? code : undefined),
  }
  const build = await rolldown({ input: { index: ENTRY }, platform: 'node', plugins: [plugin] })
  await build.write({ dir: join(folder, 'dist'), format: 'esm', comments: { jsdoc: false }, cleanDir: false })
  await build.close()
}
