import { rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { OutputChunk } from 'rolldown'

/**
 * Has the main entry load its file by Node's compile cache, as do the other entries through it: that saves a third of the
 * time that loading takes. An import would compile the file before the cache is on. The file is CommonJS: the vm pools of
 * Vitest 4, and of any Vitest on Node 22, cannot require() an ES module. The cache lies beside the installed packages.
 * Source: Node's documentation of module.enableCompileCache().
 */
export function keepCompiled(dist: string, chunks: readonly OutputChunk[]): void {
  const main = chunks.find((chunk) => chunk.name === 'main') as OutputChunk
  const required = main.fileName.replace(/js$/, 'cjs')
  rmSync(join(dist, main.fileName))
  writeFileSync(join(dist, required), commonJs(main.code))
  for (const { fileName, code } of chunks.filter(({ imports }) => imports.includes(main.fileName))) {
    const [toMain, toEntry] = [importPath(fileName, main.fileName), importPath(fileName, 'index.js')]
    writeFileSync(join(dist, fileName), code.replaceAll(`"${toMain}"`, `"${toEntry}"`))
  }
  writeFileSync(
    join(dist, 'index.js'),
    `import { createRequire, enableCompileCache } from "node:module";
import { basename, join, resolve } from "node:path";
const modules = resolve(import.meta.dirname, "../../..");
if (basename(modules) === "node_modules") enableCompileCache(join(modules, ".cache", "testrig"));
export const { ${main.exports.join(', ')} } = createRequire(import.meta.url)("./${required}");
`,
  )
}

/** An ES module that imports and exports by name only, line by line, as its source map tells of lines. */
function commonJs(code: string): string {
  const converted = code
    .replaceAll(/^import \{(.+)\} from (".+");$/gm, (_, names: string, path: string) => {
      return `const {${names.replaceAll(' as ', ': ')}} = require(${path});`
    })
    .replace(/^export (\{[^{}]+\});$/m, (_, names: string) => {
      return `module.exports = ${names.replaceAll(/([\w$]+) as ([\w$]+)/g, '$2: $1')};`
    })
  const left = /^(import|export) .*|.*\bimport\.meta\b.*/m.exec(converted)
  if (left !== null) throw new Error(`The main file of core is to be CommonJS, but has the line ${left[0]}`)
  return `"use strict"; ${converted}`
}

function importPath(from: string, to: string): string {
  const path = relative(dirname(from), to).replaceAll('\\', '/')
  return path.startsWith('.') ? path : `./${path}`
}
